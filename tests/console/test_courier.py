"""What was asked for and had to wait: who asked still sees what became of it."""

import threading
from collections.abc import Iterator
from dataclasses import replace as replace_session
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.domain.commands.case import ClaimCase, DropDraft, OpenCase, PreviewDecision, ReleaseCase, StartCase
from console.domain.commands.refund import ResolveDoubt
from console.domain.commands.trip import ChangeCart
from console.domain.connection import Link
from console.domain.draft import Draft
from console.domain.intent import Kept
from console.domain.listing import Opened
from console.domain.session import SignedIn
from console.storage.database import Database
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.work.cases import Cases
from console.work.courier import Courier
from console.work.decisions import Decisions
from console.work.door import Door
from console.work.errand import Errands
from console.work.lists import Lists
from console.work.operation import Operation
from console.work.refunds import Refunds
from console.work.runner import THREADS, Runner
from store_client.contract.case import ClaimedLine, Effect, Lease
from store_client.contract.session import Session
from store_client.contract.store import Store
from tests.client.web import Handler, Web, held, problem, raw, serving
from tests.console.plain_desk import CART, CASE, RECEIPT, PlainDesk, example, plain_desk
from tests.wire.examples import US

PATIENCE_MS = 30_000


class Post:
    """A desk whose store is away until ``store_comes_back``."""

    def __init__(self, desk: PlainDesk, folder: Path, web: Web) -> None:
        self.desk = desk
        self.web = web
        self.door = Door(lambda _: None)
        self.runner = Runner(desk.tasks)
        self.database = Database(folder / "desk.sqlite")
        errands, drafts = Errands(desk, self.door, self.runner), Drafts(self.database)
        lists = Lists(errands)
        refunds = Refunds(errands, lists)
        self.cases = cases = Cases(errands, refunds, drafts)
        self.courier = Courier(errands, Outbox(self.database), drafts, lambda: US, lambda: "")
        self.decisions = Decisions(errands, self.courier, lists, cases, refunds, drafts)
        self._follow("lost")

    def ask_for_a_case(self, qtbot: QtBot) -> None:
        self.decisions.start_case(StartCase(RECEIPT.id, (ClaimedLine(1, 0),)))
        qtbot.waitUntil(lambda: bool(self.desk.problems.value), timeout=PATIENCE_MS)

    def store_comes_back(self) -> None:
        self.door.open(self.web.url)
        self.door.client.sessions.sign_in("supervisor", "secret")
        self._follow("up")
        self.courier.resend()

    def _follow(self, state: str) -> None:
        link = {"lost": Link("lost"), "up": Link("up")}[state]
        self.desk.connection.set(self.desk.connection.value.having("http", link))

    def close(self) -> None:
        self.door.close()
        self.runner.stop()
        self.database.close()


def answer(handler: Handler) -> None:
    path = handler.path.partition("?")[0]
    answers = {"/v1/session": example(Session), "/v1/cases": CASE}
    found = answers.get(path) if handler.command == "POST" else None
    (problem(404, "not-found") if found is None else raw(200, msgspec.json.encode(found)))(handler)


@pytest.fixture
def post(qtbot: QtBot, tmp_path: Path) -> Iterator[Post]:
    desk = plain_desk()
    desk.session.set(SignedIn(example(Session).user))
    with serving() as web:
        web.otherwise = answer
        post = Post(desk, tmp_path, web)
        yield post
        post.close()


def test_a_case_that_had_to_wait_for_the_store_is_open_when_it_is_there(post: Post, qtbot: QtBot) -> None:
    post.desk.case.set(Opened())
    post.ask_for_a_case(qtbot)
    post.store_comes_back()
    qtbot.waitUntil(lambda: post.desk.case.value == Opened(CASE.id, CASE), timeout=PATIENCE_MS)


