"""No code of the contract is shown as such: each has its words, and what the desk does not know is shown as it came."""

from collections.abc import Iterator
from typing import get_args

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.listing import Opened
from console.screens.audit_words import action_words, details
from console.screens.case_head import ShopperWords
from console.screens.cases import CasesScreen
from console.screens.receipts import ReceiptsScreen
from console.screens.words import (
    channel_words,
    decision_reasons,
    history_detail,
    history_word,
    reason_word,
    step_detail,
)
from resources.theme import LIGHT
from resources.translations import translator
from store_client.contract.cart import Reason
from store_client.contract.case import CaseStep, Channel, DecisionReason, HistoryEntry
from store_client.contract.cause import Cause
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
        ("proposed", "wrong_product", "Another product was billed"),
        ("refund failed", "card expired", "card expired"),
    ],
)
def test_a_step_of_a_case_says_why(what: str, detail: str, shown: str) -> None:
    assert history_detail(what, detail) == shown


SENTENCES = {
    "within the limits of eve": "in den Grenzen von eve",
    "within the limit of eve": "in den Grenzen von eve",
    "above a limit (receipt, agent_day): another decides": "über der Grenze dieses Belegs, über der Grenze des Tages",
    "by eve": "durch eve",
    "refused by eve: two cartons on the picture": "abgelehnt von eve: two cartons on the picture",
    "expired by store: nobody decided on the proposal in time": "niemand hat rechtzeitig über den Vorschlag entschieden",
    "eve learned it from the provider (P-77): Ms. Li said so": "eve weiß es vom Zahlungsdienst, P-77: Ms. Li said so",
    "the provider has it": "beim Zahlungsdienst",
    "insufficient funds": "insufficient funds",
    "above a limit (of_a_later_store): another decides": "above a limit (of_a_later_store): another decides",
}
"""As stores wrote them before they gave causes; and what none of them wrote."""


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    words = translator("de")
    qapp.installTranslator(words)
    yield
    qapp.removeTranslator(words)


def test_what_earlier_stores_wrote_of_a_refund_is_still_worded(german: None) -> None:
    for sentence, shown in SENTENCES.items():
        assert step_detail(sentence) == shown
    assert history_detail("sensors changed", "as billed") == "wie berechnet"
    assert history_detail("sensors changed", "Oat drink 2 → 1") == "Oat drink 2 → 1"
    assert history_detail("sensors changed", "by Nature Oats 2 → 1") == "by Nature Oats 2 → 1", "the name of a product"
    assert history_detail("approved", "by the way, well done") == "by the way, well done", "somebody's own words"


def test_what_the_store_says_is_worded_by_its_causes_however_it_puts_it(german: None) -> None:
    causes = [Cause("refused_by", {"who": "eve", "note": "two {cartons}"})]
    assert step_detail("turned down, eve says: two {cartons}", causes) == "abgelehnt von eve: two {cartons}"
    assert history_detail("refund failed", "declined", [Cause("declined")]) == "von der Bank abgelehnt"
    assert history_detail("expired", "too late", [Cause("undecided")]).startswith("niemand hat rechtzeitig")
    assert step_detail("as it says", [Cause("of_a_later_store")]) == "as it says"
    written = '{"causes":[{"code":"sent_back","facts":{}}],"currency":"EUR","detail":"it came back","minor":5}'
    assert details("refund_reversed", written)[-1][1] == "die Bank des Kunden hat es zurückgeschickt"
    assert details("refund_reversed", written.replace("[{", '["x",{'))[-1][1] == "it came back"


def test_every_step_of_a_case_has_words_in_both_languages(german: None) -> None:
    assert not [step for step in get_args(CaseStep) if history_word(step) == step]
    assert {step.replace(" ", "_") for step in get_args(CaseStep)} <= set(action_words())


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


def test_what_a_shopper_wrote_without_a_space_is_all_there(qtbot: QtBot) -> None:
    words = ShopperWords(LIGHT)
    qtbot.addWidget(words)
    words.set_message("x" * 250)
    assert words.heightForWidth(300) > 4 * words.fontMetrics().height(), "in several lines, not in one that is cut"
