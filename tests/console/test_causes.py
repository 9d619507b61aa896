"""Why something is not as it should be is said in the desk's words, in each language; what it does not know, in the store's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from console.causes import cause_words, causes_words, device_words, lacking_words, why_words
from console.screens.alert_words import alert_words
from console.work.trouble import problem_of
from console.work.video.loss import cause_of
from resources.translations import translator
from store_client.contract.cause import Cause, CauseCode
from store_client.contract.evidence import Lacking
from store_client.contract.live import Alert, Device
from store_client.contract.problem import PREFIX, Problem
from store_client.errors import BadAnswer, StoreError, TimedOut, Unavailable, Unreachable, error_of
from store_server.cause import TEXTS, all_said
from store_server.sensing.conditions import ADVICE
from tests.console.test_alert_strip import alert

FACTS: dict[str, float | str] = {
    "count": 2.0, "seconds": 4.25, "said_hz": 60.0, "hz": 15.1, "grams": -9.5, "of": 20.0, "plate": "1.2.3",
    "status": "HTTP 503", "what": "text/html", "address": "ftp://camera", "reason": "no route",
    "mebibytes": 64.0, "camera": "Aisle", "since": "02:12", "held": 2.0, "days": 30.0, "number": "41", "proposer": "ada",
    "line": 1.0, "left": 1.0, "running": 2.0, "who": "ada", "note": "so they said", "reference": "P-77",
}  # fmt: skip
CODES = get_args(CauseCode)


@contextmanager
def spoken(language: str) -> Iterator[None]:
    words = translator(language)
    QCoreApplication.installTranslator(words)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(words)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_words_in_both_languages(qtbot: QtBot, code: CauseCode) -> None:
    cause = Cause(code, FACTS)
    assert all_said([cause])
    with spoken("en"):
        english = cause_words(cause)
    with spoken("de"):
        german = cause_words(cause)
    assert english != german or code == "noise"
    assert not {"{", "%", "("} & set(english + german)


def test_the_store_has_words_for_all_codes_and_no_others() -> None:
    assert set(TEXTS) == set(CODES)
    assert set(ADVICE) <= set(CODES)


def test_a_desk_in_german_says_how_a_camera_is(qtbot: QtBot) -> None:
    broken = Cause("broken_pictures", {"count": 1.0, "seconds": 5.0})
    lost = Device(
        id="c", kind="camera", name="Gang", state="lost", detail="…", causes=[Cause("wrong_password"), broken]
    )
    with spoken("de"):
        assert device_words(lost) == "nimmt Namen oder Passwort nicht an, 1 Bild der letzten 5 s kam beschädigt an"
        gap = Cause("plate_unread", {"seconds": 3.5, "of": 8.0, "plate": "1.2.3"})
        lacking = Lacking(kind="weights", event=None, detail="…", cause=gap)
        assert lacking_words(lacking).endswith(" s der Platte 1.2.3 wurden nicht gelesen")


@pytest.mark.parametrize(
    "causes", [[], [Cause("of_a_later_store")], [Cause("silent")], [Cause("lost", {"count": "x"})]]
)
def test_what_a_desk_does_not_know_is_said_as_the_store_wrote_it(qtbot: QtBot, causes: list[Cause]) -> None:
    assert causes_words(causes, "as the store says") == "as the store says"


@pytest.mark.parametrize(
    ("code", "what"),
    [("case_decided", "dieser Fall ist schon entschieden."), ("of_a_later_store", "Conflict: it is decided.")],
)
def test_a_refusal_is_said_in_the_desk_s_words(qtbot: QtBot, code: str, what: str) -> None:
    told = Problem("Conflict", 409, f"{PREFIX}conflict", "it is decided", cause=Cause(code))
    with spoken("de"):
        assert problem_of(error_of(told), "case", "Entscheiden").what == f"Entscheiden: {what}"


@pytest.mark.parametrize(
    ("error", "has_brought", "what"),
    [
        (Unreachable("reset"), False, "antwortet nicht"),
        (Unreachable("reset"), True, "der Videostrom endete"),
        (TimedOut("no picture"), True, "sendete 10 s lang nichts"),
        (BadAnswer("no JPEG"), True, "sendet, was kein Bild ist"),
        (Unavailable(Problem("", 503, cause=Cause("stream_ended"))), False, "der Videostrom endete"),
    ],
)
def test_why_a_stream_broke_is_said_in_the_desk_s_words(
    qtbot: QtBot, error: StoreError, has_brought: bool, what: str
) -> None:
    with spoken("de"):
        assert why_words(cause_of(error, has_brought=has_brought), "in English") == what


def advice(code: str | None) -> str:
    lost: Alert = replace(alert(1, "camera_lost", "c", "medium"), cause=None if code is None else Cause(code))
    return alert_words(lost, "Aisle")[2]


def test_a_lost_camera_is_advised_on_by_why_it_is_lost(qtbot: QtBot) -> None:
    assert "password" in advice("wrong_password")
    assert "cable" not in advice("wrong_password")
    assert advice("silent") == advice(None) == advice("of_a_later_store") == "Check its power and its cable."
    for code, action in ADVICE.items():
        assert advice(code) == action
