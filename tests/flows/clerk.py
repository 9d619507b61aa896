"""Somebody at the desk: works the window with keys and buttons only, and reads what it shows."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.commands import ScreenName
from console.screens.claim_form import ClaimForm
from console.screens.screen import Screen
from store_client.contract.case import Case
from store_client.contract.receipt import ReceiptSummary
from tests.console.desk_process import RunningDesk
from widgets.banner import Banner
from widgets.decision_table import DecisionTable
from widgets.state_view import StateView
from widgets.table import Table

PATIENCE_MS = 90_000
SCREEN_KEYS: dict[ScreenName, Qt.Key] = {
    "cameras": Qt.Key.Key_2,
    "receipts": Qt.Key.Key_4,
    "cases": Qt.Key.Key_5,
}
W = TypeVar("W", bound=QWidget)


class Clerk:
    """``password``: of the demo's supervisor. ``served``: the receipts that a clerk had open before."""

    def __init__(self, running: RunningDesk, qtbot: QtBot, password: str, served: set[str]) -> None:
        self.running = running
        self.desk = running.desk
        self._qtbot = qtbot
        self._password = password
        self._served = served
        self._window = running.shell.window
        self._window.resize(1440, 900)
        self._window.activateWindow()
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
        for key in keys:
            QTest.keyClick(self._window.focusWidget() or self._window, key, modifier)

    def click(self, button: QPushButton) -> None:
        self._qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))

    def go_to(self, name: ScreenName) -> Screen:
        shown = self.running.app.inside.screen_of(self.running.app.inside.current)
        assert shown is not None
        shown.take_focus()  # digits typed into a field stay in it
        self.press(SCREEN_KEYS[name])
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

    def states(self) -> set[str]:
        """What stands in the place of what is not there."""
        return {view.state() for view in self._window.findChildren(StateView) if view.isVisible()}

    # ---- a working day

    def sign_in(self) -> None:
        page = self._window.entry_page
        QTest.keyClicks(self.part(QLineEdit, page, name="Name"), "supervisor")
        password = self.part(QLineEdit, page, name="Password")
        QTest.keyClicks(password, self._password)
        QTest.keyClick(password, Qt.Key.Key_Return)
        self._qtbot.waitUntil(lambda: self.desk.session.value.user is not None, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(self.is_live, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(lambda: "no keyring" in self.banner(), timeout=PATIENCE_MS)
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
        screen = self.go_to("receipts")
        self._qtbot.waitUntil(lambda: self.paid_receipt() is not None, timeout=PATIENCE_MS)
        summary = self.paid_receipt()
        assert summary is not None
        self._served.add(summary.id)
        self.part(Table, screen, name="Receipts found").choose(summary.id)
        self.press(Qt.Key.Key_Return)
        opened = self.desk.receipt
        self._qtbot.waitUntil(
            lambda: opened.value.value is not None and opened.value.value.id == summary.id, timeout=PATIENCE_MS
        )
        return summary.id

    def open_case(self) -> Case:
        """On the receipt that is open: of its first line one unit less was taken. Claims it too."""
        self.press(Qt.Key.Key_C)
        form = self.part(ClaimForm)
        spin = form.findChildren(QSpinBox)[0]
        QTest.keyClick(spin, Qt.Key.Key_Down)
        self.click(self.part(QPushButton, form, name="Open the case"))
        receipt = self.desk.receipt.value.id
        self._qtbot.waitUntil(lambda: self.case() is not None and self._case().receipt == receipt, timeout=PATIENCE_MS)
        self.go_to("cases")
        self._qtbot.waitUntil(lambda: not self.desk.tasks.value, timeout=PATIENCE_MS)
        self.press(Qt.Key.Key_C)
        self._qtbot.waitUntil(lambda: self._case().state == "claimed", timeout=PATIENCE_MS)
        return self._case()

    def draft_as_claimed(self) -> None:
        """Decides each line as the shopper claims, and waits for the effect."""
        table = self.part(DecisionTable)
        table.setFocus()
        for _ in self._case().lines:
            QTest.keyClick(table, Qt.Key.Key_C)
            QTest.keyClick(table, Qt.Key.Key_Down)
        effect = self.desk.effect
        self._qtbot.waitUntil(
            lambda: effect.value.id == self._case().id and effect.value.value is not None and not self.desk.tasks.value,
            timeout=PATIENCE_MS,
        )

    def decide(self) -> None:
        self.press(Qt.Key.Key_Return, ctrl=True)

    def until_decided(self) -> None:
        self._qtbot.waitUntil(lambda: self._case().state not in ("open", "claimed"), timeout=PATIENCE_MS)

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
