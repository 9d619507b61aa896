"""What needs a person is said on the live floor: the most urgent first, with what to do and the way there."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

import store_server.sensing.conditions as conditions
from console.screens.alert_strip import AlertStrip
from console.screens.alert_words import alert_words
from resources.theme import LIGHT
from store_client.contract.live import Alert, Device
from tests.console.plain_desk import CAMERA, PLATE, PlainDesk, plain_desk
from widgets.banner import Banner


def alert(number: int, kind: str, device: str, priority: str) -> Alert:
    return Alert(
        id=f"a{number}",
        store="demo",
        priority=priority,  # type: ignore[arg-type]
        kind=kind,
        device=device,
        title=f"{device} as the store says it",
        consequence="So what.",
        action="Do something.",
        raised_at=number,
    )


@pytest.fixture
def desk() -> PlainDesk:
    desk = plain_desk()
    desk.devices.put({"gondola-1": Device(id="gondola-1", kind="gondola", name="Gondola 1", state="lost")})
    return desk


@pytest.fixture
def strip(qtbot: QtBot, desk: PlainDesk) -> AlertStrip:
    strip = AlertStrip(LIGHT, desk)
    qtbot.addWidget(strip)
    return strip


def said(strip: AlertStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(QLabel) if not label.isHidden()]


def test_the_most_urgent_is_said_first_and_the_next_when_it_is_closed(desk: PlainDesk, strip: AlertStrip) -> None:
    assert strip.isHidden()
    desk.alerts.put({"a1": alert(1, "camera_lost", CAMERA.id, "medium")})
    desk.alerts.put({"a2": alert(2, "gondola_silent", "gondola-1", "high")})
    what, rest = said(strip)
    assert what == "Gondola 1 has stopped weighing (1 of 2)"
    assert rest.startswith("What is taken there is not charged. Check the power")
    assert "as the store says it" in strip.findChildren(Banner)[0].toolTip()
    look = strip.findChildren(QPushButton)[0]
    QTest.mouseClick(look, Qt.MouseButton.LeftButton)
    assert desk.choice.value.plate == PLATE
    QTest.mouseClick(strip.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert said(strip)[0].startswith("Camera ")
    QTest.mouseClick(look, Qt.MouseButton.LeftButton)
    assert desk.choice.value.camera == CAMERA.id
    desk.alerts.drop(["a1", "a2"])
    assert strip.isHidden()
    desk.alerts.put({"a2": alert(2, "gondola_silent", "gondola-1", "high")})
    assert said(strip)[0] == "Gondola 1 has stopped weighing"


def test_an_alert_that_the_desk_does_not_know_is_said_as_the_store_says_it(desk: PlainDesk, strip: AlertStrip) -> None:
    desk.alerts.put({"a1": alert(1, "door_open", "door-1", "low")})
    assert said(strip) == ["door-1 as the store says it", "So what. Do something."]


def test_every_alert_of_this_repository_s_store_has_words() -> None:
    tree = ast.parse(Path(conditions.__file__).read_text(encoding="utf-8"))
    kinds = [
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Condition"
        and isinstance(call.args[0], ast.Constant)
    ]
    assert len(kinds) > 5
    unknown = [kind for kind in kinds if alert_words(alert(1, str(kind), "x", "low"), "x")[2] == "Do something."]
    assert unknown == []
