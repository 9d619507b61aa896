"""The window round the screens: what the palette finds, the sheet of keys, full screen, lock, snapshot."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.arrival import Arrival
from console.domain.commands.access import Lock, Unlock
from console.domain.commands.command import Command
from console.domain.commands.receipt import Find, OpenReceipt
from console.domain.commands.showing import Choose, ShowScreen
from console.domain.commands.watching import SaveSnapshot
from console.domain.preferences import Preferences
from console.domain.screen_name import ScreenName
from console.domain.session import SignedIn
from console.screens.table import SCREENS
from console.state.pictures import CameraPicture
from console.wardrobe import Wardrobe
from console.window.apart import ApartWindow
from console.window.idle import IdleWatch, waking_s
from console.window.inside import Inside
from console.window.main_window import MainWindow
from resources.theme import LIGHT
from tests.console.day import user
from tests.console.plain_desk import CAMERA, PLATE, RECEIPT, TRIP, PlainDesk, plain_desk
from widgets.command_palette import CommandPalette
from widgets.key_sheet import KeyCaps, KeySheet

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Press = Callable[[str], None]


@pytest.fixture
def desk() -> PlainDesk:
    return plain_desk()


@pytest.fixture
def window(qtbot: QtBot, desk: PlainDesk) -> MainWindow:
    window = MainWindow(LIGHT, desk)
    qtbot.addWidget(window)
    inside = Inside(LIGHT, desk, window, "live_floor")
    window.furnish(inside)

    def go(command: Command) -> None:
        if isinstance(command, ShowScreen):
            inside.show_screen(command.name)

    desk.commands.connect(go)
    window.resize(1280, 720)
    window.show()

    def is_in_front() -> bool:
        """Asks each time: a window that is brought forward before it is exposed falls back again."""
        if not window.isActiveWindow():
            window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(is_in_front, timeout=60_000)
    return window


def press(window: MainWindow, keys: str) -> None:
    """To whatever has the focus, shortcuts first, as in life: after whatever was under way."""
    QTest.qWait(0)
    QTest.keySequence(window.focusWidget() or window, keys)


def find(window: MainWindow, text: str) -> None:
    """Ctrl+K, the words, Enter."""
    press(window, "Ctrl+K")
    field = window.findChildren(CommandPalette)[0].findChildren(QLineEdit)[0]
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_palette_finds_everything_that_has_a_name(desk: PlainDesk, window: MainWindow) -> None:
    find(window, "shelves")
    assert desk.asked.last(ShowScreen) == ShowScreen("shelves")
    find(window, "visit 77")
    assert desk.choice.value.trip == TRIP
    assert desk.asked.last(ShowScreen) == ShowScreen("live_floor")
    find(window, f"receipt {RECEIPT.number}")
    assert desk.asked.last(OpenReceipt) == OpenReceipt(RECEIPT.id)
    assert desk.asked.last(Find) == Find(f"receipt {RECEIPT.number}")
    find(window, CAMERA.name)
    assert desk.choice.value.camera == CAMERA.id
    find(window, "oat milk")
    assert desk.choice.value.plate == PLATE
    assert desk.asked.of(Choose)


def test_the_desk_ends_by_what_is_chosen_and_by_its_key_also_in_a_window_apart(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow
) -> None:
    with qtbot.waitSignal(window.closed):
        find(window, "Quit")
    window.show()
    [inside] = window.findChildren(Inside)
    inside.take_apart("cameras")
    [apart] = [one for one in QApplication.topLevelWidgets() if isinstance(one, ApartWindow)]

    def is_in_front() -> bool:
        apart.activateWindow()
        return apart.isActiveWindow()

    qtbot.waitUntil(is_in_front, timeout=60_000)
    with qtbot.waitSignal(window.closed):
        QTest.keySequence(apart, "Ctrl+Q")
    inside.bring_back("cameras")


@pytest.mark.parametrize("screen", [screen.name for screen in SCREENS])
def test_enter_and_escape_are_the_palette_s_while_it_is_open(
    desk: PlainDesk, window: MainWindow, screen: ScreenName
) -> None:
    desk.commands.emit(ShowScreen(screen))
    press(window, "Ctrl+K")
    palette = window.findChildren(CommandPalette)[0]
    assert palette.isVisible()
    press(window, "Esc")
    assert not palette.isVisible()
    find(window, "shelves" if screen != "shelves" else "settings")
    assert desk.asked.last(ShowScreen) != ShowScreen(screen)


def test_the_sheet_names_every_key_and_goes_with_escape(qtbot: QtBot, window: MainWindow) -> None:
    press(window, "?")
    sheet = window.findChildren(KeySheet)[0]
    assert sheet.isVisible()
    shown = {caps.accessibleName() for caps in sheet.findChildren(KeyCaps)}
    assert {"Ctrl+K", "?", "F1", "F11 F", "C B Del"} <= shown
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_f_fills_the_screen_and_escape_leaves_it(window: MainWindow) -> None:
    press(window, "F")
    assert window.isFullScreen()
    press(window, "Esc")
    assert not window.isFullScreen()
    press(window, "F11")
    press(window, "F11")
    assert not window.isFullScreen()


def test_a_maximised_window_is_so_again_after_it_filled_the_screen(window: MainWindow) -> None:
    window.showMaximized()
    for back in ("F", "Esc"):
        press(window, "F")
        assert window.isFullScreen()
        press(window, back)
        assert not window.isFullScreen()
        assert window.isMaximized()


def test_an_untouched_desk_locks_and_a_touched_one_does_not(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    now_s = [0.0]
    watch = IdleWatch(window, lambda: now_s[0])
    locks: list[object] = []
    watch.idle.connect(lambda: locks.append(None))
    watch.minutes = 5
    now_s[0] = 299.0
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    now_s[0] = 301.0
    watch.check()
    assert not locks
    now_s[0] = 599.0
    watch.check()
    assert len(locks) == 1
    press(window, "?")  # a window of its own
    sheet = window.findChildren(KeySheet)[0].windowHandle()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is sheet)
    now_s[0] = 898.0
    QTest.keyClick(sheet, Qt.Key.Key_Shift)
    now_s[0] = 900.0
    watch.check()
    assert len(locks) == 1
    watch.minutes = 0
    now_s[0] = 10_000.0
    watch.check()
    assert len(locks) == 1


def test_a_desk_whose_machine_slept_locks_before_the_first_touch_counts(window: MainWindow) -> None:
    now_s = [0.0]
    watch = IdleWatch(window, lambda: now_s[0])
    locks: list[object] = []
    watch.idle.connect(lambda: locks.append(None))
    watch.minutes = 5
    now_s[0] = 8 * 3_600.0
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert len(locks) == 1


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="other systems have other clocks for it")
def test_the_time_that_the_machine_sleeps_counts_as_idle() -> None:
    assert waking_s() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=5.0)


def test_a_locked_desk_shows_and_does_nothing_until_the_password(desk: PlainDesk, window: MainWindow) -> None:
    press(window, "Ctrl+L")
    assert desk.asked.last(Lock) == Lock()
    desk.arrival.set(Arrival("there"))
    desk.session.set(SignedIn(user("supervisor"), is_locked=True))
    inside = window.findChildren(Inside)[0]
    assert not inside.isVisible()
    before = len(desk.asked.of(ShowScreen))
    window.entry_page.setFocus()
    press(window, "3")
    assert len(desk.asked.of(ShowScreen)) == before
    password = next(field for field in window.entry_page.findChildren(QLineEdit) if field.isVisible())
    password.clear()
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert not desk.asked.of(Unlock), "the store takes none"
    QTest.keyClicks(password, "secret 3")
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert desk.asked.last(Unlock) == Unlock("secret 3")
    desk.session.set(SignedIn(user("supervisor")))
    assert inside.isVisible()


def test_the_entry_page_says_which_store_it_would_sign_in_to(desk: PlainDesk, window: MainWindow) -> None:
    desk.arrival.set(Arrival("there", "https://store.example"))
    desk.session.set(SignedIn())
    words = [label.text() for label in window.entry_page.findChildren(QLabel) if label.isVisible()]
    assert "https://store.example" in words


def test_s_saves_the_picture_of_the_chosen_camera(desk: PlainDesk, window: MainWindow) -> None:
    press(window, "2")
    press(window, "S")
    assert not desk.asked.of(SaveSnapshot), "nothing is saved where no picture is"
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(0)
    desk.pictures.put([CameraPicture(CAMERA.id, image, desk.clock.now_us(), 1)])
    press(window, "S")
    saved = desk.asked.last(SaveSnapshot)
    assert isinstance(saved, SaveSnapshot)
    assert saved.camera == CAMERA.id
    path = Path(saved.path)
    assert path.parent.name == "Floorwalker"
    assert path.name.startswith(f"{CAMERA.id}-20")
    assert path.suffix == ".png"


@pytest.mark.parametrize(
    ("screen", "words", "keys"),
    [
        ("live_floor", "Add", "A"),
        ("live_floor", "Take back", "T"),
        ("cameras", "Save a picture", "S"),
        ("shelves", "Hold still", "H"),
        ("receipts", "Open a case", "C"),
        ("cases", "Claim", "C"),
    ],
)
def test_a_button_tells_its_key(desk: PlainDesk, window: MainWindow, screen: ScreenName, words: str, keys: str) -> None:
    desk.commands.emit(ShowScreen(screen))
    shown: list[QWidget] = [button for button in window.findChildren(QPushButton) if button.text() == words]
    assert [button.toolTip().endswith(f"({keys})") for button in shown] == [True]


class Told(QObject):
    """How many events of a kind have come to what it is the filter of."""

    def __init__(self, kind: QEvent.Type) -> None:
        super().__init__()
        self.count = 0
        self._kind = kind

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        self.count += event.type() == self._kind
        return False


def test_in_another_language_the_window_goes_on_without_a_page_to_sign_in(desk: PlainDesk, window: MainWindow) -> None:
    QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
    shown = Told(QEvent.Type.Show)
    window.entry_page.installEventFilter(shown)
    inside = Inside(LIGHT, desk, window, "live_floor")
    window.furnish(inside)
    assert inside.isVisible()
    assert shown.count == 0


def test_what_is_in_the_window_is_built_from_the_top_down(desk: PlainDesk, window: MainWindow) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    wardrobe, styled = Wardrobe(application, Preferences(theme="light")), Told(QEvent.Type.StyleChange)
    try:
        application.installEventFilter(styled)
        inside = Inside(LIGHT, desk, window, "live_floor")
        window.furnish(inside)
        application.removeEventFilter(styled)
        made = len(inside.findChildren(QWidget))
    finally:
        wardrobe.take_off()
    assert made > 200
    assert styled.count < 3.5 * made, "with each new parent all that is in it is styled anew"


def test_the_first_window_is_no_larger_than_a_small_screen(qtbot: QtBot, desk: PlainDesk) -> None:
    """As that of a laptop at 150 %: what is at the bottom of the desk would be below it."""
    small, large = MainWindow(LIGHT, desk), MainWindow(LIGHT, desk)
    for window, room in ((small, QSize(1280, 680)), (large, QSize(1920, 1040))):
        qtbot.addWidget(window)
        window.fit(room)
    assert small.isMaximized()
    assert (small.width() < 1280, small.height() < 680) == (True, True), "once it is no longer maximised"
    assert not large.isMaximized()
    assert (large.width(), large.height()) == (1440, 900)
