"""Whose password it is, however many ask at once."""

import threading

import pytest
from argon2 import PasswordHasher

from store_server.desk.users import ATTEMPTS, Users
from store_server.refusal import Refusal
from tests.desk.shop import Shop

AT_ONCE, ROUNDS = 6, 10
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def test_whoever_signs_in_at_two_desks_at_once_is_let_in_at_both(shop: Shop) -> None:
    users = Users(shop.database, "EUR", shop.clock.now_us, CHEAP)
    ada = users.put("ada", "agent", "right")
    barrier = threading.Barrier(AT_ONCE)
    let_in: list[str] = []

    def sign_in() -> None:
        for _ in range(ROUNDS):
            barrier.wait(30)
            let_in.append(users.verify("ada", "right"))

    threads = [threading.Thread(target=sign_in) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert let_in == [ada] * AT_ONCE * ROUNDS


def test_who_is_locked_out_is_let_in_where_the_clock_was_set_back_since(corner: Shop) -> None:
    users = Users(corner.database, "EUR", corner.clock.now_us, CHEAP)
    ada = users.put("ada", "agent", "right")
    for _ in range(ATTEMPTS):
        with pytest.raises(Refusal, match="wrong"):
            users.verify("ada", "guess")
    with pytest.raises(Refusal, match="too many"):
        users.verify("ada", "right")
    corner.clock.passes(-3_600)
    assert users.verify("ada", "right") == ada
