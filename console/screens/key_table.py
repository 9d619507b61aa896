"""All keys of the desk as people read them: those of the table of actions, and those that the parts of a screen answer
themselves while they have the focus."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QKeySequence

from console.domain.action import ACTIONS, PART_KEYS, Section
from widgets.key_sheet import KeyRow

NAMED = (
    QT_TRANSLATE_NOOP("QShortcut", "Ctrl"),
    QT_TRANSLATE_NOOP("QShortcut", "Shift"),
    QT_TRANSLATE_NOOP("QShortcut", "Space"),
    QT_TRANSLATE_NOOP("QShortcut", "Return"),
    QT_TRANSLATE_NOOP("QShortcut", "Enter"),
    QT_TRANSLATE_NOOP("QShortcut", "Esc"),
    QT_TRANSLATE_NOOP("QShortcut", "Backspace"),
    QT_TRANSLATE_NOOP("QShortcut", "Del"),
    QT_TRANSLATE_NOOP("QShortcut", "Home"),
    QT_TRANSLATE_NOOP("QShortcut", "End"),
    QT_TRANSLATE_NOOP("QShortcut", "PgUp"),
    QT_TRANSLATE_NOOP("QShortcut", "PgDn"),
)
"""The keys that have a name: Qt asks the catalogues for them by these."""


def key_rows() -> list[KeyRow]:
    """Section by section, in the language of the desk and as this system writes keys."""
    sections: dict[Section, list[KeyRow]] = {}
    for action in ACTIONS:
        row = KeyRow(_say(action.section), _say(action.title), " ".join(written(keys) for keys in action.keys))
        sections.setdefault(action.section, []).append(row)
    for part in PART_KEYS:
        row = KeyRow(_say(part.section), _say(part.title), " ".join(written(keys) for keys in part.keys))
        sections.setdefault(part.section, []).append(row)
    return [row for rows in sections.values() for row in rows]


def with_key(words: str, name: str) -> str:
    """The words of a tool tip with the first key of the action: "Save a picture (S)"."""
    action = next(action for action in ACTIONS if action.name == name)
    return f"{words} ({written(action.keys[0])})"


def written(keys: str) -> str:
    """Keys of the table as they are written in the language of the desk and on this system: Ctrl+K, Strg+K."""
    known = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)
    said = known.toString(QKeySequence.SequenceFormat.NativeText)
    several = "+".join(QCoreApplication.translate("QShortcut", name) for name in keys.split("+"))  # as Shift+←→
    return said or several


def _say(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
