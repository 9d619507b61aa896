"""Every text that people see is there in every language, and Qt gets it from the catalogues."""

import string
import subprocess
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from pytestqt.qtbot import QtBot

from resources.files import languages
from resources.theme import LIGHT
from resources.translations import translator
from tests.resources.extraction import Text, missing, package_texts, texts_of, translations
from widgets.floor_map import FloorMap

SOURCE = """
from PySide6.QtCore import QCoreApplication
def say(text, context="Problems"):
    return QCoreApplication.translate(context, text)
class Shelf:
    def title(self, kind):
        say("lost")
        say(kind, "Kinds")
        say("late", "Kinds")
        QCoreApplication.translate("marks", "picked")
        return self.tr("%n plate(s)", "", 3)
"""
ELSEWHERE = "from shelves import say as tell\nword = tell('gone')\n"


READERS = """
import sys, threading
from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice
from PySide6.QtGui import QGuiApplication, QImage
from resources.translations import translator

application = QGuiApplication([])
german = translator("de")
QCoreApplication.installTranslator(german)
buffer = QBuffer()
buffer.open(QIODevice.OpenModeFlag.WriteOnly)
picture = QImage(64, 36, QImage.Format.Format_RGB32)
picture.fill(0)
assert picture.save(buffer, "JPG")
jpeg = bytes(buffer.data())
sys.setswitchinterval(1e-5)
read = []

def look():
    for _ in range(300):
        read.append(QImage.fromData(jpeg).isNull())

threads = [threading.Thread(target=look) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(read), any(read))
"""
"""A reader of pictures asks for a text behind a lock: a process of its own, because all of it stands still if that fails."""


def test_texts_are_found_in_each_way_to_write_them() -> None:
    found = {(text.context, text.source) for text in texts_of([("shelves.py", SOURCE), ("other.py", ELSEWHERE)])}
    assert found == {
        ("Problems", "lost"),
        ("Problems", "gone"),
        ("Kinds", "late"),
        ("marks", "picked"),
        ("Shelf", "%n plate(s)"),
    }


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("package", ["widgets", "resources", "console"])
def test_no_text_lacks_a_translation(language: str, package: str) -> None:
    lacking = missing(language, package_texts([package]))
    hint = f"fill resources/translations/{language}/*.json; python -m tests.resources.extraction {language} lists them"
    assert not lacking, f"{hint}: {lacking[:5]}"


def fields(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field is not None)


@pytest.mark.parametrize("language", [language for language in languages() if language != "en"])
def test_translations_keep_the_fields_of_their_texts(language: str) -> None:
    for (context, source), translation in translations(language).items():
        for one in translation if isinstance(translation, list) else [translation]:
            assert fields(one) == fields(source), f"{context}: {source!r} → {one!r}"
            assert ("%n" in one) == ("%n" in source), f"{context}: {source!r} → {one!r}"
            assert one.strip(), f"{context}: {source!r}"


def test_texts_that_qt_asks_for_on_any_thread_hold_nobody_up() -> None:
    seen = subprocess.run([sys.executable, "-c", READERS], capture_output=True, text=True, timeout=120, check=True)
    assert seen.stdout.split() == ["1200", "False"], seen.stderr


def test_qt_finds_every_text_in_the_compiled_catalogue() -> None:
    german = translator("de")
    for (context, source), translation in translations("de").items():
        for number, wanted in zip(
            (1, 2), translation if isinstance(translation, list) else [translation], strict=False
        ):
            assert german.translate(context, source, None, number) == wanted


def test_widgets_change_their_language_while_shown(qtbot: QtBot) -> None:
    english, german = translator("en"), translator("de")
    QCoreApplication.installTranslator(english)
    floor = FloorMap(LIGHT)
    qtbot.addWidget(floor)
    try:
        assert floor.accessibleName() == "Floor map"
        QCoreApplication.installTranslator(german)
        QCoreApplication.processEvents()
        assert floor.accessibleName() == "Lageplan"
        assert floor.accessibleDescription() == "0 Kunden im Laden"
        assert QCoreApplication.translate("floor", "%n shopper(s) inside", None, 1) == "1 Kunde im Laden"
        assert floor.tr("a text that nobody translated") == "a text that nobody translated"
    finally:
        QCoreApplication.removeTranslator(german)
        QCoreApplication.removeTranslator(english)
        QLocale.setDefault(QLocale.c())


def test_a_language_without_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        translator("xx")


def test_a_text_is_counted_by_its_sign() -> None:
    assert Text("c", "%n plates", "f:1").is_counted
    assert not Text("c", "plates", "f:1").is_counted
