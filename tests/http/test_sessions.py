"""Signing in, staying in, proving it again, signing out; and whoever guesses."""

import pytest
import requests

from store_client.contract.session import PERMISSIONS
from tests.http.conftest import Desk, Shop

MINUTE_US = 60_000_000


def sign_in(shop: Shop, user: str, password: str) -> requests.Response:
    return requests.post(f"{shop.url}/v1/session", json={"user": user, "password": password}, timeout=30)


def refresh(shop: Shop, token: str) -> requests.Response:
    return requests.post(f"{shop.url}/v1/session/refresh", json={"refresh_token": token}, timeout=30)


def problem(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("urn:floorwalker:problem:")


def test_each_role_signs_in_with_its_rights(shop: Shop) -> None:
    for role, permissions in PERMISSIONS.items():
        session = shop.sign_in(role).session
        assert session["user"]["role"] == role
        assert set(session["user"]["permissions"]) == permissions
        assert (session["live"] is not None) == ("floor" in permissions)
    assert shop.sign_in("agent").session["user"]["refund_limit"] == {"minor": 5000, "currency": "EUR"}


def test_tokens_are_refreshed_expire_and_end(fresh_shop: Shop) -> None:
    shop = fresh_shop
    desk = shop.sign_in("agent")
    assert desk.get("/v1/stores").status_code == 200
    renewed = refresh(shop, desk.session["refresh_token"]).json()
    assert desk.get("/v1/stores", token=renewed["token"]).status_code == 200

    shop.clock.ahead_us += 16 * MINUTE_US
    assert problem(desk.get("/v1/stores", token=renewed["token"])) == (401, "signed-out")
    last = refresh(shop, renewed["refresh_token"]).json()
    assert desk.get("/v1/stores", token=last["token"]).status_code == 200

    assert desk.ask("DELETE", "/v1/session", token=last["token"]).status_code == 204
    assert problem(desk.get("/v1/stores", token=last["token"])) == (401, "signed-out")
    assert problem(refresh(shop, last["refresh_token"])) == (401, "signed-out")


def test_a_refresh_token_shown_again_once_its_successor_is_in_use_ends_the_session(fresh_shop: Shop) -> None:
    desk = fresh_shop.sign_in("agent")
    renewed = refresh(fresh_shop, desk.session["refresh_token"]).json()
    assert desk.get("/v1/stores", token=renewed["token"]).status_code == 200
    assert problem(refresh(fresh_shop, desk.session["refresh_token"])) == (401, "signed-out")
    assert problem(desk.get("/v1/stores", token=renewed["token"])) == (401, "signed-out")
    assert problem(refresh(fresh_shop, renewed["refresh_token"])) == (401, "signed-out")


def test_a_renewal_whose_answer_was_lost_is_asked_for_again(fresh_shop: Shop) -> None:
    desk = fresh_shop.sign_in("agent")
    assert desk.get("/v1/stores").status_code == 200
    for _ in range(3):
        fresh_shop.clock.ahead_us += 10 * MINUTE_US
        renewed = refresh(fresh_shop, desk.session["refresh_token"]).json()
    assert desk.get("/v1/stores", token=renewed["token"]).status_code == 200
    assert refresh(fresh_shop, renewed["refresh_token"]).status_code == 200


@pytest.mark.parametrize("is_thief_first", [True, False])
def test_a_copy_that_is_shown_before_the_next_pair_is_used_is_found_out(fresh_shop: Shop, is_thief_first: bool) -> None:
    """Whichever of the two comes first: what the first was given opens nothing, and ends the session at the next renewal."""
    desk = fresh_shop.sign_in("agent")
    first = refresh(fresh_shop, desk.session["refresh_token"]).json()
    fresh_shop.clock.ahead_us += 5 * MINUTE_US
    second = refresh(fresh_shop, desk.session["refresh_token"]).json()
    assert desk.get("/v1/stores", token=second["token"]).status_code == 200
    assert problem(desk.get("/v1/stores", token=first["token"])) == (401, "signed-out")
    if is_thief_first:  # the desk does not notice, and goes on
        second = refresh(fresh_shop, second["refresh_token"]).json()
        assert desk.get("/v1/stores", token=second["token"]).status_code == 200
    assert problem(refresh(fresh_shop, first["refresh_token"])) == (401, "signed-out")
    assert problem(desk.get("/v1/stores", token=second["token"])) == (401, "signed-out")


def test_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(shop: Shop) -> None:
    desk = shop.sign_in("agent")
    assert desk.get("/v1/stores", token=desk.session["refresh_token"]).status_code == 401
    assert refresh(shop, desk.session["token"]).status_code == 401


def test_the_password_again_steps_up_for_five_minutes(fresh_shop: Shop) -> None:
    desk = fresh_shop.sign_in("supervisor")
    assert desk.session["stepped_up_until"] is None
    wrong = desk.post("/v1/session/step-up", json={"password": "no"})
    assert problem(wrong) == (401, "wrong-password")
    answer = desk.post("/v1/session/step-up", json={"password": fresh_shop.passwords["supervisor"]})
    stepped = Desk(fresh_shop.url, answer.json())
    assert stepped.session["stepped_up_until"] is not None
    assert stepped.get("/v1/stores").status_code == 200
    fresh_shop.clock.ahead_us += 6 * MINUTE_US
    assert refresh(fresh_shop, stepped.session["refresh_token"]).json()["stepped_up_until"] is None


def test_no_session_lasts_for_as_long_as_the_clock_was_ahead(fresh_shop: Shop) -> None:
    shop = fresh_shop
    for hours, is_renewed in ((2, True), (48, False)):
        shop.clock.ahead_us += hours * 60 * MINUTE_US
        desk = shop.sign_in("supervisor")
        answer = desk.post("/v1/session/step-up", json={"password": shop.passwords["supervisor"]})
        stepped = Desk(shop.url, answer.json())
        assert stepped.get("/v1/stores").status_code == 200
        shop.clock.ahead_us -= hours * 60 * MINUTE_US
        assert problem(stepped.get("/v1/stores")) == (401, "signed-out")
        renewed = refresh(shop, stepped.session["refresh_token"])
        assert (renewed.status_code == 200) == is_renewed
        assert not is_renewed or renewed.json()["stepped_up_until"] is None, "it was given long ago"


def test_ten_wrong_passwords_lock_a_name_whether_or_not_it_exists(fresh_shop: Shop) -> None:
    for name in ("agent", "nobody"):
        for _ in range(10):
            assert problem(sign_in(fresh_shop, name, "guess")) == (401, "wrong-password")
        assert problem(sign_in(fresh_shop, name, "guess")) == (423, "locked")
    assert problem(sign_in(fresh_shop, "agent", fresh_shop.passwords["agent"])) == (423, "locked")
    assert fresh_shop.sign_in("supervisor")
    fresh_shop.clock.ahead_us += 6 * MINUTE_US
    assert fresh_shop.sign_in("agent")


def test_a_right_password_forgives_the_wrong_ones(fresh_shop: Shop) -> None:
    for _ in range(2):
        for _ in range(9):
            assert sign_in(fresh_shop, "agent", "guess").status_code == 401
        assert fresh_shop.sign_in("agent")


def test_what_a_lost_answer_brought_is_good_at_no_time_of_any_clock(fresh_shop: Shop) -> None:
    desk = fresh_shop.sign_in("agent")
    lost = refresh(fresh_shop, desk.session["refresh_token"]).json()
    fresh_shop.clock.ahead_us += 5 * MINUTE_US
    assert refresh(fresh_shop, desk.session["refresh_token"]).status_code == 200
    fresh_shop.clock.ahead_us -= 4 * MINUTE_US
    assert desk.get("/v1/stores", token=lost["token"]).status_code == 401


@pytest.mark.parametrize("hours", [13, 25, 37, 47, 61])
def test_a_copied_token_is_known_as_one_though_the_clock_was_ahead_for_long(fresh_shop: Shop, hours: int) -> None:
    """What is forgotten meanwhile is the token itself before what tells that it was used."""
    desk = fresh_shop.sign_in("agent")
    used = refresh(fresh_shop, desk.session["refresh_token"]).json()
    assert desk.get("/v1/stores", token=used["token"]).status_code == 200
    fresh_shop.clock.ahead_us += hours * 60 * MINUTE_US
    fresh_shop.sign_in("auditor")
    fresh_shop.clock.ahead_us -= hours * 60 * MINUTE_US
    assert refresh(fresh_shop, desk.session["refresh_token"]).status_code == 401
