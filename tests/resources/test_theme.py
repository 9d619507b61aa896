"""The tokens keep their promises: contrast, targets, and a style sheet that Qt understands."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from resources import files
from resources.app_icon import app_icon
from resources.dressing import dress
from resources.fonts import font, points
from resources.icons import ICON_NAMES, icon
from resources.style import style_sheet
from resources.theme import LIGHT, MIN_TARGET, PAIRS, THEMES, Theme, contrast

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))


@EVERY_THEME
def test_what_is_read_stands_out_enough(theme: Theme) -> None:
    for ink, ground, least in PAIRS:
        reached = contrast(getattr(theme, ink), getattr(theme, ground))
        assert reached >= least, f"{ink} on {ground}: {reached:.2f} instead of {least}"
    for place, ink in enumerate(theme.series):
        assert contrast(ink, theme.sunken) >= 3, f"trace {place + 1}"
        number = "#000000" if theme.is_dark else "#ffffff"
        assert contrast(number, ink) >= 4.5, f"number of trace {place + 1}"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@EVERY_THEME
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_style_sheet_is_whole(theme: Theme, scale: float) -> None:
    sheet = style_sheet(theme.scaled(scale))
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert theme.scaled(scale).target >= MIN_TARGET


@pytest.mark.parametrize("folder", ["plain", "Läden & Gänge – Kasse 1", "Program Files (x86)", 'it\'s; {a} "shop"'])
def test_the_style_sheet_is_read_wherever_the_program_lies(
    dressed: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    place = tmp_path / folder
    (place / "shapes").mkdir(parents=True)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#ff0000"/></svg>'
    )
    for name in ("down", "up", "check-dark", "check-light"):
        (place / "shapes" / f"{name}.svg").write_text(svg)
    monkeypatch.setattr(files, "_HERE", place)
    dress(dressed, LIGHT)
    box = QCheckBox()
    box.setChecked(True)
    box.resize(box.sizeHint())
    seen = box.grab().toImage()
    colours = {seen.pixelColor(x, y).name() for x in range(seen.width()) for y in range(seen.height())}
    assert "#ff0000" in colours  # its mark is drawn from that folder
    assert LIGHT.accent in colours


def test_text_is_held_between_100_and_200_percent() -> None:
    assert LIGHT.scaled(0.5).scale == 1.0
    assert LIGHT.scaled(3.0).scale == 2.0
    assert points(LIGHT.scaled(2.0)) == 2 * points(LIGHT)


def test_figures_are_tabular(qapp: QApplication) -> None:
    assert font(LIGHT).featureValue(QFont.Tag("tnum")) == 1


def test_every_icon_is_drawn(qapp: QApplication) -> None:
    for name in ICON_NAMES:
        picture = icon(name, LIGHT).pixmap(16, 16).toImage()
        inks = {picture.pixelColor(x, y).alpha() for x in range(16) for y in range(16)}
        assert max(inks) > 100, name


class Told(QWidget):
    theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme


def test_a_new_theme_reaches_every_widget(qtbot: QtBot, dressed: QApplication) -> None:
    outer = QWidget()
    told = Told(outer)
    qtbot.addWidget(outer)
    dress(dressed, THEMES["dark"])
    assert told.theme is THEMES["dark"]
    assert dressed.palette().window().color() == QColor(THEMES["dark"].window)


def test_the_program_icon_is_drawn_in_every_size(qapp: QApplication) -> None:
    made = app_icon()
    for size in made.availableSizes():
        assert made.pixmap(size).toImage().pixelColor(size.width() * 11 // 16, size.height() * 9 // 16).red() > 200
    assert len(made.availableSizes()) == 7
