"""Where everybody was at a moment of the last seconds: between two messages, people and hands move evenly."""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

import msgspec

from store_client.contract.decoding import msgpack_decoder
from store_client.contract.live import Hand, Position, Positions

KEPT_US = 30_000_000
"""A picture on a busy machine may be shown so late."""
SET_BACK_US = 8_000_000
"""What is older than the newest by less is sent twice, or late; by more, a clock was set back, or it is another day."""
GAP_US = 1_000_000
"""Between messages farther apart nobody knows where people went."""
AHEAD_US = 300_000
"""So long after the newest message people are taken to go on as they went."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One tracked person at a moment, in metres."""

    track: str
    trip: str | None
    x: float
    y: float
    hands: tuple[Hand, ...] = ()


@dataclass(frozen=True, slots=True)
class _Packed:
    """A message as it is kept: of a full store half a minute of them would be half a million objects."""

    measured_at: int
    people: bytes


_PEOPLE = msgpack_decoder(list[Position])
_UNPACKED = 6
"""Messages: the pictures of a wall are of a few moments close to each other."""


class TrackHistory:
    def __init__(self) -> None:
        self._messages: deque[_Packed] = deque()
        self._found: tuple[int, tuple[Stand, ...]] = (0, ())
        self._unpacked: deque[tuple[_Packed, list[Position]]] = deque(maxlen=_UNPACKED)

    def heard(self, message: Positions) -> None:
        messages = self._messages
        if messages and message.measured_at <= messages[-1].measured_at:
            if messages[-1].measured_at - message.measured_at < SET_BACK_US:
                return
            messages.clear()
        messages.append(_Packed(message.measured_at, msgspec.msgpack.encode(message.people)))
        while message.measured_at - messages[0].measured_at > KEPT_US:
            messages.popleft()
        self._found = (0, ())

    @property
    def newest_us(self) -> int | None:
        """None before the first message."""
        return self._messages[-1].measured_at if self._messages else None

    def at(self, at_us: int) -> tuple[Stand, ...]:
        """Empty where nobody was tracked, and where it is not known."""
        if self._found[0] != at_us:
            self._found = (at_us, self._find(at_us))
        return self._found[1]

    def _find(self, at_us: int) -> tuple[Stand, ...]:
        messages = self._messages
        place = bisect_right(messages, at_us, key=lambda message: message.measured_at)
        if place == 0:
            return ()
        is_after = place == len(messages)
        if is_after and at_us - messages[-1].measured_at > AHEAD_US:
            return ()
        if is_after and len(messages) == 1:
            return tuple(_stand(person) for person in self._people(messages[0]))
        place -= is_after
        before, after = messages[place - 1], messages[place]
        if after.measured_at - before.measured_at > GAP_US:
            return tuple(_stand(person) for person in self._people(after)) if is_after else ()
        share = (at_us - before.measured_at) / (after.measured_at - before.measured_at)
        was = {person.track: person for person in self._people(before)}
        return tuple(_between(was[one.track], one, share) for one in self._people(after) if one.track in was)

    def _people(self, message: _Packed) -> list[Position]:
        found = next((people for known, people in self._unpacked if known is message), None)
        if found is None:
            found = _PEOPLE.decode(message.people)
            self._unpacked.append((message, found))
        return found


def _stand(person: Position) -> Stand:
    return Stand(person.track, person.trip, person.x, person.y, person.hands)


def _between(before: Position, after: Position, share: float) -> Stand:
    """``share`` 0 is ``before``, 1 ``after``; a hand that only one of them has is there in its half alone."""
    x, y = before.x + share * (after.x - before.x), before.y + share * (after.y - before.y)
    if len(before.hands) == len(after.hands):
        hands = tuple(
            Hand(
                one.x + share * (other.x - one.x),
                one.y + share * (other.y - one.y),
                one.z + share * (other.z - one.z),
                min(one.score, other.score),
            )
            for one, other in zip(before.hands, after.hands, strict=True)
        )
    else:
        hands = after.hands if share >= 0.5 else before.hands
    return Stand(after.track, after.trip, x, y, hands)
