"""A flood is held back, and told for how long."""

import time
from pathlib import Path

import pytest
import requests

from store_server.http.flood import Buckets, Rate, Rates
from store_server.http.problems import SlowDown
from tests.http.conftest import open_shop

WIDE = Rate(10_000, 10_000)


class Watch:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    watch = Watch()
    buckets = Buckets(rate=0.5, burst=3, now=watch)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(SlowDown) as refused:
        buckets.take("a")
    assert refused.value.retry_after == 2
    buckets.take("b")
    watch.seconds += 2
    buckets.take("a")
    with pytest.raises(SlowDown):
        buckets.take("a")


def test_many_keys_do_not_fill_the_memory() -> None:
    buckets = Buckets(rate=1, burst=1, now=time.monotonic, most=100)
    for number in range(10_000):
        buckets.take(str(number))
    assert len(buckets._levels) == 100


def test_a_session_that_floods_is_slowed_and_another_is_not(tmp_path: Path) -> None:
    watch = Watch()
    with open_shop(tmp_path, Rates(address=WIDE, session=Rate(0.5, 5), sign_ins=WIDE), watch) as shop:
        desk, other = shop.sign_in("agent"), shop.sign_in("agent")
        answers = [desk.get("/v1/stores").status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]
        assert desk.get("/v1/stores").headers["Retry-After"] == "2"
        assert other.get("/v1/stores").status_code == 200
        watch.seconds += 2
        assert desk.get("/v1/stores").status_code == 200


def test_an_address_that_guesses_passwords_is_slowed_whatever_the_name(tmp_path: Path) -> None:
    watch = Watch()
    with open_shop(tmp_path, Rates(address=WIDE, session=WIDE, sign_ins=Rate(1, 5)), watch) as shop:
        guesses = [
            requests.post(f"{shop.url}/v1/session", json={"user": f"u{n}", "password": "x"}, timeout=30)
            for n in range(6)
        ]
        assert [guess.status_code for guess in guesses] == [401] * 5 + [429]
        assert requests.get(f"{shop.url}/v1/openapi.json", timeout=30).status_code == 200
