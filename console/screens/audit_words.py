"""What stands in the audit log, in words: who did what to what, and why it was refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QCoreApplication, QLocale

from console.screens.roles import role_word
from console.screens.words import history_detail, history_word
from store_client.contract.cause import Cause
from store_client.contract.decoding import converted, from_json
from store_client.contract.moment import to_micros
from store_client.contract.store import Store
from store_client.contract.unreadable import UNREADABLE
from widgets.amount import Amount, format_amount
from widgets.moment import time_text
from widgets.severity import Severity
from widgets.table import StateCell

SHORT = 8
"""Digits of an id that tell two things apart; the last ones, for the first ones are its time."""
_BREAK = "\N{ZERO WIDTH SPACE}"
_WORRYING = frozenset(
    {
        "request_refused",
        "sign_in_refused",
        "session_ended",
        "refund_failed",
        "refund_in_doubt",
        "debit_failed",
        "debit_in_doubt",
    }
)


def tr(text: str) -> str:
    return QCoreApplication.translate("audit", text)


def action_words() -> dict[str, str]:
    """The actions that this desk knows, in the order in which one looks for them."""
    return {
        "signed_in": tr("signed in"),
        "exported": tr("span exported"),
        "export_signed": tr("export signed"),
        "sign_in_refused": tr("sign-in refused"),
        "stepped_up": tr("password given again"),
        "signed_out": tr("signed out"),
        "session_ended": tr("session ended by the store"),
        "session_renewed_again": tr("sign-in renewed again"),
        "request_refused": tr("request refused"),
        "opened": tr("case opened"),
        "claimed": tr("case claimed"),
        "released": tr("case given back"),
        "proposed": tr("decision proposed"),
        "approved": tr("proposal approved"),
        "refused": tr("proposal refused"),
        "expired": tr("proposal expired"),
        "decided": tr("case decided"),
        "sensors_changed": tr("sensors say otherwise now"),
        "refund_awaiting_approval": tr("refund awaits approval"),
        "refund_approved": tr("refund on its way"),
        "refund_submitting": tr("refund sent"),
        "refund_settled": tr("refund settled"),
        "refund_failed": tr("refund failed"),
        "refund_in_doubt": tr("refund in doubt"),
        "refund_reversed": tr("refund reversed"),
        "refund_asked": tr("provider asked again"),
        "debit_captured": tr("debit charged"),
        "debit_failed": tr("debit failed"),
        "debit_in_doubt": tr("debit in doubt"),
        "refund_sent_again": tr("refund sent again"),
        "debit_sent_again": tr("debit sent again"),
        "payment_captured": tr("payment captured"),
        "payment_failed": tr("payment failed"),
        "payment_sent_again": tr("payment sent again"),
        "evidence_copied": tr("evidence copied"),
        "evidence_seen": tr("evidence looked at"),
        "picture_seen": tr("picture looked at"),
        "pictures_seen": tr("pictures looked at"),
        "clip_seen": tr("clip looked at"),
        "recording_seen": tr("recording looked at"),
        "faces_granted": tr("leave to see faces given"),
        "faces_seen": tr("faces looked at"),
        "exhibit_seen": tr("exhibit looked at"),
        "file_taken": tr("case file taken"),
        "cart_changed": tr("cart changed"),
        "user_put": tr("user made or changed"),
        "app_put": tr("app made"),
        "started": tr("store started"),
        "log_begun": tr("log begun"),
    }


def action_cell(action: str) -> StateCell:
    severity: Severity = "warning" if action in _WORRYING else "neutral"
    return StateCell(severity, action_word(action))


def action_word(action: str) -> str:
    """An action that this desk does not know is shown as the store wrote it."""
    known = action_words().get(action)
    return known if known is not None else history_word(action.replace("_", " "))


def subject_word(subject: str) -> str:
    """``Case …8f2a31c4``; what this desk does not know as the store wrote it."""
    kinds = {
        "case": tr("Case"),
        "receipt": tr("Receipt"),
        "refund": tr("Refund"),
        "trip": tr("Visit"),
        "app": tr("App"),
        "session": tr("Session"),
        "user": tr("User"),
        "store": tr("Store"),
        "camera": tr("Camera"),
        "log": tr("Log"),
    }
    kind, colon, name = subject.partition(":")
    if not colon or kind not in kinds:
        return subject
    return f"{kinds[kind]} {_short(name)}"


def details(action: str, detail: str, store: Store | None = None) -> list[tuple[str, str]]:
    """Names and values of what the store wrote beside it; times and amounts are ``store``'s."""
    try:
        told = from_json(detail, dict[str, object])
    except UNREADABLE:
        return [(tr("Detail"), detail)]
    causes = _causes(told)
    facts = [
        (_name(key), _value(action, key, value, causes, store))
        for key, value in told.items()
        if key not in ("minor", "currency", "causes")
    ]
    return [*_amount(told), *facts]


