"""The texts of the console that are not written where they are shown, and those that nobody shows any more."""

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from console.domain.action import ACTIONS, PART_KEYS
from console.domain.preferences import Preferences
from console.screens.help_pages import help_text
from console.screens.key_table import written
from console.screens.table import SCREENS
from console.wardrobe import Wardrobe
from resources.files import catalogues, languages
from resources.translations import read_catalogue, translator
from tests.resources.extraction import package_texts

TITLES = {("Actions", text) for action in ACTIONS for text in (action.title, action.section)}
TITLES |= {("Actions", part.title) for part in PART_KEYS}
NAMES = {("Screens", screen.title) for screen in SCREENS}


def catalogue(language: str) -> set[tuple[str, str]]:
    path = next(path for path in catalogues(language) if path.stem == "console")
    return {(context, source) for context, texts in read_catalogue(path).items() for source in texts}


def test_actions_and_screens_have_german_names() -> None:
    assert not (TITLES | NAMES) - catalogue("de")


@pytest.mark.parametrize("language", languages())
def test_no_translation_has_outlived_its_text(language: str) -> None:
    shown = {(text.context, text.source) for text in package_texts(["console"])} | TITLES | NAMES
    assert not catalogue(language) - shown


def test_qt_s_own_words_and_the_names_of_keys_follow_the_language(qapp: QApplication) -> None:
    """Ours before its own, where both have a text."""

    def said() -> tuple[str, str]:
        return QCoreApplication.translate("QLineEdit", "&Undo"), written("PgDn")

    wardrobe = Wardrobe(qapp, Preferences(language="de"))
    try:
        assert said() == ("&Rückgängig", "Bild↓")
        wardrobe.follow(Preferences(language="en"))
        assert said() == ("&Undo", "PgDn")
    finally:
        wardrobe.take_off()


def test_an_application_is_as_it_was_when_all_is_taken_off(qapp: QApplication) -> None:
    def seen() -> tuple[object, ...]:
        counted = QCoreApplication.translate("CaseQueue", "%n case(s)", "", 2)
        return counted, qapp.styleSheet(), qapp.font(), qapp.palette().window().color(), QLocale()

    before = seen()
    wardrobe = Wardrobe(qapp, Preferences(language="de"))
    wardrobe.follow(Preferences("dark", "en", 150))
    assert seen()[0] == "2 cases"
    wardrobe.take_off()
    assert seen() == before


def test_keys_are_written_as_on_a_german_keyboard(qapp: QApplication) -> None:
    german = translator("de")
    qapp.installTranslator(german)
    try:
        found = [written(keys) for keys in ("Ctrl+K", "Ctrl++", "Space", "PgDn", "Shift+←→↑↓", "0–9")]
        assert found == ["Strg+K", "Strg++", "Leertaste", "Bild↓", "Umschalt+←→↑↓", "0–9"]
        assert "Leertaste" in help_text("live_floor", "de")
        assert QKeySequence("Ctrl+K") == QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_K), "the keys themselves stay"
    finally:
        qapp.removeTranslator(german)
