"""An alert calls somebody: by its sound, by the system's tray while the window is not in front, and once."""

import io
import sys
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtWidgets import QComboBox, QPushButton, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from console.domain.commands.showing import Choose, SetPreferences, ShowScreen
from console.domain.preferences import PRIORITIES, Priority, hushed
from console.screens.sound_settings import SoundSettings
from console.window.attention import FRESH_US, Attention
from console.window.main_window import MainWindow
from console.window.sounder import Sounder, find_player
from console.window.top_bar import TopBar
from resources.theme import LIGHT
from resources.tones import RATE_HZ, tone
from tests.console.plain_desk import CAMERA, PlainDesk, plain_desk
from tests.console.test_alert_strip import alert

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged", extend=True)
"""Of windows and trays where there is no screen."""


class Heard(Sounder):
    def __init__(self) -> None:
        super().__init__()
        self.tones: list[str] = []

    def play(self, name: Priority) -> None:
        self.tones.append(name)


class Seat:
    def __init__(self, qtbot: QtBot, has_tray: bool = True) -> None:
        self.desk: PlainDesk = plain_desk()
        self.window = MainWindow(LIGHT, self.desk)
        qtbot.addWidget(self.window)
        self.heard = Heard()
        self.attention = Attention(self.desk, self.window, self.heard, lambda: has_tray)
        self.likes = replace(self.desk.preferences.value, sounds=("high", "medium"))
        self.desk.preferences.set(self.likes)

    def raise_alert(self, number: int, priority: Priority, age_us: int = 0) -> None:
        made = alert(number, "camera_lost", CAMERA.id, priority)
        raised_us = self.desk.clock.now_us() - age_us
        self.desk.alerts.put({made.id: structs.replace(made, raised_at=raised_us)})


