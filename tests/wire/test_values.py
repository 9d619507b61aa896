"""Money, moments, GTINs and ids, whatever they are."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from store_client.contract.audit import Ed25519Key
from store_client.contract.case import Language
from store_client.contract.evidence import Sha256
from store_client.contract.gtin import Gtin, is_gtin, make_gtin
from store_client.contract.ids import Id, new_id
from store_client.contract.moment import Moment, from_micros, to_micros
from store_client.contract.money import Money
from store_client.contract.planogram import PlateId

AMOUNTS = st.integers(-(2**62), 2**62)
MONEY = st.builds(Money, AMOUNTS, st.just("EUR"))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MICROS = st.integers(to_micros(datetime(1, 1, 2, tzinfo=UTC)), to_micros(datetime(9999, 12, 30, tzinfo=UTC)))


class Stamped(msgspec.Struct):
    at: Moment


@given(MONEY, MONEY, MONEY, st.integers(-999, 999))
def test_money_adds_up_to_the_last_unit(a: Money, b: Money, c: Money, quantity: int) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b - b == a
    assert a + -a == Money(0, "EUR")
    assert (a * quantity).minor == a.minor * quantity
    assert type((a * quantity).minor) is int


@given(MONEY)
def test_money_survives_the_wire(money: Money) -> None:
    assert msgspec.json.decode(msgspec.json.encode(money), type=Money) == money
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(money), type=Money) == money


@given(AMOUNTS, st.sampled_from(["USD", "JPY", "CHF"]))
def test_two_currencies_are_never_added(amount: int, other: str) -> None:
    with pytest.raises(ValueError, match="cannot add"):
        Money(amount, "EUR") + Money(amount, other)


@pytest.mark.parametrize(
    "body",
    [
        b'{"minor": 1.0, "currency": "EUR"}',
        b'{"minor": "1", "currency": "EUR"}',
        b'{"minor": 1e2, "currency": "EUR"}',
        b'{"minor": true, "currency": "EUR"}',
        b'{"minor": 1, "currency": "eur"}',
        b'{"minor": 1, "currency": "EURO"}',
        b'{"minor": 1, "currency": "EUR\\n"}',
        b'{"minor": 1}',
    ],
)
def test_money_is_never_a_float_and_never_nameless(body: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Money)


@given(MICROS)
def test_moments_keep_their_microseconds(micros: int) -> None:
    moment = from_micros(micros)
    assert to_micros(moment) == micros
    assert msgspec.json.decode(msgspec.json.encode(Stamped(moment)), type=Stamped).at == moment


@given(MICROS, ZONES)
def test_a_moment_is_the_same_in_every_zone(micros: int, zone: timezone) -> None:
    elsewhere = from_micros(micros).astimezone(zone)
    assert to_micros(elsewhere) == micros
    assert to_micros(msgspec.json.decode(msgspec.json.encode(Stamped(elsewhere)), type=Stamped).at) == micros


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"at": "2026-03-01T08:00:00"}', type=Stamped)


@given(st.text("0123456789", min_size=1, max_size=13))
def test_every_body_makes_one_gtin(body: str) -> None:
    gtin = make_gtin(body)
    assert is_gtin(gtin)
    assert gtin[:-1] == body.rjust(13, "0")
    assert msgspec.convert(gtin, Gtin) == gtin


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(body: str, place: int, by: int) -> None:
    gtin = make_gtin(body)
    wrong = gtin[:place] + str((int(gtin[place]) + by) % 10) + gtin[place + 1 :]
    assert not is_gtin(wrong)


@given(st.text(max_size=20))
def test_what_is_no_gtin_is_none(text: str) -> None:
    assume(not (len(text) == 14 and text.isascii() and text.isdigit()))
    assert not is_gtin(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Gtin)


@given(st.integers(0, 2**48 - 1), st.integers(1, 10_000))
def test_ids_sort_by_the_time_they_were_made(now_ms: int, later: int) -> None:
    assume(now_ms + later < 2**48)
    first, second = new_id(now_ms), new_id(now_ms + later)
    assert first < second
    assert msgspec.convert(first, Id) == first
    assert new_id(now_ms) != first


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Gtin, "0" * 14),
        (Id, "0198c0de-0000-7000-8000-000000000001"),
        (Language, "de"),
        (PlateId, "1.2.3"),
        (Sha256, "0" * 64),
        (Ed25519Key, "0" * 64),
    ],
)
def test_a_text_of_a_form_ends_with_no_line_feed(kind: Any, text: str) -> None:
    assert msgspec.convert(text, kind) == text
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text + "\n", kind)
