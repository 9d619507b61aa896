"""The map: plates unfolded, labels apart, and everything on it chosen by mouse and keys."""

import math

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from widgets.floor_cells import unfold
from widgets.floor_map import FloorMap
from widgets.floor_people import LabelRoom
from widgets.floor_plan import Plan, PlanCamera, PlanGondola, PlanPlate, Shopper
from widgets.floor_spots import next_spot, spots_of
from widgets.floor_view import FloorView
from widgets.samples.data import sample_plan, sample_shoppers


@pytest.fixture
def floor(qtbot: QtBot) -> FloorMap:
    floor = FloorMap(LIGHT)
    qtbot.addWidget(floor)
    floor.resize(960, 600)
    floor.set_plan(sample_plan())
    floor.set_shoppers(sample_shoppers())
    floor.show()
    floor.grab()
    return floor


def at_floor(floor: FloorMap, x: float, y: float) -> QPoint:
    return QPointF(*floor._view.to_screen(x, y)).toPoint()


@pytest.mark.parametrize("angle", [0.0, math.pi / 2, math.pi, -math.pi / 2, 0.4])
def test_plates_of_all_shelves_stand_side_by_side(angle: float) -> None:
    cosine, sine = math.cos(angle), math.sin(angle)

    def turned(x: float, y: float) -> tuple[float, float]:
        return 5 + x * cosine - y * sine, 5 + x * sine + y * cosine

    # In its own frame the rack is 0.6 deep (x) and 2 long (y), and looks along x.
    outline = tuple(turned(x, y) for x, y in ((-0.3, -1), (0.3, -1), (0.3, 1), (-0.3, 1)))
    plates = tuple(
        PlanPlate(f"1.{shelf}.{place}", 1, shelf, *turned(0, -0.75 + place * 0.5), 0.5, 0.4)
        for shelf in (2, 4, 6)
        for place in range(4)
    )
    rack = unfold(Plan(outline, gondolas=(PlanGondola(1, "G", outline, angle),), plates=plates)).racks[0]
    assert len(rack.cells) == 12
    for cell in rack.cells:
        x, y = rack.centre(cell)
        assert rack.cell_at(x, y) is cell
        own_x = (x - 5) * cosine + (y - 5) * sine
        assert own_x == pytest.approx({2: 0.2, 4: 0.0, 6: -0.2}[cell.plate.shelf]), "the lowest shelf at the open side"
    assert rack.cell_at(*turned(0.4, 0)) is None


def test_a_click_chooses_what_is_there(qtbot: QtBot, floor: FloorMap) -> None:
    floor.set_shoppers([Shopper("anna", 8.0, 1.0, "Visit 1")])
    floor.grab()
    with qtbot.waitSignal(floor.shopper_chosen) as chosen:
        QTest.mouseClick(floor, Qt.MouseButton.LeftButton, pos=at_floor(floor, 8.0, 1.0))
    assert chosen.args == ["anna"]
    rack, cell = floor._floor.places["3.2.5"]
    with qtbot.waitSignal(floor.plate_chosen) as chosen:
        QTest.mouseClick(floor, Qt.MouseButton.LeftButton, pos=at_floor(floor, *rack.centre(cell)))
    assert chosen.args == ["3.2.5"]
    camera, gate = sample_plan().cameras[2], sample_plan().gates[0]
    with qtbot.waitSignal(floor.camera_chosen) as chosen:
        QTest.mouseClick(floor, Qt.MouseButton.LeftButton, pos=at_floor(floor, camera.x, camera.y))
    assert chosen.args == [camera.id]
    with qtbot.waitSignal(floor.gate_chosen) as chosen:
        QTest.mouseClick(floor, Qt.MouseButton.LeftButton, pos=at_floor(floor, gate.x, gate.y))
    assert chosen.args == [gate.id]
    with qtbot.waitSignal(floor.shopper_chosen) as chosen:
        QTest.mouseClick(floor, Qt.MouseButton.LeftButton, pos=at_floor(floor, 15.8, 9.8))
    assert chosen.args == [None], "a click on the bare floor drops the choice"


def test_nobody_stays_ringed_when_the_pointer_has_left(floor: FloorMap) -> None:
    floor.set_shoppers([Shopper("anna", 8.0, 1.0, "Visit 1")])
    before = floor.grab().toImage()
    QTest.mouseMove(floor, at_floor(floor, 8.0, 1.0))
    assert floor.grab().toImage() != before, "who is pointed at has a ring"
    QApplication.sendEvent(floor, QEvent(QEvent.Type.Leave))
    assert floor.grab().toImage() == before


def test_keys_go_to_those_in_need_first(qtbot: QtBot, floor: FloorMap) -> None:
    with qtbot.waitSignal(floor.shopper_chosen) as chosen:
        QTest.keyClick(floor, Qt.Key.Key_PageDown)
    assert chosen.args == [3], "the one who wants help"
    assert "Visit 403" in floor.accessibleDescription()
    with qtbot.waitSignal(floor.shopper_chosen) as chosen:
        QTest.keyClick(floor, Qt.Key.Key_PageDown)
    assert chosen.args[0] in (8, 15)
    with qtbot.waitSignal(floor.shopper_chosen) as chosen:
        QTest.keyClick(floor, Qt.Key.Key_Escape)
    assert chosen.args == [None]