@pytest.mark.parametrize("name", PRIORITIES)
def test_a_tone_is_short_and_neither_clicks_nor_overdrives(name: Priority) -> None:
    with wave.open(io.BytesIO(tone(name))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(int)
    assert 0.1 < len(samples) / RATE_HZ < 1.0
    assert 3_000 < np.abs(samples).max() < 16_000
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 400
    assert np.abs(np.diff(samples)).max() < 6_000


def test_an_alert_is_heard_once_and_again_when_it_gets_worse(qtbot: QtBot) -> None:
    seat = Seat(qtbot)
    seat.raise_alert(1, "medium")
    seat.raise_alert(1, "medium")
    assert seat.heard.tones == ["medium"]
    seat.raise_alert(1, "high")
    assert seat.heard.tones == ["medium", "high"]
    seat.raise_alert(2, "low")
    seat.raise_alert(3, "high", age_us=2 * FRESH_US)
    assert seat.heard.tones == ["medium", "high"], "one priority is off, the other alert stood for long"


def test_the_quiet_is_seen_and_ends_by_itself(qtbot: QtBot) -> None:
    seat = Seat(qtbot)
    desk = seat.desk
    bar = TopBar(LIGHT, desk)
    qtbot.addWidget(bar)
    bar.show()

    def shown() -> list[QPushButton]:
        return [one for one in bar.findChildren(QPushButton) if "until" in one.text() and one.isVisible()]

    desk.preferences.set(hushed(seat.likes, desk.clock.now_us(), 15))
    qtbot.waitUntil(lambda: len(shown()) == 1)
    seat.raise_alert(1, "high")
    assert seat.heard.tones == []
    shown()[0].click()
    asked = desk.asked.last(SetPreferences)
    assert isinstance(asked, SetPreferences)
    assert asked.preferences.quiet_until_us == 0
    desk.steady.s += 15 * 60 + 1
    qtbot.waitUntil(lambda: not shown())
    seat.raise_alert(2, "high")
    assert seat.heard.tones == ["high"]


def test_no_quiet_of_another_clock_lasts_for_days(qtbot: QtBot) -> None:
    seat = Seat(qtbot)
    desk = seat.desk
    desk.preferences.set(hushed(seat.likes, desk.clock.now_us() + 3 * 86_400_000_000, 15))
    settings = SoundSettings(LIGHT, desk)
    qtbot.addWidget(settings)
    assert settings.findChildren(QComboBox)[0].currentData() == 0
    seat.raise_alert(1, "high")
    assert seat.heard.tones == ["high"]


def test_the_tray_tells_of_it_and_a_click_goes_there(qtbot: QtBot) -> None:
    seat = Seat(qtbot)
    assert not seat.window.isActiveWindow()
    seat.raise_alert(1, "medium")
    assert seat.attention.tray is not None
    seat.attention.tray.messageClicked.emit()
    chosen = seat.desk.asked.last(Choose)
    assert isinstance(chosen, Choose)
    assert chosen.choice.camera == CAMERA.id
    assert seat.desk.asked.last(ShowScreen) == ShowScreen("live_floor")
    assert seat.window.isVisible()
    seat.attention.stop()


def test_only_a_left_click_on_the_tray_s_icon_goes_there(qtbot: QtBot) -> None:
    seat = Seat(qtbot)
    seat.raise_alert(1, "medium")
    tray, how = seat.attention.tray, QSystemTrayIcon.ActivationReason
    assert tray is not None
    for other in (how.Context, how.MiddleClick, how.Unknown):
        tray.activated.emit(other)
    assert not seat.desk.asked.commands
    tray.activated.emit(how.Trigger)
    assert seat.desk.asked.last(ShowScreen) == ShowScreen("live_floor")
    seat.attention.stop()


def test_a_click_on_the_tray_leaves_a_maximised_window_so(qtbot: QtBot) -> None:
    seat = Seat(qtbot)
    seat.window.showMaximized()
    seat.window.showMinimized()
    seat.attention.go_there()
    assert not seat.window.isMinimized()
    assert seat.window.isMaximized()


def test_nobody_is_told_where_there_is_no_tray_or_it_is_not_wanted(qtbot: QtBot) -> None:
    seat = Seat(qtbot, has_tray=False)
    seat.raise_alert(1, "high")
    assert seat.attention.tray is None
    wanted = Seat(qtbot)
    wanted.desk.preferences.set(replace(wanted.likes, has_notifications=False))
    wanted.raise_alert(1, "high")
    assert wanted.attention.tray is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")
def test_a_tone_is_played_by_what_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    assert find_player(lambda name: "/usr/bin/aplay" if name == "aplay" else None) == ("aplay", "-q")
    assert find_player(lambda _: None) == ()
    player = tmp_path / "player"
    player.write_text(f'#!/bin/sh\ncp "$1" "{tmp_path}/played.wav"\n', encoding="utf-8")
    player.chmod(0o700)
    sounder = Sounder(player=(str(player),))
    sounder.play("high")
    played = tmp_path / "played.wav"
    qtbot.waitUntil(lambda: played.exists() and played.read_bytes() == tone("high"))
    sounder.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")
def test_a_bundle_leaves_the_player_the_system_s_own_libraries(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/floorwalker/_internal")
    player, told = tmp_path / "player", tmp_path / "told"
    player.write_text(f'#!/bin/sh\necho "<$LD_LIBRARY_PATH>" >"{told}"\n', encoding="utf-8")
    player.chmod(0o700)
    sounder = Sounder(player=(str(player),))
    sounder.play("high")
    qtbot.waitUntil(lambda: told.exists() and told.read_text(encoding="utf-8") == "<>\n")
    sounder.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")
def test_what_is_more_urgent_is_heard_after_what_is_being_played(qtbot: QtBot, tmp_path: Path) -> None:
    player, played = tmp_path / "player", tmp_path / "played"
    player.write_text(f'#!/bin/sh\nsleep 0.2\nbasename "$1" >>"{played}"\n', encoding="utf-8")
    player.chmod(0o700)
    sounder = Sounder(player=(str(player),))
    for name in ("medium", "low", "medium", "high", "high"):
        sounder.play(name)

    def heard() -> list[str]:
        return played.read_text(encoding="utf-8").split() if played.exists() else []

    qtbot.waitUntil(lambda: heard() == ["medium.wav", "high.wav"], timeout=10_000)
    sounder.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays by itself")
def test_a_player_that_hangs_does_not_silence_the_next_tone(qtbot: QtBot, tmp_path: Path) -> None:
    player, played = tmp_path / "player", tmp_path / "played"
    player.write_text(f'#!/bin/sh\ncase "$1" in *medium*) exec sleep 60;; esac\ntouch "{played}"\n', encoding="utf-8")
    player.chmod(0o700)
    sounder = Sounder(player=(str(player),))
    sounder._patience.setInterval(200)
    sounder.play("medium")
    sounder.play("high")
    qtbot.waitUntil(played.exists, timeout=10_000)
    sounder.stop()