def test_who_has_turned_to_another_case_meanwhile_is_left_there(post: Post, qtbot: QtBot) -> None:
    other = Opened("another case", replace(CASE, id="another case"))
    post.desk.case.set(Opened())
    post.ask_for_a_case(qtbot)
    post.desk.case.set(other)
    with qtbot.waitSignal(post.courier.answered, timeout=PATIENCE_MS):
        post.store_comes_back()
    assert post.desk.case.value == other


@pytest.mark.parametrize("is_other_user", [True, False])
def test_who_came_meanwhile_is_shown_nothing_of_what_another_asked(
    post: Post, qtbot: QtBot, is_other_user: bool
) -> None:
    came = threading.Event()

    def hold(handler: Handler) -> None:
        if handler.path == "/v1/cases":
            came.wait(PATIENCE_MS / 1e3)
        answer(handler)

    post.web.otherwise = hold
    post.desk.case.set(Opened())
    post.ask_for_a_case(qtbot)
    post.store_comes_back()
    qtbot.waitUntil(lambda: "POST /v1/cases" in post.web.paths(), timeout=PATIENCE_MS)
    if is_other_user:
        post.desk.session.set(SignedIn(replace(example(Session).user, id="another")))
    else:
        post.desk.store.set(replace(example(Store), id="another"))
    shown: list[object] = []
    post.desk.case.changed.connect(shown.append)
    came.set()
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    assert shown == []


def test_a_case_that_was_closed_while_it_was_opened_stays_closed(post: Post, qtbot: QtBot) -> None:
    post.desk.case.set(Opened())
    post.cases.open(OpenCase(CASE.id))
    post.cases.open(OpenCase(None))
    qtbot.waitUntil(lambda: not post.runner.is_running("case"), timeout=PATIENCE_MS)
    assert post.desk.case.value == Opened()


def test_a_case_that_was_given_back_and_closed_stays_closed(post: Post, qtbot: QtBot) -> None:
    lease = Lease(7, example(Session).user.name, CASE.due_at)
    post.desk.case.set(Opened(CASE.id, replace(CASE, state="claimed", lease=lease)))
    post.web.otherwise = raw(200, msgspec.json.encode(CASE))
    post.web.answers = [raw(200, msgspec.json.encode(example(Session)))]
    post.door.open(post.web.url)
    post.door.client.sessions.sign_in("supervisor", "secret")
    post.decisions.release_case(ReleaseCase(CASE.id))
    post.desk.case.set(Opened())
    qtbot.waitUntil(lambda: not post.runner.is_running("case"), timeout=PATIENCE_MS)
    assert post.desk.case.value == Opened()


def at_work(post: Post) -> None:
    """Signed in, while the store answers whatever comes next as the test says."""
    otherwise, post.web.otherwise = post.web.otherwise, answer
    post.door.open(post.web.url)
    post.door.client.sessions.sign_in("supervisor", "secret")
    post.web.otherwise = otherwise
    post._follow("up")


def test_a_cart_is_not_shown_as_it_was_before_by_an_answer_that_comes_late(post: Post, qtbot: QtBot) -> None:
    post.web.otherwise = raw(200, msgspec.json.encode(CART))
    at_work(post)
    newer = replace(CART, version=CART.version + 1, lines=[])
    post.desk.live.carts.put({CART.trip: newer})
    with qtbot.waitSignal(post.courier.answered, timeout=PATIENCE_MS):
        post.decisions.change_cart(ChangeCart(CART.trip, CART.lines[0].gtin, 1, "a test"))
    assert post.desk.live.carts.get(CART.trip) == newer


def test_a_case_is_given_back_though_another_is_opened_at_once(post: Post, qtbot: QtBot) -> None:
    post.web.otherwise = raw(200, msgspec.json.encode(CASE))
    at_work(post)
    lease = Lease(7, example(Session).user.name, CASE.due_at)
    post.desk.case.set(Opened(CASE.id, replace(CASE, state="claimed", lease=lease)))
    let = threading.Event()
    for _ in range(THREADS):
        post.runner.run(Operation("", lambda _: let.wait(PATIENCE_MS / 1e3), lambda _: None, lambda _: None))
    post.decisions.release_case(ReleaseCase(CASE.id))
    post.cases.open(OpenCase("0198c0de-0000-7000-8000-000000000bbb"))
    let.set()
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    assert any(path.startswith("DELETE") for path in post.web.paths())


