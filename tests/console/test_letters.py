"""The shopper is answered in their language, whatever the desk speaks."""

from dataclasses import replace

import pytest

from console.screens.letters import LetterFacts, LetterLine, LetterName, fitting, letter, speaks
from widgets.amount import Amount

NOTHING = LetterFacts("Corner Market", 1007, 77, Amount(0, "EUR"), ())
BACK = Amount(398, "EUR")


@pytest.mark.parametrize(
    ("amount", "lines", "name"),
    [
        (BACK, (LetterLine("Oat milk", 2, 0),), "paid_back"),
        (BACK, (LetterLine("Oat milk", 2, 1, "Still water"),), "swapped"),
        (Amount(0, "EUR"), (LetterLine("Oat milk", 0, 1),), "missed"),
        (BACK, (), "goodwill"),
        (Amount(0, "EUR"), (), "nothing"),
    ],
)
def test_the_letter_fits_the_decision_in_both_languages(
    amount: Amount, lines: tuple[LetterLine, ...], name: LetterName
) -> None:
    facts = LetterFacts("Corner Market", 1007, 77, amount, lines)
    assert fitting(facts) == name
    english, german = letter(name, "en", facts), letter(name, "de", facts)
    assert english.startswith("Hello,")
    assert german.startswith("Guten Tag,")
    for text in (english, german):
        assert "1007" in text
        assert text.endswith("Corner Market")
        assert "{" not in text
    if amount.minor:
        assert "€3.98" in english
        assert "3,98\u00a0€" in german


@pytest.mark.parametrize("name", ["missed", "swapped", "paid_back"])
def test_who_agreed_to_be_charged_is_told_how_much(name: LetterName) -> None:
    facts = replace(NOTHING, lines=(LetterLine("Oat milk", 0, 1),), charge=Amount(249, "EUR"))
    assert "€2.49 is charged to the card you paid with" in letter(name, "en", facts)
    assert "2,49\u00a0€" in letter(name, "de", facts)
    assert "charged" not in letter(name, "en", replace(facts, charge=None))


def test_who_speaks_another_language_is_answered_in_english() -> None:
    assert not speaks("fr")
    assert letter("nothing", "fr", NOTHING) == letter("nothing", "en", NOTHING)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["paid_back", "swapped", "missed", "goodwill", "nothing"])
def test_nobody_is_told_that_they_get_nothing_back(name: LetterName, language: str) -> None:
    lines = (LetterLine("Oat milk", 2, 1, "Still water"),)
    text = letter(name, language, LetterFacts("Corner Market", 1007, 77, Amount(0, "EUR"), lines))
    assert "0.00" not in text
    assert "0,00" not in text
    assert "{" not in text
    assert text.endswith("Corner Market")
