"""Tokens: renewed before their end, once for all threads, and no further than the store allows."""

import threading

import msgspec
import pytest

from store_client.client import StoreClient
from store_client.contract.session import LiveAccess, Session
from store_client.errors import NotPermitted, SignedOut, Unavailable, WrongPassword
from tests.client.samples import session
from tests.client.waiting import wait_until
from tests.client.web import Behaviour, Handler, Web, good, hang_up, problem

STORES: dict[str, object] = {"items": [], "next": None}


def bearer_of(web: Web, place: int) -> str | None:
    return web.seen[place].headers.get("authorization")


def test_signing_in_gives_every_call_its_token(web: Web, client: StoreClient) -> None:
    web.answers = [good(session("t1")), good(STORES)]
    assert client.sign_in("ada", "secret").token == "t1"
    assert client.stores() == []
    assert bearer_of(web, 0) is None
    assert bearer_of(web, 1) == "Bearer t1"
    assert msgspec.json.decode(web.seen[0].body) == {"user": "ada", "password": "secret"}


def test_a_wrong_password_is_told_from_an_ended_session(web: Web, client: StoreClient) -> None:
    web.answers = [problem(401, "wrong-password")]
    with pytest.raises(WrongPassword):
        client.sign_in("ada", "guess")
    with pytest.raises(SignedOut):
        client.stores()
    assert len(web.seen) == 1, "nobody is signed in: the store is not even asked"


def test_a_refused_token_is_renewed_once_for_all_threads(web: Web, client: StoreClient) -> None:
    waiting = threading.Barrier(4, timeout=30)

    def refuse(handler: Handler) -> None:
        waiting.wait()
        problem(401, "signed-out")(handler)

    web.answers = [good(session("t1")), *([refuse] * 4), good(session("t2"))]
    web.otherwise = good(STORES)
    client.sign_in("ada", "secret")
    threads = [threading.Thread(target=client.stores) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert web.paths().count("POST /v1/session/refresh") == 1
    assert [seen.headers.get("authorization") for seen in web.seen[-4:]] == ["Bearer t2"] * 4


def test_a_token_is_renewed_before_its_end(web: Web, client: StoreClient, monkeypatch: pytest.MonkeyPatch) -> None:
    web.answers = [good(session("t1", life_s=600)), good(STORES), good(session("t2")), good(STORES)]
    client.sign_in("ada", "secret")
    client.stores()
    later = client.sessions._renew_at + 1
    monkeypatch.setattr("store_client.session.time.monotonic", lambda: later)
    client.stores()
    assert web.paths()[2:] == ["POST /v1/session/refresh", "GET /v1/stores"]
    assert msgspec.json.decode(web.seen[2].body) == {"refresh_token": "refresh-t1"}
    assert bearer_of(web, 3) == "Bearer t2"


def test_a_session_that_is_over_is_over(web: Web, client: StoreClient) -> None:
    changes: list[Session | None] = []
    with StoreClient(web.url, on_session=changes.append) as told:
        web.answers = [good(session("t1")), problem(401, "signed-out"), problem(401, "signed-out")]
        told.sign_in("ada", "secret")
        with pytest.raises(SignedOut):
            told.stores()
        assert told.session is None
    assert [change and change.token for change in changes] == ["t1", None]


def test_a_store_that_is_away_ends_no_session(web: Web, client: StoreClient) -> None:
    web.answers = [good(session("t1")), problem(401, "signed-out"), problem(503, "unavailable")]
    client.sign_in("ada", "secret")
    with pytest.raises(Unavailable):
        client.stores()
    assert client.session is not None
    assert web.paths().count("POST /v1/session/refresh") == 1, "all that wait for it would wait for each try"


def test_a_session_goes_on_after_a_restart(web: Web, client: StoreClient) -> None:
    web.answers = [good(session("t5")), good(STORES)]
    client.resume("refresh-t4")
    client.stores()
    assert msgspec.json.decode(web.seen[0].body) == {"refresh_token": "refresh-t4"}
    assert bearer_of(web, 1) == "Bearer t5"


def test_signing_out_needs_no_store(web: Web, client: StoreClient) -> None:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.otherwise = hang_up
    client.sign_out()
    assert web.paths()[-1] == "DELETE /v1/session"
    assert client.session is None


def test_who_signs_out_while_his_token_is_renewed_stays_signed_out(web: Web) -> None:
    changes: list[Session | None] = []
    with StoreClient(web.url, on_session=changes.append) as client:

        def renew(handler: Handler) -> None:
            client.sign_out()
            good(session("t2"))(handler)

        web.answers = [good(session("t1")), problem(401, "signed-out"), renew]
        web.otherwise = problem(401, "signed-out")
        client.sign_in("ada", "secret")
        with pytest.raises(SignedOut):
            client.stores()
        assert client.session is None
    assert [change and change.token for change in changes] == ["t1", None]


@pytest.mark.parametrize("answer", [good(session("t2")), problem(401, "signed-out")])
def test_what_becomes_of_an_earlier_session_leaves_the_next_one_alone(
    web: Web, client: StoreClient, answer: Behaviour
) -> None:
    def renew(handler: Handler) -> None:
        client.sign_in("bob", "secret")
        answer(handler)

    web.answers = [good(session("t1")), problem(401, "signed-out"), renew, good(session("b1"))]
    web.otherwise = problem(401, "signed-out")
    client.sign_in("ada", "secret")
    with pytest.raises(SignedOut):
        client.stores()
    assert client.session is not None
    assert client.session.token == "b1"


def test_stepping_up_gives_new_tokens(web: Web, client: StoreClient) -> None:
    web.answers = [good(session("t1")), good(session("t2")), good(STORES)]
    client.sign_in("ada", "secret")
    client.step_up("secret")
    client.stores()
    assert [bearer_of(web, place) for place in (1, 2)] == ["Bearer t1", "Bearer t2"]


def test_access_to_live_data_is_fresh_each_time(web: Web, client: StoreClient) -> None:
    first, second = (LiveAccess(f"nats://127.0.0.1:{port}", "desk", "x", ["s1"]) for port in (1, 2))
    web.answers = [good(session("t1", live=first)), good(session("t2", live=second)), good(session("t3"))]
    client.sign_in("ada", "secret")
    assert client.live_access() == first
    assert client.live_access() == second
    with pytest.raises(NotPermitted):
        client.live_access()


def test_a_waiting_call_is_not_left_behind_by_a_close(web: Web, client: StoreClient) -> None:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.otherwise = problem(503, "unavailable", Retry_After="20")
    ended = threading.Event()

    def call() -> None:
        with pytest.raises(Exception, match="closed"):
            client.stores()
        ended.set()

    thread = threading.Thread(target=call)
    thread.start()
    wait_until(lambda: len(web.seen) == 2)
    client.close()
    assert ended.wait(10)
    thread.join()