def _causes(told: Mapping[str, object]) -> list[Cause]:
    """What ``detail`` says; an entry of an earlier store has none."""
    try:
        return converted(told.get("causes", []), list[Cause])
    except msgspec.ValidationError:
        return []


def _amount(told: Mapping[str, object]) -> list[tuple[str, str]]:
    minor, currency = told.get("minor"), told.get("currency")
    if not isinstance(minor, int) or not isinstance(currency, str):
        return []
    return [(tr("Amount"), format_amount(Amount(minor, currency), QLocale()))]


def _name(key: str) -> str:
    names = {
        "why": tr("Why"),
        "what": tr("Request"),
        "detail": tr("Detail"),
        "refund": tr("Refund"),
        "reason": tr("Reason"),
        "role": tr("Role"),
        "quantity": tr("Quantity"),
        "refund_limit": tr("Refund limit"),
        "gtin": tr("Product"),
        "debit": tr("Debit"),
        "exhibit": tr("Exhibit"),
        "exhibits": tr("Exhibits"),
        "manifest": tr("Manifest"),
        "bytes": tr("Bytes"),
        "note": tr("Note"),
        "from": tr("From"),
        "to": tr("To"),
        "until": tr("Until"),
        "kind": tr("Kind"),
        "faces": tr("Faces"),
        "cameras": tr("Cameras"),
        "grant": tr("Leave"),
        "sha256": tr("Hash"),
    }
    return names.get(key, key.replace("_", " "))


def _value(action: str, key: str, value: object, causes: Sequence[Cause], store: Store | None) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(key, value, store)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    match key:
        case "why":
            return _why(text)
        case "detail":
            return history_detail(action.replace("_", " "), text, causes)
        case "refund" | "debit" | "manifest" | "sha256" | "grant":
            return _short(text)
        case "from" | "to" | "until":
            return _moment(text, "UTC" if store is None else store.time_zone)
        case "kind" | "faces":
            return _form(text)
        case "role":
            return role_word(text)
    return text


def _number(key: str, value: int, store: Store | None) -> str:
    """A limit is in minor units of the store's currency."""
    if key == "refund_limit" and store is not None:
        return format_amount(Amount(value, store.currency), QLocale())
    return QLocale().toString(value) if key == "bytes" else str(value)


def _moment(text: str, zone: str) -> str:
    """In the store's own time, as all times are; what is none as the store wrote it."""
    try:
        return time_text(to_micros(datetime.fromisoformat(text)), zone, has_date=True, has_offset=True)
    except (TypeError, ValueError):
        return text


def _form(text: str) -> str:
    """How an export was made."""
    words = {
        "clips": tr("films"),
        "side_by_side": tr("side by side"),
        "clear": tr("seen"),
        "blurred": tr("covered"),
    }
    return words.get(text, text)


def _why(name: str) -> str:
    words = {
        "wrong-password": tr("wrong password"),
        "locked": tr("locked after too many wrong passwords"),
        "not-permitted": tr("the role does not allow it"),
        "step-up-needed": tr("the password was not fresh"),
        "faces-needed": tr("there was no leave to see faces"),
        "not-found": tr("no such thing"),
        "conflict": tr("its state did not allow it"),
        "stale": tr("it had changed meanwhile"),
        "lease-lost": tr("somebody else held the case"),
        "not-covered": tr("more than could be refunded"),
        "key-reused": tr("the key was used for something else"),
        "bad-request": tr("not of its form"),
        "a refresh token came twice": tr("its key was used twice, as by a thief"),
    }
    return words.get(name, name)


def breakable(name: str) -> str:
    """An id whose line may end after each of its parts; ``unbroken`` takes that back from what was pasted."""
    return name.replace("-", f"-{_BREAK}").replace(":", f":{_BREAK}")


def unbroken(text: str) -> str:
    return text.replace(_BREAK, "").strip()


def _short(name: str) -> str:
    return f"…{name[-SHORT:]}" if len(name) > 2 * SHORT else name
