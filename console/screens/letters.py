"""Messages to shoppers: templates in their language, with the facts filled in."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale

from resources.files import languages
from resources.translations import translator
from widgets.amount import Amount, format_amount

LetterName = Literal["paid_back", "swapped", "missed", "goodwill", "nothing"]


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A line that is decided otherwise than it was billed. ``billed`` 0: it was added; ``other``: put in its place."""

    name: str
    billed: int
    decided: int
    other: str = ""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """``amount``: what is paid back; ``charge``: what the shopper agreed to pay besides. ``receipt``, ``visit``: their
    numbers."""

    store: str
    receipt: int
    visit: int
    amount: Amount
    lines: tuple[LetterLine, ...]
    charge: Amount | None = None


def letter_titles() -> dict[LetterName, str]:
    """In the language of the desk, in the order in which they are offered."""
    return {
        "paid_back": _say("Paid back"),
        "swapped": _say("Another product"),
        "missed": _say("Something was missing"),
        "goodwill": _say("Goodwill"),
        "nothing": _say("Nothing to correct"),
    }


def fitting(facts: LetterFacts) -> LetterName:
    """The letter for what is decided."""
    if any(line.other for line in facts.lines):
        return "swapped"
    if any(line.billed > line.decided for line in facts.lines):
        return "paid_back"
    if facts.lines:
        return "missed"
    return "goodwill" if facts.amount.minor > 0 else "nothing"


def speaks(language: str) -> bool:
    """Whether there are letters in it; where not, they are English."""
    return language in languages()


def letter(name: LetterName, language: str, facts: LetterFacts) -> str:
    """``language``: the shopper's, ISO 639-1."""
    known = language if speaks(language) else "en"
    lines = " ".join(_line_text(line, known) for line in facts.lines)
    greeting = _in("Hello,\n\nthank you for writing about receipt {receipt} (visit {visit}).", known)
    farewell = _in("Kind regards\n{store}", known)
    body = _body(name, known) if facts.amount.minor else _body_without_amount(name, known)
    if facts.charge is not None:
        body += " " + _in("As agreed, {charge} is charged to the card you paid with.", known)
    filled = f"{greeting} {body}\n\n{farewell}".format(
        receipt=facts.receipt,
        visit=facts.visit,
        lines=lines,
        amount=format_amount(facts.amount, QLocale(known)),
        charge="" if facts.charge is None else format_amount(facts.charge, QLocale(known)),
        store=facts.store,
    )
    return filled.replace("  ", " ")


def _body(name: LetterName, language: str) -> str:
    match name:
        case "paid_back":
            return _in(
                "We have looked at it again. {lines} You get {amount} back on the card you paid with; this can take a "
                "few days. We are sorry for the trouble.",
                language,
            )
        case "swapped":
            return _in(
                "We have looked at it again and put the right product on your receipt. {lines} You get {amount} back on "
                "the card you paid with; this can take a few days. We are sorry for the trouble.",
                language,
            )
        case "missed":
            return _in(
                "We have looked at it again and added what was missing. {lines} Thank you for telling us.", language
            )
        case "goodwill":
            return _in(
                "We are sorry for the trouble, and give you {amount} back on the card you paid with; this can take a few "
                "days.",
                language,
            )
        case "nothing":
            return _in(
                "We have looked at it again: at what the shelves weighed, and at the pictures of that moment. They agree "
                "with the receipt, so we leave it as it is. Do answer if you remember it otherwise.",
                language,
            )


def _body_without_amount(name: LetterName, language: str) -> str:
    """As where what was taken instead costs as much: nothing is paid back, and nothing is said of it."""
    match name:
        case "paid_back":
            return _in("We have looked at it again. {lines} We are sorry for the trouble.", language)
        case "swapped":
            return _in(
                "We have looked at it again and put the right product on your receipt. {lines} We are sorry for the trouble.",
                language,
            )
        case "goodwill":
            return _in("We are sorry for the trouble.", language)
    return _body(name, language)


def _line_text(line: LetterLine, language: str) -> str:
    if not line.billed:
        form = _in("{name}: taken {decided}, not billed.", language)
    elif line.other:
        form = _in("{name}: billed {billed}, taken {decided}; the rest was {other}.", language)
    else:
        form = _in("{name}: billed {billed}, taken {decided}.", language)
    return form.format(name=line.name, billed=line.billed, decided=line.decided, other=line.other)


def _in(text: str, language: str) -> str:
    return _tongue(language).translate("Letters", text)


class _Tongue:
    """Speaks by itself: the desk goes on in its own language."""

    def __init__(self, language: str) -> None:
        self._texts = translator(language)

    def translate(self, context: str, text: str) -> str:
        return self._texts.translate(context, text) or text


@cache
def _tongue(language: str) -> _Tongue:
    return _Tongue(language)


def _say(text: str) -> str:
    return QCoreApplication.translate("Letter titles", text)
