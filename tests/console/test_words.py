"""No code of the contract is shown as such: each has its words, and what the desk does not know is shown as it came."""

import re
from typing import get_args

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.listing import Opened
from console.screens.cases import CasesScreen
from console.screens.receipts import ReceiptsScreen
from console.screens.words import (
    channel_words,
    decision_reasons,
    history_detail,
    history_word,
    reason_word,
    refund_detail,
)
from resources.theme import LIGHT
from resources.translations import translator
from store_client.contract.cart import Reason
from store_client.contract.case import Channel, DecisionReason, HistoryEntry
from store_client.contract.receipt import Correction
from tests.console.plain_desk import CASE, RECEIPT, drawn, example, plain_desk
from tests.store_process import ROOT
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
        ("proposed", "wrong_product", "Another product was billed"),
        ("refund failed", "card expired", "card expired"),
    ],
)
def test_a_step_of_a_case_says_why(what: str, detail: str, shown: str) -> None:
    assert history_detail(what, detail) == shown


def test_the_store_s_own_sentences_are_known() -> None:
    assert refund_detail("within the limit of eve") == "within the limit of eve"
    assert refund_detail("insufficient funds") == "insufficient funds"


SENTENCES = [
    "within the limits of eve",
    "above a limit (receipt, agent_day): another decides",
    "by eve",
    "refused by eve: two cartons on the picture",
    "expired by store: nobody decided on the proposal in time",
    "nobody decided on the proposal in time",
    "eve learned it from the provider (P-77): Ms. Li said so",
    "the provider does not answer any more: a person must ask it",
    "the provider has not seen it so far: it is being asked again",
]


def test_what_the_store_writes_of_a_refund_is_german_where_the_desk_is(qapp: QApplication) -> None:
    german = translator("de")
    qapp.installTranslator(german)
    try:
        for sentence in SENTENCES:
            assert refund_detail(sentence) != sentence
        assert refund_detail(SENTENCES[1]).startswith("über einer Grenze (")
        assert "agent_day" not in refund_detail(SENTENCES[1])
        assert refund_detail(SENTENCES[3]) == "abgelehnt von eve: two cartons on the picture"
        for what in ("sensors changed", "debit captured", "debit failed", "debit in doubt"):
            assert history_word(what) != what
        assert history_detail("sensors changed", "as billed") == "wie berechnet"
        assert history_detail("sensors changed", "Oat drink 2 → 1") == "Oat drink 2 → 1"
        assert history_detail("approved", "by the way, well done") == "by the way, well done", "somebody's own words"
    finally:
        qapp.removeTranslator(german)


def test_the_store_writes_no_sentence_of_a_refund_that_the_desk_does_not_know(qapp: QApplication) -> None:
    """As they stand in its source: whoever writes another there gives it words here."""
    written = re.compile(r'"((?:the provider|the receipt|the shopper|nobody decided)[^"]*)"')
    found = {
        sentence
        for path in ("movement.py", "returns.py", "proposal.py", "charges.py")
        for sentence in written.findall((ROOT / "store_server" / "desk" / path).read_text(encoding="utf-8"))
    }
    assert "the provider has it" in found
    german = translator("de")
    qapp.installTranslator(german)
    try:
        assert not [sentence for sentence in found if refund_detail(sentence) == sentence]
    finally:
        qapp.removeTranslator(german)


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
