"""Whose password it is, however many ask at once."""

import threading

from argon2 import PasswordHasher

from store_server.desk.users import Users
from tests.desk.shop import Shop

AT_ONCE, ROUNDS = 6, 10


def test_whoever_signs_in_at_two_desks_at_once_is_let_in_at_both(shop: Shop) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    users = Users(shop.database, "EUR", shop.clock.now_us, cheap)
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
