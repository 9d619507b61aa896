"""Files of one JSON document a line, of which some may be broken."""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from store_client.contract.decoding import json_decoder
from store_client.contract.unreadable import UNREADABLE

Form = TypeVar("Form", bound=msgspec.Struct)
Line = TypeVar("Line")
Complaint = Callable[[str], None]


class Unreadable(Exception):
    """The recording cannot be played at all; one line that says why."""


def read_lines(folder: Path, name: str, form: type[Form], complain: Complaint) -> list[tuple[int, Form]]:
    """The documents of a file with the numbers of their lines. Broken lines are complained of and left out.

    Raises Unreadable if the file cannot be read or holds no line that can be used.
    """
    try:
        lines = (folder / name).read_bytes().splitlines()
    except OSError as error:
        raise Unreadable(f"cannot read {str(folder / name)!r}: {error.strerror}") from error
    decoder = json_decoder(form)
    read: list[tuple[int, Form]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            read.append((number, decoder.decode(line)))
        except UNREADABLE as error:
            complain(f"{name} line {number}: {error}")
    if not read:
        raise Unreadable(f"nothing in {str(folder / name)!r} can be used")
    return read


def in_order(
    lines: Sequence[tuple[int, Line]], name: str, time_of: Callable[[Line], float], complain: Complaint
) -> list[Line]:
    """Leaves out the fewest lines so that time goes on from line to line, and complains of each.

    (The longest increasing subsequence, by patience sorting: one stamp from the future must not cost all that follow.)
    """
    tails: list[float] = []
    places: list[int] = []
    before: list[int] = []
    for place, (_, line) in enumerate(lines):
        time = time_of(line)
        rank = bisect_left(tails, time) if math.isfinite(time) else -1
        before.append(places[rank - 1] if rank > 0 else -1)
        if rank == len(tails):
            tails.append(time)
            places.append(place)
        elif rank >= 0:
            tails[rank], places[rank] = time, place
    kept: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    for place, (number, _) in enumerate(lines):
        if place not in kept:
            complain(f"{name} line {number}: its time goes back or repeats")
    return [line for place, (_, line) in enumerate(lines) if place in kept]
