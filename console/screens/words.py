"""The words of the field as they stand on screen, and amounts as widgets take them."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.causes import causes_words
from console.domain.former_words import former_causes
from store_client.contract.case import CaseState, DecisionReason, LimitScope
from store_client.contract.cause import Cause
from store_client.contract.live import DeviceState
from store_client.contract.money import Money
from store_client.contract.receipt import PaymentState
from store_client.contract.refund import RefundState
from widgets.amount import Amount
from widgets.severity import Severity
from widgets.table import StateCell


def tr(text: str) -> str:
    return QCoreApplication.translate("words", text)


def amount(money: Money) -> Amount:
    return Amount(money.minor, money.currency)


def reason_word(reason: str) -> str:
    """Why a line is doubtful; a reason that this desk does not know is shown as the store wrote it."""
    words = {
        "same_weight": tr("same weight as another product"),
        "put_back_elsewhere": tr("put back elsewhere"),
        "crossed_hands": tr("two people close"),
        "two_picks_at_once": tr("two picks at once"),
        "handed_over": tr("handed over"),
        "hand_resting": tr("hand resting on the plate"),
        "lifted_slowly": tr("lifted slowly"),
        "left_on_floor": tr("left on the floor"),
        "planogram_wrong": tr("planogram may be wrong"),
        "weight_wrong": tr("catalogue weight may be wrong"),
        "no_vision": tr("nobody was seen near enough"),
        "changed_by_staff": tr("changed by staff"),
    }
    return words.get(reason, reason.replace("_", " "))


def case_state(state: CaseState) -> StateCell:
    severity: dict[CaseState, Severity] = {
        "open": "info",
        "claimed": "neutral",
        "awaiting_approval": "warning",
        "decided": "good",
        "closed": "neutral",
    }
    words: dict[CaseState, str] = {
        "open": tr("open"),
        "claimed": tr("claimed"),
        "awaiting_approval": tr("awaiting approval"),
        "decided": tr("decided"),
        "closed": tr("closed"),
    }
    return StateCell(severity[state], words[state])


def refund_state(state: RefundState) -> StateCell:
    severity: dict[RefundState, Severity] = {
        "draft": "neutral",
        "proposed": "info",
        "awaiting_approval": "warning",
        "approved": "info",
        "submitting": "info",
        "settled": "good",
        "failed": "danger",
        "in_doubt": "warning",
        "reversed": "warning",
    }
    words: dict[RefundState, str] = {
        "draft": tr("draft"),
        "proposed": tr("proposed"),
        "awaiting_approval": tr("awaiting approval"),
        "approved": tr("approved"),
        "submitting": tr("being sent"),
        "settled": tr("settled"),
        "failed": tr("failed"),
        "in_doubt": tr("in doubt"),
        "reversed": tr("reversed"),
    }
    return StateCell(severity[state], words[state])


def payment_state(state: PaymentState) -> StateCell:
    severity: dict[PaymentState, Severity] = {
        "pending": "neutral",
        "captured": "good",
        "failed": "danger",
        "in_doubt": "warning",
    }
    words: dict[PaymentState, str] = {
        "pending": tr("not captured yet"),
        "captured": tr("captured"),
        "failed": tr("payment failed"),
        "in_doubt": tr("payment in doubt"),
    }
    return StateCell(severity[state], words[state])


def device_state(state: DeviceState) -> StateCell:
    severity: dict[DeviceState, Severity] = {
        "ok": "good",
        "noisy": "warning",
        "drifting": "warning",
        "dead": "danger",
        "late": "warning",
        "lost": "danger",
        "unknown": "neutral",
    }
    words: dict[DeviceState, str] = {
        "ok": tr("ok"),
        "noisy": tr("noisy"),
        "drifting": tr("drifting"),
        "dead": tr("dead"),
        "late": tr("late"),
        "lost": tr("lost"),
        "unknown": tr("unknown"),
    }
    return StateCell(severity[state], words[state])


def history_word(what: str) -> str:
    """A step in a case's history; one that this desk does not know is shown as the store wrote it."""
    words = {
        "opened": tr("opened"),
        "claimed": tr("claimed"),
        "released": tr("given back"),
        "decided": tr("decided"),
        "proposed": tr("proposed"),
        "approved": tr("approved"),
        "refused": tr("refused"),
        "expired": tr("expired"),
        "contradicted": tr("contradicted by later readings"),
        "sensors changed": tr("the sensors say otherwise now"),
        "debit captured": tr("debit charged"),
        "debit failed": tr("debit failed"),
        "debit in doubt": tr("debit in doubt"),
        "refund settled": tr("refund settled"),
        "refund failed": tr("refund failed"),
        "refund reversed": tr("refund reversed"),
        "refund in doubt": tr("refund in doubt"),
        "refund sent again": tr("refund sent again"),
        "debit sent again": tr("debit sent again"),
    }
    return words.get(what, what.replace("_", " "))


def history_detail(what: str, detail: str, causes: Sequence[Cause] = ()) -> str:
    """What stands beside a step in a case's history: codes in words, what a person or a provider wrote as it is."""
    if causes:
        return causes_words(causes, detail)
    if what == "opened":
        return channel_words().get(detail, detail)
    if what in ("decided", "proposed"):
        return correction_reason(detail)
    is_of_others = what in ("approved", "refused") or (what == "sensors changed" and detail != "as billed")
    return detail if is_of_others else step_detail(detail)


def step_detail(detail: str, causes: Sequence[Cause] = ()) -> str:
    """Why a refund, or a case with it, went a step; what a person or a provider said is shown as they said it."""
    return causes_words(causes or former_causes(detail), detail)


def limit_words() -> dict[LimitScope, str]:
    """Over what a limit counts what goes back."""
    return {
        "receipt": tr("Limit of this receipt"),
        "shopper": tr("Limit of this payment"),
        "agent_day": tr("Limit of the day"),
    }


def language_word(code: str) -> str:
    """A language by its name; one that this desk does not speak by its code."""
    return {"en": tr("English"), "de": tr("German")}.get(code, code)


def channel_words() -> dict[str, str]:
    """Who brings a case to the desk, with words."""
    return {"agent": tr("agent"), "shopper": tr("shopper"), "store": tr("store")}


def correction_reason(code: str) -> str:
    """Why a receipt was corrected; a code that this desk does not know is shown as the store wrote it."""
    words = {str(known): word for known, word in decision_reasons().items()}
    return words.get(code, code.replace("_", " "))


def decision_reasons() -> dict[DecisionReason, str]:
    """Every reason code with its words, in the order in which they are offered."""
    return {
        "not_taken": tr("The shopper did not take it"),
        "wrong_product": tr("Another product was billed"),
        "wrong_quantity": tr("Another quantity was billed"),
        "missed": tr("Something taken was not billed"),
        "damaged_item": tr("Damaged item"),
        "expired_item": tr("Expired item"),
        "unwanted_item": tr("Unwanted item"),
        "technical_error": tr("Technical error"),
        "other": tr("Other"),
    }
