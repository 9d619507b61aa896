"""Every widget, in every theme, at text of 100 and 200 %: painted without a word from Qt, named, large enough."""

import importlib
import pkgutil

import pytest
from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QCheckBox, QLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

import widgets
from resources.dressing import dress
from resources.theme import MIN_TARGET, THEMES, Theme
from resources.translations import translator
from widgets.gallery import SAMPLES
from widgets.samples.sample import Sample
from widgets.video_wall import VideoWall

DRESSES = [theme.scaled(scale) for theme in THEMES.values() for scale in (1.0, 2.0)]


@pytest.fixture(params=DRESSES, ids=lambda theme: f"{theme.name}-{theme.scale:.0%}")
def theme(request: pytest.FixtureRequest, dressed: QApplication) -> Theme:
    made: Theme = request.param
    dress(dressed, made)
    return made


def shown(qtbot: QtBot, sample: Sample, theme: Theme) -> QWidget:
    widget = sample.make(theme)
    qtbot.addWidget(widget)
    widget.resize(round(sample.width * theme.scale), round(sample.height * theme.scale))
    widget.show()
    return widget


def test_all_are_painted_named_and_large_enough(qtbot: QtBot, theme: Theme) -> None:
    for sample in SAMPLES:
        widget = shown(qtbot, sample, theme)
        picture = widget.grab().toImage()
        colors = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
        assert len(colors) > 3, f"{sample.name} is blank"
        for part in [widget, *widget.findChildren(QWidget)]:
            if not part.isVisible():
                continue
            if type(part).__module__.startswith("widgets.") and part.focusPolicy().value:
                words = part.text() if isinstance(part, QAbstractButton) else ""
                assert part.accessibleName() or words, (
                    f"{sample.name}: {type(part).__name__} has no name for a screen reader"
                )
            is_inner = isinstance(part.parent(), QAbstractSpinBox)  # the field within the control that is hit
            if isinstance(part, QAbstractButton | QLineEdit | QCheckBox) and not is_inner:
                assert part.height() >= MIN_TARGET, f"{sample.name}: {type(part).__name__} is {part.height()} px high"
        widget.close()


def test_a_new_theme_and_language_reach_what_is_open(qtbot: QtBot, dressed: QApplication) -> None:
    light, dark = THEMES["light"], THEMES["dark"].scaled(1.5)
    german = translator("de")
    dress(dressed, light)
    opened = [shown(qtbot, sample, light) for sample in SAMPLES]
    try:
        dress(dressed, dark)
        QCoreApplication.installTranslator(german)
        QCoreApplication.processEvents()
        for widget, sample in zip(opened, SAMPLES, strict=True):
            assert not widget.grab().isNull(), sample.name
        names = {widget.accessibleName() for widget in opened}
        assert {"Lageplan", "Gewichtsverlauf", "Kameras", "Beleg", "Tasten"} <= names
    finally:
        QCoreApplication.removeTranslator(german)


def public_widgets() -> dict[str, type]:
    """Every class of the package that is a widget or a layout; the gallery's own window and private parts left out."""
    found: dict[str, type] = {}
    for info in pkgutil.iter_modules(widgets.__path__):
        if info.name not in ("__main__", "gallery"):
            module = importlib.import_module(f"widgets.{info.name}")
            found |= {
                name: kind
                for name, kind in vars(module).items()
                if isinstance(kind, type) and issubclass(kind, QWidget | QLayout) and not name.startswith("_")
                if kind.__module__ == module.__name__
            }
    return found


def test_every_widget_is_in_the_gallery(qtbot: QtBot, qapp: QApplication) -> None:
    seen: set[type] = set()
    for sample in SAMPLES:
        widget = shown(qtbot, sample, THEMES["light"])
        for part in [widget, *widget.findChildren(QWidget), *widget.findChildren(QLayout)]:
            seen |= set(type(part).__mro__)
    assert sorted(name for name, kind in public_widgets().items() if kind not in seen) == []


class Failing(VideoWall):
    def _paint(self, painter: QPainter, dirty: QRect) -> None:
        painter.fillRect(dirty, QColor("red"))
        raise ZeroDivisionError


def test_a_fault_while_painting_does_not_take_the_program_down(qtbot: QtBot) -> None:
    wall = Failing(THEMES["light"])
    qtbot.addWidget(wall)
    with pytest.raises(ZeroDivisionError):
        wall.grab()
    assert not wall.paintingActive()
