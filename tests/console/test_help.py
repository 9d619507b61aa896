"""Every screen has its page of help in every language, and no page names a key or a page that is not there."""

import re

import pytest

from console.domain.action import ACTIONS, PART_KEYS, REPLAYED
from console.domain.preferences import LANGUAGES, Language
from console.screens.help_pages import KEY, help_text
from console.screens.table import SCREENS, Entry
from resources.files import catalogues, help_file
from resources.translations import read_catalogue

LINK = re.compile(r"\]\(([^)]+)\)")
STRESSED = re.compile(r"\*\*(.+?)\*\*")
ALWAYS = {"Everywhere", "Screens"}


def source(screen: Entry, language: str) -> str:
    return help_file(language, screen.name).read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_screen_has_its_page_with_keys_that_work_there(screen: Entry) -> None:
    sections = {screen.title, *ALWAYS, *(["Replay"] if screen.title in REPLAYED else [])}
    names = {action.name for action in ACTIONS if action.section in sections}
    own = {key for part in PART_KEYS if part.section in sections for key in part.keys}
    for language in LANGUAGES:
        text = source(screen, language)
        assert text.startswith("# ")
        assert "`" not in text, "a key is named by its action"
        assert set(KEY.findall(text)) <= names | own, language
        assert set(LINK.findall(text)) <= {other.name for other in SCREENS}
        assert "[[" not in help_text(screen.name, language)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_what_a_page_quotes_from_the_desk_is_called_so_there(screen: Entry) -> None:
    """In English as in German: a word that the English page stresses, and that is one of the desk's."""
    words: dict[str, set[object]] = {}
    for path in catalogues("de"):
        for texts in read_catalogue(path).values():
            for said, translated in texts.items():
                words.setdefault(said.casefold(), set()).add(str(translated).casefold())
    pages = [STRESSED.findall(source(screen, language)) for language in ("en", "de")]
    assert len(pages[0]) == len(pages[1])
    wrong = {
        german: words[english.casefold()]
        for english, german in zip(*pages, strict=True)
        if english.casefold() in words and german.casefold() not in words[english.casefold()]
    }
    assert not wrong


def test_one_state_has_one_german_word_wherever_it_stands() -> None:
    told = [one for path in catalogues("de") for texts in read_catalogue(path).values() for one in texts.items()]
    for english, german in (("in doubt", "ungeklärt"), ("noisy", "verrauscht")):
        found = {str(translated) for said, translated in told if said.endswith(english)}
        assert found
        assert {one for one in found if not one.endswith(german)} == set()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_the_pages_say_the_same_in_every_language(screen: Entry) -> None:
    def shape(language: Language) -> tuple[object, ...]:
        text = source(screen, language)
        starts = [line[:2] for line in text.splitlines() if line[:2] in {"# ", "##", "- "} or line[:1].isdigit()]
        return starts, sorted(KEY.findall(text)), sorted(LINK.findall(text))

    shapes = [shape(language) for language in LANGUAGES]
    assert all(one == shapes[0] for one in shapes)
