"""Changes to inputs that keep them of their form, so that they come past the first check: bytes turned over at random are
hardly ever JSON any more."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Form:
    """``decode`` and ``encode`` of plain values; None where there is no tree in the bytes."""

    decode: Callable[[bytes], Any] | None = None
    encode: Callable[[Any], bytes] | None = None


RAW = Form()
JSON = Form(msgspec.json.decode, msgspec.json.encode)
MSGPACK = Form(msgspec.msgpack.decode, msgspec.msgpack.encode)
Mutate = Callable[[bytes, int], bytes]
NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 0.0, -0.5, 1e-320, 1e19, 1e308, float("nan"),
    float("inf"), "", "\0", "é\U0001f6d2", "0", "-1", "1e999", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "\udcff".encode("utf-8", "surrogatepass"), b"", b"\0" * 7, [], {}, [[[[]]]], "a" * 300,
    [0, 0, 0], [2**31, 2**31, 2**31], {"": {"": None}},
)  # fmt: skip
MOST_PLACES = 400
DEEP = (b'{"x":' + b"[" * 3_000 + b"]" * 3_000 + b"}", b"\x81\xa1x" + b"\x91" * 5_000 + b"\xc0")
"""More than any parser follows, of JSON and of msgpack."""


def mutated(data: bytes, longest: int, seed: int, form: Form, plain: Mutate) -> bytes:
    """``plain``: how to change what is not of ``form``, and every other input."""
    dice = random.Random(seed)
    if form.decode is None or form.encode is None or dice.random() < 0.4:
        return plain(data, longest)
    try:
        tree = [form.decode(data[1:])]
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return plain(data, longest)
    for _ in range(dice.randint(1, 3)):
        _change(tree, dice)
    try:
        return (data[:1] + form.encode(tree[0]))[:longest]
    except (ValueError, TypeError, OverflowError, msgspec.MsgspecError):
        return plain(data, longest)


def _change(tree: list[Any], dice: random.Random) -> None:
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [tree]
    while waiting and len(places) < MOST_PLACES:
        at = waiting.pop()
        keys = range(len(at)) if isinstance(at, list) else list(at)
        for key in keys:
            places.append((at, key))
            if isinstance(at[key], list | dict):
                waiting.append(at[key])
    at, key = dice.choice(places)
    match dice.randrange(5):
        case 0 if at is not tree:
            del at[key]
        case 1:
            other, its = dice.choice(places)
            if its in range(len(other)) if isinstance(other, list) else its in other:
                at[key] = deepcopy(other[its])  # or a tree could come to hold itself
        case 2 if isinstance(at[key], int | float) and not isinstance(at[key], bool):
            at[key] = dice.choice((at[key] * -1, at[key] + 1, at[key] * 1_000_003, at[key] / 3))
        case 3 if isinstance(at, list) and at is not tree:
            at.extend(deepcopy(at[key]) for _ in range(dice.choice((1, 2, 50))))
        case _:
            at[key] = deepcopy(dice.choice(NASTY))
