"""A clerk's day with money at the real window and a real store: by keys, and on a road that loses answers."""

import gc
import sys
import threading
from typing import Self

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from console.domain.commands.receipt import OpenReceipt
from store_client.transport import Timeouts
from tests.flows.clerk import PATIENCE_MS, Clerk
from tests.flows.money.business import Business
from tests.flows.money.road import Mischief, failing, half_a_json, html, none
from widgets.amount import Amount, format_amount
from widgets.effect_view import EffectView

SAVED = "It is saved; if the store did not hear it, it is sent again, once."
LOOK_S, MOST_WAITS = 0.02, 20
WAITING = ("http/client.py", "urllib3/connection.py", "concurrent/futures/_base.py")
"""Where a thread is that waits for an answer, or for another thread's."""
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Onlooker(threading.Thread):
    """Looks at what the window's thread does; ``most_waits``: in how many looks running it waited for an answer. By what it
    does and not by how long it takes: on a busy machine the window may stand still for seconds and wait for nobody."""

    def __init__(self) -> None:
        super().__init__(name="onlooker", daemon=True)
        self.looks = self.most_waits = 0
        self._window = threading.main_thread().ident
        self._is_over = threading.Event()

    def run(self) -> None:
        waits = 0
        while not self._is_over.wait(LOOK_S):
            gc.disable()  # CPython 3.11.7 stands still for ever where it collects while it looks (gh-106883)
            frame, waiting = sys._current_frames().get(self._window or 0), False
            gc.enable()
            while frame is not None and not waiting:
                waiting = frame.f_code.co_filename.endswith(WAITING)
                frame = frame.f_back
            waits = waits + 1 if waiting else 0
            self.looks, self.most_waits = self.looks + 1, max(waits, self.most_waits)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self.join()


def test_one_line_is_refunded_once_by_keys(business: Business, clerk: Clerk) -> None:
    clerk.open_receipt()
    case = clerk.open_case()
    clerk.draft_as_claimed()
    effect = clerk.desk.effect.value.value
    assert effect is not None
    assert effect.refund.minor == -effect.total.minor > 0
    shown = format_amount(Amount(effect.refund.minor, effect.refund.currency), QLocale())
    assert clerk.part(EffectView).accessibleDescription() == f"{shown} to the shopper"
    assert business.money_moved(case) == [], "nothing moves before it is decided"

    clerk.decide()
    clerk.until_decided()
    outcome = clerk.until_refunded()
    assert business.money_moved(case) == [(outcome, effect.refund.minor)]
    assert clerk.banner() == ""


@pytest.mark.parametrize(
    "fault", [half_a_json, failing, html, "killed"], ids=["half_a_json", "http_500", "html", "killed"]
)
def test_a_decision_whose_answer_is_lost_moves_money_once(
    business: Business, clerk: Clerk, qtbot: QtBot, fault: Mischief | str
) -> None:
    clerk.open_receipt()
    case = clerk.open_case()
    clerk.draft_as_claimed()
    effect = clerk.desk.effect.value.value
    assert effect is not None
    assert effect.refund.minor > 0

    business.road.disturb("/decision", business.kill_before_it_answers if isinstance(fault, str) else fault)
    clerk.decide()
    qtbot.waitUntil(lambda: SAVED in clerk.banner(), timeout=PATIENCE_MS)
    clerk.decide()  # as people do
    assert business.road.asked.count(f"POST /v1/cases/{case.id}/decision") >= 1
    assert len(business.money_moved(case)) <= 1

    if isinstance(fault, str):
        qtbot.waitUntil(lambda: business.store.process.poll() is not None, timeout=PATIENCE_MS)
    business.road.disturb("", none)
    if isinstance(fault, str):
        business.start_store()
    clerk.until_decided()
    outcome = clerk.until_refunded()
    qtbot.waitUntil(lambda: SAVED not in clerk.banner(), timeout=PATIENCE_MS)
    assert business.money_moved(case) == [(outcome, effect.refund.minor)]


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files stands in for a full disk")
def test_on_a_full_disk_nothing_is_sent(business: Business, clerk: Clerk, qtbot: QtBot) -> None:
    resource = pytest.importorskip("resource")
    clerk.open_receipt()
    case = clerk.open_case()
    clerk.draft_as_claimed()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        clerk.decide()
        qtbot.waitUntil(lambda: "Nothing was sent." in clerk.banner(), timeout=PATIENCE_MS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert business.road.asked.count(f"POST /v1/cases/{case.id}/decision") == 0
    clerk.decide()
    clerk.until_decided()
    clerk.until_refunded()
    assert len(business.money_moved(case)) == 1


def test_a_slow_store_leaves_the_window_alive(
    business: Business, clerk: Clerk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not while live data is fetched anew, as after a store that was killed: that renews the session, and of a renewal whose
    # answer is lost the store hears twice, and ends it.
    qtbot.waitUntil(clerk.is_live, timeout=PATIENCE_MS)
    transport = business.running.app.door.client._transport
    patient, impatient = transport.timeouts, Timeouts(connect=1.0, read=2.0, total=4.0)
    monkeypatch.setattr(transport, "timeouts", impatient)
    clerk.go_to("receipts")
    qtbot.waitUntil(lambda: clerk.paid_receipt() is not None, timeout=PATIENCE_MS)
    summary = clerk.paid_receipt()
    assert summary is not None
    clerk.desk.commands.emit(OpenReceipt(None))
    with Onlooker() as onlooker:
        business.road.goes_on.clear()
        clerk.desk.commands.emit(OpenReceipt(summary.id))
        qtbot.waitUntil(lambda: "loading" in clerk.states(), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: any(task.can_cancel for task in clerk.desk.tasks.value), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: clerk.desk.connection.value.http.state == "lost", timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: "the store does not answer" in clerk.banner(), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: "failed" in clerk.states(), timeout=PATIENCE_MS)
        clerk.go_to("cameras")
        clerk.go_to("receipts")

        monkeypatch.setattr(transport, "timeouts", patient)  # a busy machine's store may take two seconds
        business.road.goes_on.set()
        qtbot.waitUntil(clerk.is_live, timeout=PATIENCE_MS)
        clerk.desk.commands.emit(OpenReceipt(summary.id))
        qtbot.waitUntil(lambda: clerk.desk.receipt.value.value is not None, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: clerk.banner() == "", timeout=PATIENCE_MS)
    assert onlooker.looks > MOST_WAITS
    assert onlooker.most_waits < MOST_WAITS
