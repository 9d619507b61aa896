"""The screen of auditors: what it says of the log, what it finds, what it asks for."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from console.domain.audit import AuditLog, AuditQuery, Verdict
from console.domain.commands.audit import CheckAudit, ExportHeads, MoreAudit, SearchAudit, TrustAudit
from console.domain.listing import Listing
from console.domain.problem import Problem
from console.screens.audit import AuditScreen
from console.screens.audit_words import action_word, action_words, details, subject_word
from resources.theme import LIGHT
from resources.translations import translator
from store_client.contract.session import Role
from store_client.contract.store import Store
from tests.console.audit_sample import audit_log, entries
from tests.console.plain_desk import PlainDesk, drawn, example, plain_desk
from tests.wire.examples import US
from widgets.facts import Facts
from widgets.state_chip import StateChip
from widgets.table import Table


def shown(qtbot: QtBot, desk: PlainDesk) -> AuditScreen:
    screen = AuditScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    screen.resize(1280, 720)
    screen.show()
    return screen


def words(screen: AuditScreen) -> str:
    """All facts that are shown."""
    labels = [label for facts in screen.findChildren(Facts) for label in facts.children() if label.property("text")]
    return " ".join(str(label.property("text")) for label in labels).replace("\N{ZERO WIDTH SPACE}", "")


def button(screen: AuditScreen, text: str) -> QAbstractButton:
    return next(one for one in screen.findChildren(QAbstractButton) if one.text() == text)


def field(screen: AuditScreen, placeholder: str) -> QLineEdit:
    return next(one for one in screen.findChildren(QLineEdit) if one.placeholderText() == placeholder)


def test_it_says_who_did_what_to_what_in_words(qtbot: QtBot) -> None:
    screen = shown(qtbot, plain_desk())
    table = screen.findChild(Table)
    assert table is not None
    lines = [line.split(" | ", 2)[2] for line in drawn(table)]
    assert lines[:6] == [
        "agent | signed out | Session …00000001 | ",
        "staff | cart changed | Visit …00000077 | Quantity: -1 · Reason: put back",
        "staff | request refused | Case …000008f2 | Request: claimCase · Why: the role does not allow it",
        "store | refund settled | Case …000008f2 | Amount: €12.99 · Refund: …000009a1",
        "store | refund sent | Case …000008f2 | Amount: €12.99 · Refund: …000009a1",
        "agent | case decided | Case …000008f2 | Detail: The shopper did not take it",
    ]
    assert lines[-4] == "eve | sign-in refused | User eve | Why: wrong password"
    assert screen.shows() == {"entries": 13, "chained": 13}
    assert entries(US)[0].subject in words(screen)


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("first", "remembered"),
        ("trusted", "remembered"),
        ("whole", "unaltered"),
        ("truncated", "cut off"),
        ("rewritten", "rewritten"),
        ("forked", "two branches"),
        ("another_key", "another key"),
        ("another_log", "another log"),
        ("unsigned", "not signed"),
    ],
)
def test_it_says_what_became_of_the_log(qtbot: QtBot, verdict: Verdict, word: str) -> None:
    desk = plain_desk()
    desk.audit_log.set(audit_log(US, verdict))
    screen = shown(qtbot, desk)
    chip = screen.findChild(StateChip)
    assert chip is not None
    assert chip.accessibleName() == word
    is_damaged = verdict not in ("first", "trusted", "whole")
    assert button(screen, "Follow this log from now on").isVisible() == (is_damaged and verdict != "unsigned")


def test_a_log_that_could_not_be_asked_for_is_not_called_whole(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.audit_log.set(AuditLog(problem=Problem("audit", "The store does not answer.")))
    screen = shown(qtbot, desk)
    chip = screen.findChild(StateChip)
    assert chip is not None
    assert chip.accessibleName() == "not checked"


def test_a_damaged_log_is_followed_on_only_when_asked_twice(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.audit_log.set(audit_log(US, "rewritten"))
    screen = shown(qtbot, desk)
    button(screen, "Follow this log from now on").click()
    assert not desk.asked.of(TrustAudit)
    button(screen, "Yes, follow this log").click()
    assert desk.asked.of(TrustAudit) == [TrustAudit()]
    desk.audit_log.set(audit_log(US, "truncated"))
    assert button(screen, "Follow this log from now on").isVisible()


@pytest.mark.parametrize(("role", "may"), [("auditor", True), ("admin", True), ("agent", False)])
def test_only_auditors_may_follow_another_log(qtbot: QtBot, role: Role, may: bool) -> None:
    desk = PlainDesk(role)
    desk.fill()
    desk.audit_log.set(audit_log(US, "rewritten"))
    assert button(shown(qtbot, desk), "Follow this log from now on").isVisible() == may


def test_it_asks_for_what_is_typed_and_for_what_is_like_the_chosen_one(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    field(screen, "Who, by name").setText(" ada ")
    field(screen, "Who, by name").returnPressed.emit()
    assert desk.asked.last(SearchAudit) == SearchAudit(AuditQuery(by="ada"))
    table = screen.findChild(Table)
    assert table is not None
    table.choose(8)
    table.row_chosen.emit(8)
    assert screen.act("same_subject")
    subject = "case:0198c0de-0000-7000-8000-0000000008f2"
    assert desk.asked.last(SearchAudit) == SearchAudit(AuditQuery(subject=subject))
    assert screen.act("same_person")
    assert desk.asked.last(SearchAudit) == SearchAudit(AuditQuery(by="agent"))
    assert screen.act("back")
    assert desk.asked.last(SearchAudit) == SearchAudit(AuditQuery())
    assert not screen.act("back")


def test_an_id_that_was_copied_from_the_screen_is_found(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    shown_text = next(
        str(label.property("text"))
        for facts in screen.findChildren(Facts)
        for label in facts.children()
        if str(label.property("text")).startswith("session:")
    )
    field(screen, "On what, such as case:…").setText(shown_text)
    field(screen, "On what, such as case:…").returnPressed.emit()
    assert desk.asked.last(SearchAudit) == SearchAudit(AuditQuery(subject=entries(US)[0].subject))


def test_keys_check_the_log_and_save_the_heads(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    assert screen.act("check_audit")
    assert desk.asked.last(CheckAudit) == CheckAudit()
    assert screen.act("export_heads")
    asked = desk.asked.last(ExportHeads)
    assert isinstance(asked, ExportHeads)
    assert "audit-heads-2026" in asked.path


def test_more_is_asked_for_at_the_end(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.audit.set(Listing(AuditQuery(), entries(US), has_more=True, is_known=True))
    screen = shown(qtbot, desk)
    table = screen.findChild(Table)
    assert table is not None
    table.end_reached.emit()
    assert desk.asked.of(MoreAudit) == [MoreAudit()]


def test_what_the_store_writes_that_nobody_knows_is_shown_as_it_is() -> None:
    assert details("told", '{"new_thing":[1,2]}') == [("new thing", "[1,2]")]
    assert details("told", "no object") == [("Detail", "no object")]
    assert "signed_in" in action_words()


def test_what_the_store_writes_beside_a_deed_is_in_words_and_in_the_store_s_own_time(qapp: QApplication) -> None:
    store = example(Store)
    span = '{"from":"2026-03-01T08:00:00+00:00","to":"soon","kind":"side_by_side","faces":"blurred","cameras":"front"}'
    limit = '{"role":"agent","refund_limit":5000}'
    assert details("exported", span, store) == [
        ("From", "2026-03-01 09:00:00 +01:00"),
        ("To", "soon"),
        ("Kind", "side by side"),
        ("Faces", "covered"),
        ("Cameras", "front"),
    ]
    assert details("user_put", limit, store) == [("Role", "agent"), ("Refund limit", "€50.00")]
    german = translator("de")
    qapp.installTranslator(german)
    try:
        assert [name for name, _ in details("exported", span, store)] == ["Von", "Bis", "Art", "Gesichter", "Kameras"]
        for action in ("clip_seen", "recording_seen"):
            assert action_word(action) not in (action, action.replace("_", " "))
        assert subject_word("camera:front") == "Kamera front"
    finally:
        qapp.removeTranslator(german)