def test_zoom_keeps_the_place_and_fit_comes_back(qtbot: QtBot, floor: FloorMap) -> None:
    fitted = floor._view.scale
    middle = floor._view.to_floor(480, 300)
    QTest.keyClick(floor, Qt.Key.Key_Plus)
    assert floor._view.scale > fitted
    assert floor._view.to_floor(480, 300) == pytest.approx(middle, abs=0.02)
    QTest.keyClick(floor, Qt.Key.Key_0)
    assert floor._view.scale == fitted


def test_labels_never_lie_on_each_other_unless_somebody_needs_help() -> None:
    view, area = FloorView(), QRectF(0, 0, 960, 600)
    view.fit(sample_plan().outline, 960, 600, 30)
    for count in (5, 40, 100):
        placed = LabelRoom().place(sample_shoppers(count), view, area, LIGHT, chosen=7)
        labels = [item.label for item in placed if item.label and item.shopper.need != "urgent"]
        assert len(labels) >= min(5, count) - 1
        for place, label in enumerate(labels):
            assert area.contains(label)
            assert not any(label.intersects(other) for other in labels[place + 1 :])
        urgent = next(item for item in placed if item.shopper.need == "urgent")
        assert urgent.label is not None, "who needs somebody is never without words"


def test_nothing_is_painted_where_nothing_is_new(qtbot: QtBot, floor: FloorMap) -> None:
    floor.set_plate_states({"1.1.1": "dead"})
    floor.grab()
    layer = floor._still._whole
    floor.set_plate_states({"1.1.1": "dead"})
    floor.set_shoppers(sample_shoppers())
    floor.grab()
    assert floor._still._whole is layer, "the still layer is kept while only people move"
    floor.set_plate_states({})
    floor.grab()
    assert floor._still._whole is not layer


def test_a_plate_that_flashes_may_be_gone_from_the_next_plan(qtbot: QtBot, floor: FloorMap) -> None:
    floor.flash(["3.2.5"], "pick")
    floor.set_plan(Plan(((0, 0), (3, 0), (3, 3), (0, 3))))
    floor.grab()  # an error while painting fails the test


def test_no_camera_sees_through_a_wall(qtbot: QtBot, floor: FloorMap) -> None:
    eye = PlanCamera("eye", "Eye", 2.0, 2.0, 4.0, 4.0, 2.0)
    floor.set_plan(Plan(((0, 0), (3, 0), (3, 3), (0, 3)), cameras=(eye,)))
    floor.set_shoppers([])
    floor.choose_camera("eye")
    picture = floor.grab().toImage()
    wall = at_floor(floor, 3, 3)
    beside = [picture.pixelColor(wall.x() + 6, y).name() for y in range(wall.y(), wall.y() + 200)]
    above = [picture.pixelColor(x, wall.y() - 6).name() for x in range(wall.x() - 200, wall.x())]
    assert {*beside, *above} == {LIGHT.window}
    assert picture.pixelColor(wall + QPoint(-6, 6)).name() != LIGHT.surface, "before it, it sees"


def test_who_is_chosen_lies_above_all_other_words(qtbot: QtBot) -> None:
    crowd = [Shopper(str(number), 3.0, 3.0, f"Visit {number}", worth="€10.00") for number in range(3)]
    view, area = FloorView(), QRectF(0, 0, 120, 60)
    view.fit(sample_plan().outline, 120, 60, 2)
    placed = LabelRoom().place(crowd, view, area, LIGHT, chosen="0")
    label = placed[0].label
    assert label is not None
    others = [item.label for item in placed[1:] if item.label is not None]
    assert not any(label.intersects(other) for other in others)


def test_keys_go_from_thing_to_thing_and_choose_it(qtbot: QtBot, floor: FloorMap) -> None:
    floor.set_shoppers([Shopper("anna", 8.0, 1.0, "Visit 1", "4.20 €")])
    floor.choose_plate("3.2.5")
    floor.setFocus()
    QTest.keyClick(floor, Qt.Key.Key_Down)
    assert "the keys are at: 3.2.5" in floor.accessibleDescription(), "they begin at what is chosen"
    QTest.keyClick(floor, Qt.Key.Key_Right)
    QTest.keyClick(floor, Qt.Key.Key_Left)
    assert "the keys are at: 3.2.5" in floor.accessibleDescription()
    QTest.keyClick(floor, Qt.Key.Key_Right)
    with qtbot.waitSignal(floor.plate_chosen) as chosen:
        QTest.keyClick(floor, Qt.Key.Key_Return)
    assert chosen.args != ["3.2.5"]
    assert f"chosen: {chosen.args[0]}" in floor.accessibleDescription()
    floor.set_shoppers([])
    assert floor.accessibleDescription().startswith("0 shopper")


def test_every_thing_on_the_map_is_reached_by_the_arrows() -> None:
    plan = sample_plan()
    spots = spots_of(unfold(plan), sample_shoppers())
    reached, waiting = {spots[0]}, [spots[0]]
    while waiting:
        here = waiting.pop()
        for way in ((-1, 0), (1, 0), (0, 1), (0, -1)):
            there = next_spot(spots, (here.x, here.y), way)
            if there is not None and there not in reached:
                reached.add(there)
                waiting.append(there)
    assert {(spot.kind, spot.key) for spot in spots if spot not in reached} == set()
