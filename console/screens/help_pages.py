"""The pages of help, one a screen, in the language of the desk; their keys are those of the table of actions."""

import re

from PySide6.QtCore import QCoreApplication

from console.domain.action import ACTIONS
from console.domain.preferences import Language
from console.screens.key_table import written
from console.screens.table import SCREENS
from resources.files import help_file
from widgets.help_sheet import HelpPage

KEY = re.compile(r"\[\[(.+?)\]\]")
"""In a page: the name of an action, or a key that a part of the screen answers itself."""
_FIRST = {action.name: action.keys[0] for action in ACTIONS}


def help_pages() -> list[HelpPage]:
    return [HelpPage(screen.name, QCoreApplication.translate("Screens", screen.title)) for screen in SCREENS]


def help_text(screen: str, language: Language) -> str:
    """As Markdown, its keys as code."""
    return KEY.sub(_native, help_file(language, screen).read_text(encoding="utf-8"))


def _native(found: re.Match[str]) -> str:
    name = found.group(1)
    return f"`\u00a0{written(_FIRST.get(name, name))}\u00a0`"  # air on the key
