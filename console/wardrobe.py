"""How the desk looks and speaks, as the user likes it."""

import logging

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from console.domain.preferences import Preferences
from resources.dressing import dress
from resources.theme import THEMES, Theme
from resources.translations import qt_translator, translator

_log = logging.getLogger(__name__)


def theme_of(likes: Preferences) -> Theme:
    return THEMES[likes.theme].scaled(likes.text_scale / 100)


class Wardrobe(QObject):
    """Puts theme and language on the application; only what is another."""

    def __init__(self, application: QApplication, likes: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._translators: tuple[QTranslator, ...] = ()
        self._likes = likes
        self._before = application.styleSheet(), application.font(), application.palette(), QLocale()
        self._speak(likes)
        dress(application, theme_of(likes))

    def follow(self, likes: Preferences) -> None:
        before, self._likes = self._likes, likes
        if likes.language != before.language:
            self._speak(likes)
        if theme_of(likes) != theme_of(before):
            dress(self._application, theme_of(likes))

    def take_off(self) -> None:
        """For an application that outlives who put it on: it speaks and looks as it did before."""
        style, font, palette, locale = self._before
        for one in self._translators:
            QCoreApplication.removeTranslator(one)
        self._translators = ()
        QLocale.setDefault(locale)
        self._application.setStyleSheet(style)
        self._application.setFont(font)
        self._application.setPalette(palette)

    def _speak(self, likes: Preferences) -> None:
        QLocale.setDefault(QLocale("de_DE" if likes.language == "de" else "en_GB"))
        for one in self._translators:
            QCoreApplication.removeTranslator(one)
        self._translators = (qt_translator(likes.language), translator(likes.language))
        for one in self._translators:  # the last one is asked first
            QCoreApplication.installTranslator(one)
