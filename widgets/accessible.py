"""What a painted widget is to a screen reader: Qt knows its own widgets; of ours it would say only that they are there."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLE = "accessible_role"


def tell_roles() -> None:
    """From now on each widget of a class that has an ``accessible_role`` (a QAccessible.Role) has it for screen readers
    too. Name and description are the widget's accessible name and description, as everywhere."""
    QAccessible.installFactory(_interface)


def _interface(_: str, thing: QObject) -> QAccessibleWidget | None:
    role = getattr(thing, _ROLE, None)
    return QAccessibleWidget(thing, role) if role is not None and isinstance(thing, QWidget) else None