def test_a_doubt_that_was_settled_is_seen_at_once(post: Post, qtbot: QtBot) -> None:
    settled = replace(RECEIPT, doubts=[])
    doubt = RECEIPT.doubts[0].key

    def resolve(handler: Handler) -> None:
        is_asked = handler.path == f"/v1/doubts/{doubt}/resolution"
        (raw(200, msgspec.json.encode(settled)) if is_asked else problem(404, "not-found"))(handler)

    post.web.otherwise = resolve
    at_work(post)
    post.desk.receipt.set(Opened(RECEIPT.id, RECEIPT))
    with qtbot.waitSignal(post.courier.answered, timeout=PATIENCE_MS):
        post.decisions.resolve_doubt(ResolveDoubt(doubt, "settled", "P-77", "Ms. Li", ""))
    assert post.desk.receipt.value == Opened(RECEIPT.id, settled)


def test_a_locked_desk_holds_no_case(post: Post, qtbot: QtBot) -> None:
    """Whoever left it alone holds nobody up for longer than the lease that they had."""
    lease = Lease(7, example(Session).user.name, CASE.due_at)
    post.web.otherwise = raw(200, msgspec.json.encode(lease))
    at_work(post)
    post.desk.case.set(Opened(CASE.id, replace(CASE, state="claimed", lease=lease)))

    def renewals() -> int:
        post.decisions._renew_lease()
        qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
        return sum(path.startswith("PUT") for path in post.web.paths())

    session = post.desk.session.value
    post.desk.session.set(replace_session(session, is_locked=True))
    assert renewals() == 0
    post.desk.session.set(session)
    assert renewals() == 1


def test_a_case_that_could_not_be_given_back_is_shown_as_it_is(post: Post, qtbot: QtBot) -> None:
    at_work(post)
    lease = Lease(7, example(Session).user.name, CASE.due_at)
    post.desk.case.set(Opened(CASE.id, replace(CASE, state="claimed", lease=lease)))

    def refuse(handler: Handler) -> None:
        given = raw(200, msgspec.json.encode(CASE)) if handler.command == "GET" else problem(409, "lease-lost")
        given(handler)

    post.web.otherwise = refuse
    post.decisions.release_case(ReleaseCase(CASE.id))
    # sooner than the lease is renewed, which would show it too
    qtbot.waitUntil(lambda: post.desk.case.value == Opened(CASE.id, CASE), timeout=10_000)


def test_a_draft_that_was_dropped_while_its_effect_was_asked_for_does_not_come_back(post: Post, qtbot: QtBot) -> None:
    let = threading.Event()

    def hold(handler: Handler) -> None:
        let.wait(PATIENCE_MS / 1e3)
        raw(200, msgspec.json.encode(example(Effect)))(handler)

    at_work(post)
    post.web.otherwise = hold
    asked = len(post.web.seen)
    post.decisions.preview(PreviewDecision(Draft(CASE.id, goodwill=1)))
    qtbot.waitUntil(lambda: len(post.web.seen) > asked, timeout=PATIENCE_MS)
    post.decisions.drop_draft(DropDraft(CASE.id))
    let.set()
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    post.runner.stop()
    user = example(Session).user.id
    assert post.desk.effect.value == Opened()
    assert Drafts(post.database).get(example(Store).id, user, CASE.id) is None


