"""The roles in words. By itself, because the entry page needs it and must load next to nothing."""

from PySide6.QtCore import QCoreApplication


def say(text: str) -> str:
    return QCoreApplication.translate("roles", text)


def role_word(role: str) -> str:
    """A role that this desk does not know is shown as the store wrote it."""
    words = {
        "staff": say("staff"),
        "reviewer": say("reviewer"),
        "agent": say("agent"),
        "supervisor": say("supervisor"),
        "admin": say("administrator"),
        "auditor": say("auditor"),
    }
    return words.get(role, role)
