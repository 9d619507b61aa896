"""Somebody at the desk: works the window with keys and buttons only, and reads what it shows."""

import math
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.screen_name import ScreenName
from console.screens.claim_form import ClaimForm
from console.screens.decision_side import DecisionSide
from console.screens.screen import Screen
from store_client.contract.case import Case, Effect
from store_client.contract.receipt import ReceiptSummary
from tests.console.desk_process import RunningDesk
from widgets.banner import Banner
from widgets.decision_table import DecisionTable
from widgets.state_view import StateView
from widgets.table import Table

PATIENCE_MS = 90_000
AGAIN_S = 10.0
SCREEN_KEYS: dict[ScreenName, Qt.Key] = {
    "cameras": Qt.Key.Key_2,
    "receipts": Qt.Key.Key_4,
    "cases": Qt.Key.Key_5,
}
W = TypeVar("W", bound=QWidget)


class Clerk:
    """``password``: of the demo's user of that name. ``served``: the receipts that a clerk had open before. ``keys``: how
    many were pressed since it was set to 0."""

    def __init__(
        self, running: RunningDesk, qtbot: QtBot, password: str, served: set[str], user: str = "supervisor"
    ) -> None:
        self.keys = 0
        self.running = running
        self.desk = running.desk
        self._qtbot = qtbot
        self._password = password
        self._user = user
        self._served = served
        self._window = running.shell.window
        self._window.resize(1440, 900)
        self.come()
        qtbot.waitUntil(lambda: not self.desk.session.value.is_busy, timeout=PATIENCE_MS)

    # ---- hands and eyes

    def part(self, kind: type[W], among: QWidget | None = None, *, name: str = "") -> W:
        """The one visible widget of a kind, with that accessible name or those words on it."""
        found = [
            widget
            for widget in (among or self._window).findChildren(kind)
            if widget.isVisible() and (not name or name in (widget.accessibleName(), getattr(widget, "text", str)()))
        ]
        assert len(found) == 1, f"{len(found)} of {kind.__name__} {name}"
        return found[0]

    def press(self, *keys: Qt.Key, ctrl: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        self.keys += len(keys)
        self.come()
        for key in keys:
            QTest.keyClick(self._window.focusWidget() or self._window, key, modifier)

    def _press_until(self, is_so: Callable[[], bool], key: Qt.Key, *, ctrl: bool = False) -> None:
        """Presses again, as people do: the first key may have come before the screen was ready for it."""
        pressed_s = -math.inf

        def look() -> bool:
            nonlocal pressed_s
            if not is_so() and time.monotonic() - pressed_s > AGAIN_S:
                pressed_s = time.monotonic()
                self.press(key, ctrl=ctrl)
            return is_so()

        self._qtbot.waitUntil(look, timeout=PATIENCE_MS)

    def come(self) -> None:
        """To the own window: keys go to the one that is active."""
        self._qtbot.waitUntil(self._is_in_front, timeout=PATIENCE_MS)

    def _is_in_front(self) -> bool:
        """Asks each time: a window that is brought forward before it is exposed falls back again."""
        if not self._window.isActiveWindow():
            self._window.activateWindow()
        return self._window.isActiveWindow()

    def click(self, button: QPushButton) -> None:
        self._qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))

    def go_to(self, name: ScreenName) -> Screen:
        self.press(SCREEN_KEYS[name], ctrl=True)
        self._qtbot.waitUntil(lambda: self.running.app.inside.current == name, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(lambda: self.running.app.inside.frame_of(name).is_ready, timeout=PATIENCE_MS)
        screen = self.running.app.inside.screen_of(name)
        assert screen is not None
        screen.take_focus()
        return screen

    def banner(self) -> str:
        """What it says, "" while there is none."""
        banner = self._window.findChild(Banner)
        if banner is None or not banner.isVisible():
            return ""
        return " ".join(label.text() for label in banner.findChildren(QLabel) if label.isVisible())

    def close_banner(self) -> None:
        banner = self.part(Banner)
        QTest.mouseClick(self.part(QToolButton, banner), Qt.MouseButton.LeftButton)

    def tidy_up(self) -> None:
        """Closes what still says something, one after the other."""
        for _ in range(9):
            if self.banner():
                self.close_banner()

    def states(self) -> set[str]:
        """What stands in the place of what is not there."""
        return {view.state() for view in self._window.findChildren(StateView) if view.isVisible()}

    # ---- a working day

    def sign_in(self) -> None:
        page = self._window.entry_page
        QTest.keyClicks(self.part(QLineEdit, page, name="Name"), self._user)
        password = self.part(QLineEdit, page, name="Password")
        QTest.keyClicks(password, self._password)
        QTest.keyClick(password, Qt.Key.Key_Return)
        self._qtbot.waitUntil(lambda: self.desk.session.value.user is not None, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(self.is_live, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(lambda: "No keyring" in self.banner(), timeout=PATIENCE_MS)
        self.close_banner()

    def is_live(self) -> bool:
        links = self.desk.connection.value
        return links.http.state == links.live.state == "up" and len(self.desk.floor.shoppers) > 0

    def paid_receipt(self) -> ReceiptSummary | None:
        """One that was paid and that no clerk had open."""
        found = self.desk.receipts.value.items
        return next((one for one in found if one.payment == "captured" and one.id not in self._served), None)

    def open_receipt(self) -> str:
        """Opens a paid one; its id."""
        return self._open_receipt(self.paid_receipt)

    def open_doubtful_receipt(self) -> str:
        """Opens a paid one of which the sensors were not sure; its id."""
        return self._open_receipt(self.doubtful_receipt)

    def doubtful_receipt(self) -> ReceiptSummary | None:
        found = [one for one in self.desk.receipts.value.items if one.is_doubtful and one.payment == "captured"]
        return next((one for one in found if one.id not in self._served), None)

    def most_doubtful_line(self) -> int:
        """Of the open receipt, counted from 0."""
        receipt = self.desk.receipt.value.value
        assert receipt is not None
        return min(range(len(receipt.lines)), key=lambda place: receipt.lines[place].confidence)

    def _open_receipt(self, find: Callable[[], ReceiptSummary | None]) -> str:
        """Of those on which nobody has opened a case; the store itself does so when its sensors contradict one."""
        screen = self.go_to("receipts")
        while True:
            self._qtbot.waitUntil(lambda: find() is not None, timeout=PATIENCE_MS)
            summary = find()
            assert summary is not None
            self._served.add(summary.id)
            self.part(Table, screen, name="Receipts found").choose(summary.id)
            self.press(Qt.Key.Key_Return)
            self._qtbot.waitUntil(partial(self._has_open, summary.id), timeout=PATIENCE_MS)
            opened = self.desk.receipt.value.value
            if opened is not None and not opened.cases:
                return summary.id

    def _has_open(self, receipt: str) -> bool:
        opened = self.desk.receipt.value
        return opened.value is not None and opened.value.id == receipt and not opened.is_loading

    def open_case(self, line: int = 0) -> Case:
        """On the receipt that is open: of that line (counted from 0) one unit less was taken. Claims it too. Where the
        store itself has opened one meanwhile, on another receipt."""
        while not self._tries_to_open_case(line):
            self.close_banner()
            self.open_receipt()
            line = 0
        self.go_to("cases")
        self.claim()
        return self._case()

    def _tries_to_open_case(self, line: int) -> bool:
        self.press(Qt.Key.Key_C)
        form = self.part(ClaimForm)
        spin = form.findChildren(QSpinBox)[line]
        QTest.keyClick(spin, Qt.Key.Key_Down)
        receipt = self.desk.receipt.value.id
        self.click(self.part(QPushButton, form, name="Open the case"))
        self._qtbot.waitUntil(
            lambda: self._has_case_on(receipt) or "is not decided yet" in self.banner(), timeout=PATIENCE_MS
        )
        return self._has_case_on(receipt)

    def _has_case_on(self, receipt: str | None) -> bool:
        case = self.case()
        return case is not None and case.receipt == receipt

    def claim(self) -> None:
        """The case that is open; the lines have the keys then."""
        self._qtbot.waitUntil(lambda: self._sees(DecisionSide) and not self.desk.tasks.value, timeout=PATIENCE_MS)
        self._press_until(self.holds, Qt.Key.Key_C)
        self._qtbot.waitUntil(lambda: self._has_keys(DecisionTable), timeout=PATIENCE_MS)

    def _sees(self, kind: type[QWidget]) -> bool:
        return any(widget.isVisible() for widget in self._window.findChildren(kind))

    def _has_keys(self, kind: type[QWidget], name: str = "") -> bool:
        """Of a kind, and with that accessible name if one is given."""
        focus = self._window.focusWidget()
        return isinstance(focus, kind) and focus.isVisible() and name in ("", focus.accessibleName())

    def holds(self) -> bool:
        case = self.case()
        return case is not None and case.lease is not None and case.lease.holder == self._user

    def leave_case(self) -> None:
        """Back to the queue, which has the keys."""
        self.press(Qt.Key.Key_Escape)
        self._qtbot.waitUntil(lambda: self.desk.case.value.id is None, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(lambda: self._has_keys(Table, "Queue of cases"), timeout=PATIENCE_MS)

    def find_case(self, case: str) -> None:
        """In the queue; opens it."""
        self.go_to("cases")
        if self.desk.case.value.id not in (None, case):
            self.leave_case()
        if self.desk.case.value.id is None:
            self.choose_in_queue(case)
            self.press(Qt.Key.Key_Return)
        self.until_open(case)

    def choose_in_queue(self, case: str) -> None:
        """Which stands before the clerk, and has the keys then."""
        self._qtbot.waitUntil(lambda: case in {one.id for one in self.desk.cases.value.items}, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(lambda: self._has_keys(Table, "Queue of cases"), timeout=PATIENCE_MS)
        queue = self.part(Table, name="Queue of cases")
        queue.choose(case)
        queue.setFocus()

    def until_open(self, case: str) -> None:
        opened = self.desk.case
        self._qtbot.waitUntil(
            lambda: opened.value.id == case and opened.value.value is not None and not opened.value.is_loading,
            timeout=PATIENCE_MS,
        )

    def until_effect(self) -> Effect:
        """Of what is drafted now, not of what was drafted before."""
        self._qtbot.waitUntil(self._knows_effect, timeout=PATIENCE_MS)
        effect = self.desk.effect.value.value
        assert effect is not None
        return effect

    def _knows_effect(self) -> bool:
        effect = self.desk.effect.value
        is_about_to_ask = any(
            timer.isSingleShot() and timer.isActive()
            for side in self._window.findChildren(DecisionSide)
            for timer in side.findChildren(QTimer)
        )
        is_known = effect.id == self._case().id and effect.value is not None and not effect.is_loading
        return is_known and not is_about_to_ask and not self.desk.tasks.value

    def until_state(self, *states: str) -> Case:
        self._qtbot.waitUntil(lambda: self._case().state in states, timeout=PATIENCE_MS)
        return self._case()

    def draft_as_claimed(self) -> None:
        """Decides each line as the shopper claims, and waits for the effect."""
        table = self.part(DecisionTable)
        table.setFocus()
        for _ in self._case().lines:
            QTest.keyClick(table, Qt.Key.Key_C)
            QTest.keyClick(table, Qt.Key.Key_Down)
        self.until_effect()

    def decide(self) -> None:
        self.press(Qt.Key.Key_Return, ctrl=True)

    def decide_until(self, is_told: Callable[[], bool]) -> None:
        """Where the effect is not known yet, the first Enter shows it."""
        self._press_until(is_told, Qt.Key.Key_Return, ctrl=True)

    def until_decided(self) -> Case:
        """Decided or proposed. Where the sensors have said something new of the receipt meanwhile, looks and decides
        again, as people would."""
        while True:
            self._qtbot.waitUntil(lambda: self._is_decided() or self._is_overtaken(), timeout=PATIENCE_MS)
            if self._is_decided():
                return self._case()
            self.close_banner()
            self._qtbot.waitUntil(lambda: self.holds() and not self.desk.tasks.value, timeout=PATIENCE_MS)
            self.until_effect()
            self.decide()

    def _is_decided(self) -> bool:
        return self._case().state not in ("open", "claimed")

    def _is_overtaken(self) -> bool:
        return "somebody else changed it meanwhile" in self.banner() and self.holds()

    def case(self) -> Case | None:
        return self.desk.case.value.value

    def _case(self) -> Case:
        case = self.case()
        assert case is not None
        return case

    def until_refunded(self) -> str:
        """How the refund of the opened case ended."""
        refund = self.desk.refund
        self._qtbot.waitUntil(
            lambda: refund.value.value is not None and refund.value.value.state in ("settled", "failed"),
            timeout=PATIENCE_MS,
        )
        assert refund.value.value is not None
        return refund.value.value.state


def money_moved(store: Path, case: Case) -> list[tuple[str, int]]:
    """What the payment provider has in its own books of the refunds of a receipt: outcome and minor units."""
    with closing(sqlite3.connect(f"file:{store / 'store.sqlite'}?mode=ro", uri=True)) as books:
        [(payment,)] = books.execute("SELECT id FROM payments WHERE receipt = ?", (case.receipt,)).fetchall()
    with closing(sqlite3.connect(f"file:{store / 'provider.sqlite'}?mode=ro", uri=True)) as provider:
        question = "SELECT outcome, minor FROM movements WHERE kind = 'refund' AND capture = ?"
        return [(outcome, minor) for outcome, minor in provider.execute(question, (payment,))]
