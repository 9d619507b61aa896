"""Every view of the desk in several looks: nothing cut, overlapping, outside, untranslated or too small, all of it named
and reached by keys. ``python -m tests.console.walk --all DIR`` tries every look and takes pictures."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from tests.console.walk.access import faint, unnamed, unreached, unseen_focus
from tests.console.walk.faults import Fault, layout_faults
from tests.console.walk.looks import COVERING, Look
from tests.console.walk.painted import painted_faults
from tests.console.walk.stage import Stage
from tests.console.walk.words import untranslated
from widgets.accessible import tell_roles
from widgets.table import Column, Table

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(scope="module")
def stage(qapp: QApplication) -> Iterator[Stage]:
    tell_roles()
    stage = Stage(qapp)
    yield stage
    stage.end()


@pytest.mark.parametrize("look", COVERING, ids=str)
def test_no_view_is_cut_overlapping_untranslated_or_faint(stage: Stage, look: Look) -> None:
    assert [str(fault) for fault in stage.walk(look)] == []


def test_all_is_named_reached_and_seen_with_the_focus(stage: Stage) -> None:
    found = []
    stage.wear(Look(1440, 900, "light", 100, "en"))
    for view in stage.views:
        shown = stage.show(view)
        found += [
            f"{view}: {kind.__name__}: {one}" for kind in (unnamed, unreached, unseen_focus) for one in kind(shown)
        ]
    assert found == []


def test_what_decides_a_case_is_in_sight_at_large_text_in_a_low_window(stage: Stage) -> None:
    stage.wear(Look(1280, 720, "dark", 200, "en"))
    try:
        shown = stage.show("case")
        decide = next(button for button in shown.findChildren(QPushButton) if button.text() == "Decide")
        assert decide.visibleRegion().boundingRect() == decide.rect()
    finally:
        stage.wear(Look(1440, 900, "light", 100, "en"))  # the whole application wears it


# ---- the detector itself, on faults that were planted


class Painter(QWidget):
    """Paints two words on each other, one of them in too narrow a box."""

    def paintEvent(self, _: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawText(QRectF(0, 0, 20, 20), Qt.AlignmentFlag.AlignLeft, "much too long for it")
            painter.drawText(QRectF(0, 0, 200, 20), Qt.AlignmentFlag.AlignLeft, "and over it")


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 300)
    page.show()
    return page


def planted(page: QWidget, part: QWidget, *place: int) -> QWidget:
    part.setParent(page)
    part.setGeometry(*place)
    part.show()
    return part


def kinds(faults: list[Fault]) -> list[str]:
    return [fault.kind for fault in faults]


def test_a_planted_fault_is_found(page: QWidget) -> None:
    assert layout_faults(page) == []
    words = planted(page, QLabel("As wide as it needs to be"), 0, 0, 40, 30)
    assert kinds(layout_faults(page)) == ["clipped"]
    words.resize(300, 30)
    assert layout_faults(page) == []
    button = planted(page, QPushButton("Far out"), 340, 100, 100, 30)
    assert kinds(layout_faults(page)) == ["outside"]
    button.setGeometry(250, 10, 100, 30)
    assert kinds(layout_faults(page)) == ["overlapping"]
    button.move(250, 100)
    button.resize(50, 30)
    assert kinds(layout_faults(page)) == ["clipped"]
    button.resize(100, 30)
    table = Table(LIGHT, (Column("Number", "number"), Column("What", "text", is_stretching=True)))
    planted(page, table, 0, 150, 100, 100)
    assert kinds(layout_faults(page)) == ["outside"]
    table.resize(300, 100)
    planted(page, QFrame(), 0, 100, 100, 20).setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    assert kinds(layout_faults(page)) == ["small"]


def test_planted_paint_is_found(page: QWidget) -> None:
    planted(page, Painter(), 0, 0, 300, 100)
    assert kinds(painted_faults(page)[0]) == ["clipped", "overlapping"]


def test_planted_english_is_found(page: QWidget) -> None:
    planted(page, QLabel("Ask the store again"), 0, 0, 300, 30)
    planted(page, QPushButton("Abbrechen"), 0, 40, 300, 30).setToolTip("decided by Anna Example")
    planted(page, QLabel("12,99 €"), 0, 80, 300, 30)
    planted(page, QLabel("up to €12.99"), 0, 120, 300, 30)
    found = sorted(fault.words for fault in untranslated(page))
    assert found == ["Ask the store again", "decided by Anna Example", "up to €12.99"]


def test_planted_nameless_unreached_and_faint_parts_are_found(page: QWidget) -> None:
    tell_roles()
    column = QVBoxLayout(page)
    for part in (QPushButton("Named"), nameless := QFrame(), grey := QLabel("Grey on grey")):
        column.addWidget(part)
    nameless.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    nameless.setMinimumSize(40, 40)
    QCoreApplication.processEvents()
    grey.setStyleSheet("background: #808080; color: #909090")
    page.findChildren(QPushButton)[0].setFocus()
    page.activateWindow()
    assert len(unnamed(page)) == 1
    assert len(unseen_focus(page)) == 1
    assert [fault.words for fault in faint(page, page.grab().toImage())] == ["'Grey on grey' 1.24:1"]
