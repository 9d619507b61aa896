"""No code of the contract is shown as such: each has its words, and what the desk does not know is shown as it came."""

from typing import get_args

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.domain.listing import Opened
from console.screens.cases import CasesScreen
from console.screens.receipts import ReceiptsScreen
from console.screens.words import channel_words, decision_reasons, history_detail, reason_word, refund_detail
from resources.theme import LIGHT
from store_client.contract.cart import Reason
from store_client.contract.case import Channel, DecisionReason, HistoryEntry
from store_client.contract.receipt import Correction
from tests.console.plain_desk import CASE, RECEIPT, drawn, example, plain_desk
from widgets.table import Table


def test_every_code_has_words() -> None:
    assert set(decision_reasons()) == set(get_args(DecisionReason))
    assert set(channel_words()) == set(get_args(Channel))
    assert not [code for code in get_args(Reason) if "_" in reason_word(code)]


@pytest.mark.parametrize(
    ("what", "detail", "shown"),
    [
        ("opened", "shopper", "shopper"),
        ("decided", "not_taken", "The shopper did not take it"),
        ("decided", "of_another_store", "of another store"),
        ("refund failed", "card expired", "card expired"),
    ],
)
def test_a_step_of_a_case_says_why(what: str, detail: str, shown: str) -> None:
    assert history_detail(what, detail) == shown


def test_the_store_s_own_sentences_are_known() -> None:
    assert refund_detail("within the limit of eve") == "within the limit of eve"
    assert refund_detail("insufficient funds") == "insufficient funds"


def test_case_and_receipt_show_words(qtbot: QtBot) -> None:
    desk = plain_desk()
    step = HistoryEntry(at=CASE.opened_at, by="eve", what="decided", detail="wrong_quantity")
    desk.case.set(Opened(CASE.id, replace(CASE, history=[step])))
    correction = replace(example(Correction), reason="damaged_item")
    desk.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, corrections=[correction])))
    shown = []
    for kind in (CasesScreen, ReceiptsScreen):
        screen = kind(LIGHT, desk)
        qtbot.addWidget(screen)
        shown += [row for table in screen.findChildren(Table) for row in drawn(table)]
    assert any("Another quantity was billed" in row for row in shown)
    assert any("Damaged item" in row for row in shown)
