"""Puts a theme on a whole application."""

from typing import Protocol, TypeGuard

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

from resources.fonts import font
from resources.style import style_sheet
from resources.theme import Theme


class Themed(Protocol):
    """A widget that paints with tokens itself and has to be told of a new theme."""

    def set_theme(self, theme: Theme) -> None: ...


def palette(theme: Theme) -> QPalette:
    """The colours of what the style sheet leaves to Qt's own Fusion style."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.sunken,
        QPalette.ColorRole.AlternateBase: theme.surface,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.danger,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.selection,
        QPalette.ColorRole.HighlightedText: theme.text,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Light: theme.raised,
        QPalette.ColorRole.Midlight: theme.hover,
        QPalette.ColorRole.Mid: theme.border,
        QPalette.ColorRole.Dark: theme.outline,
        QPalette.ColorRole.Shadow: theme.window,
    }
    for role, color in roles.items():
        made.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.hatch))
    return made


def dress(application: QApplication, theme: Theme) -> None:
    """Gives every window of ``application`` the theme, those open already included.

    Widgets made later take the theme as their first argument.
    """
    if not application.styleSheet():  # once: each time every widget there is would be polished anew
        application.setStyle("Fusion")
    application.setStyleSheet("")  # to take the old one off first takes a quarter of the time that replacing it does
    application.setPalette(palette(theme))
    application.setFont(font(theme))
    application.setStyleSheet(style_sheet(theme))
    for widget in application.allWidgets():
        # One that was told before may have replaced its parts: they are in the list but gone.
        if Shiboken.isValid(widget) and _is_themed(widget):
            widget.set_theme(theme)


def _is_themed(widget: QWidget) -> TypeGuard[Themed]:
    """By its class: to ask for the protocol takes ten times as long, and there are a thousand widgets."""
    return hasattr(type(widget), "set_theme")
