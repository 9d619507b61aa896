"""All keys of the desk as people read them: those of the table of actions, and those that the parts of a screen answer
themselves while they have the focus."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from console.domain.action import ACTIONS, PART_KEYS, Section
from widgets.key_sheet import KeyRow


def key_rows() -> list[KeyRow]:
    """Section by section, in the language of the desk and as this system writes keys."""
    sections: dict[Section, list[KeyRow]] = {}
    for action in ACTIONS:
        row = KeyRow(_say(action.section), _say(action.title), " ".join(_native(keys) for keys in action.keys))
        sections.setdefault(action.section, []).append(row)
    for part in PART_KEYS:
        row = KeyRow(_say(part.section), _say(part.title), " ".join(part.keys))
        sections.setdefault(part.section, []).append(row)
    return [row for rows in sections.values() for row in rows]


def with_key(words: str, name: str) -> str:
    """The words of a tool tip with the first key of the action: "Save a picture (S)"."""
    action = next(action for action in ACTIONS if action.name == name)
    return f"{words} ({_native(action.keys[0])})"


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _say(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