def test_of_drafts_the_newest_is_kept_and_none_after_it_was_dropped(
    post: Post, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow the disk is with the first."""
    let, begun, put = threading.Event(), threading.Event(), Drafts.put

    def slow(drafts: Drafts, store: str, user: str, draft: Draft) -> None:
        if draft.goodwill == 1:
            begun.set()
            let.wait(PATIENCE_MS / 1e3)
        put(drafts, store, user, draft)

    monkeypatch.setattr(Drafts, "put", slow)
    at_work(post)
    user = example(Session).user.id
    post.decisions.preview(PreviewDecision(Draft(CASE.id, goodwill=1)))
    assert begun.wait(PATIENCE_MS / 1e3)
    post.decisions.preview(PreviewDecision(Draft(CASE.id, goodwill=2)))
    qtbot.wait(100)
    let.set()
    kept = Drafts(post.database)

    def goodwill() -> int:
        draft = kept.get(example(Store).id, user, CASE.id)
        return 0 if draft is None else draft.goodwill

    qtbot.waitUntil(lambda: not post.runner._running and goodwill() > 0, timeout=PATIENCE_MS)
    post.runner.stop()
    assert goodwill() == 2


def test_a_case_that_is_opened_again_at_once_has_what_was_drafted_last(
    post: Post, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the disk takes its time."""
    begun, let, put = threading.Event(), threading.Event(), Drafts.put

    def slow(drafts: Drafts, store: str, user: str, draft: Draft) -> None:
        begun.set()
        let.wait(PATIENCE_MS / 1e3)
        put(drafts, store, user, draft)

    def read(handler: Handler) -> None:
        if handler.path == f"/v1/cases/{CASE.id}":
            threading.Timer(0.2, let.set).start()
            raw(200, msgspec.json.encode(CASE))(handler)
        else:
            answer(handler)

    monkeypatch.setattr(Drafts, "put", slow)
    at_work(post)
    post.web.otherwise = read
    draft = Draft(CASE.id, goodwill=1)
    post.decisions.preview(PreviewDecision(draft))
    assert begun.wait(PATIENCE_MS / 1e3)
    for case in (None, CASE.id):
        post.cases.open(OpenCase(case))
    qtbot.waitUntil(lambda: post.desk.case.value.value is not None, timeout=PATIENCE_MS)
    assert post.desk.draft.value == draft


def test_what_somebody_has_on_the_way_is_not_shown_once_they_have_left(
    post: Post, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    let, kept = threading.Event(), Outbox.kept

    def slow(outbox: Outbox, store: str, user: str) -> list[Kept]:
        found = kept(outbox, store, user)
        let.wait(PATIENCE_MS / 1e3)
        return found

    post.ask_for_a_case(qtbot)
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    assert post.desk.outgoing.value
    monkeypatch.setattr(Outbox, "kept", slow)
    post.courier.publish()
    qtbot.wait(50)
    post.desk.session.set(SignedIn())
    post.courier.publish()
    let.set()
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    assert post.desk.outgoing.value == ()


def failing_claim(post: Post, qtbot: QtBot) -> threading.Event:
    """A case is being claimed, which fails once it is let."""
    let = threading.Event()
    at_work(post)
    post.desk.case.set(Opened(CASE.id, CASE))
    post.web.otherwise, asked = held(let, problem(412, "stale")), len(post.web.seen)
    post.decisions.claim_case(ClaimCase(CASE.id))
    qtbot.waitUntil(lambda: len(post.web.seen) > asked, timeout=PATIENCE_MS)
    return let


def test_who_has_left_the_store_is_told_nothing_of_what_failed_there(post: Post, qtbot: QtBot) -> None:
    let = failing_claim(post, qtbot)
    post.desk.session.set(SignedIn())
    post.desk.store.set(None)
    let.set()
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    assert not post.desk.case.value.is_loading


@pytest.mark.parametrize("comes", ["another", "nobody"])
def test_who_came_meanwhile_is_told_nothing_of_what_failed_for_another(post: Post, qtbot: QtBot, comes: str) -> None:
    let = failing_claim(post, qtbot)
    post.desk.session.set(SignedIn(None if comes == "nobody" else replace(example(Session).user, id=comes)))
    let.set()
    qtbot.waitUntil(lambda: not post.runner._running, timeout=PATIENCE_MS)
    said = [problem for problem in post.desk.problems.value if problem.topic.startswith("claim_case")]
    assert len(said) == (comes == "nobody"), "who asked may come back"
