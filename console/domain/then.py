"""A window of the past as it was read: what the live screens show at any moment of it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from msgspec.structs import replace as replace_fields

from store_client.contract.cart import Cart
from store_client.contract.live import Device, Event, Health, Positions
from store_client.contract.moment import to_micros
from store_client.contract.trip import CartThen, Stay, Trip
from store_client.live.item import KeptMessage
from store_client.live.messages import Garbled, OtherVersion

M = TypeVar("M", Positions, Health)
TRAIL_US = 7_000_000
"""So much before a moment is read as well: the trails of those who are seen at it."""
MARKED_US = 60_000_000
"""Of so much before a moment what happened is marked."""


@dataclass(frozen=True, slots=True)
class Window:
    """[``begin_us``, ``end_us``) of the store. All in the order in which it was measured; ``positions`` and ``events``
    begin earlier (TRAIL_US, MARKED_US). ``changes_us``: when somebody came, went, or held something else."""

    begin_us: int
    end_us: int
    positions: tuple[KeptMessage, ...] = ()
    health: tuple[KeptMessage, ...] = ()
    events: tuple[Event, ...] = ()
    stays: Mapping[str, Stay] = field(default_factory=dict)
    changes_us: tuple[int, ...] = ()

    def has(self, at_us: int) -> bool:
        return self.begin_us <= at_us < self.end_us

    # ---- at a moment

    def trips_at(self, at_us: int) -> dict[str, Trip]:
        """Those who had entered by then."""
        return {
            name: _trip_at(stay, at_us) for name, stay in self.stays.items() if to_micros(stay.trip.entered_at) <= at_us
        }

    def carts_at(self, at_us: int) -> dict[str, Cart]:
        found = {name: _cart_at(stay, at_us) for name, stay in self.stays.items()}
        return {name: cart for name, cart in found.items() if cart is not None}

    def devices_at(self, at_us: int) -> dict[str, Device] | None:
        """None where the store said nothing of its devices yet."""
        place = _after(self.health, at_us)
        for kept in reversed(self.health[:place]):
            for message in _read((kept,), Health):
                return {device.id: device for device in message.devices}
        return None

    def positions_until(self, at_us: int) -> Iterator[Positions]:
        """Those of which the trails at that moment are made."""
        return self.positions_between(at_us - TRAIL_US, at_us)

    def events_until(self, at_us: int) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.measured_at <= at_us)

    # ---- from moment to moment, after the first and up to the second

    def positions_between(self, after_us: int, at_us: int) -> Iterator[Positions]:
        """Each is decoded as it is asked for: of a full store they are thousands of objects."""
        return _read(self.positions[_after(self.positions, after_us) : _after(self.positions, at_us)], Positions)

    def health_between(self, after_us: int, at_us: int) -> bool:
        return _after(self.health, after_us) != _after(self.health, at_us)

    def events_between(self, after_us: int, at_us: int) -> tuple[Event, ...]:
        return tuple(event for event in self.events if after_us < event.measured_at <= at_us)

    def has_changed(self, after_us: int, at_us: int) -> bool:
        """Whether trips or carts are others."""
        return bisect_right(self.changes_us, after_us) != bisect_right(self.changes_us, at_us)

    # ---- growing, and letting go of what is past

    def joined(self, later: "Window", seen_us: int) -> "Window":
        """With what follows it, less what lies before ``seen_us`` by more than is shown there."""
        stays = dict(self.stays)
        for name, stay in later.stays.items():
            known = stays.get(name)
            stays[name] = stay if known is None else Stay(stay.trip, [*known.carts, *stay.carts])
        begin_us = max(self.begin_us, min(seen_us, self.end_us))
        return make_window(
            begin_us,
            later.end_us,
            (
                kept
                for kept in (*self.positions, *_new(self.positions, later.positions))
                if kept.measured_at > begin_us - TRAIL_US
            ),
            (
                kept
                for kept in (*self.health, *_new(self.health, later.health))
                if kept.measured_at > begin_us - TRAIL_US
            ),
            (event for event in (*self.events, *later.events) if event.measured_at > begin_us - MARKED_US),
            (_from(stay, begin_us) for stay in stays.values() if not _has_gone(stay.trip, begin_us - MARKED_US)),
        )


def make_window(
    begin_us: int,
    end_us: int,
    positions: Iterable[KeptMessage],
    health: Iterable[KeptMessage],
    events: Iterable[Event],
    stays: Iterable[Stay],
) -> Window:
    """Of what was read, in whatever order it came; an event that came twice is taken once."""
    known = {stay.trip.id: stay for stay in stays}
    changes = {then.at for stay in known.values() for then in stay.carts}
    for stay in known.values():
        changes.add(to_micros(stay.trip.entered_at))
        if stay.trip.left_at is not None:
            changes.add(to_micros(stay.trip.left_at))
    return Window(
        begin_us,
        end_us,
        tuple(sorted(positions, key=_measured)),
        tuple(sorted(health, key=_measured)),
        tuple(sorted({event.id: event for event in events}.values(), key=lambda event: event.measured_at)),
        known,
        tuple(sorted(changes)),
    )


def _measured(kept: KeptMessage) -> int:
    return kept.measured_at


def _after(kept: Sequence[KeptMessage], at_us: int) -> int:
    """The place of the first that was measured after ``at_us``."""
    return bisect_right(kept, at_us, key=_measured)


def _new(before: Sequence[KeptMessage], later: Sequence[KeptMessage]) -> Sequence[KeptMessage]:
    return later[_after(later, before[-1].measured_at) :] if before else later


def _read(kept: Iterable[KeptMessage], kind: type[M]) -> Iterator[M]:
    """What cannot be read is passed over, as it was when it came."""
    for one in kept:
        try:
            message = one.message()
        except (Garbled, OtherVersion):
            continue
        if isinstance(message, kind):
            yield message


def _has_gone(trip: Trip, at_us: int) -> bool:
    return trip.left_at is not None and to_micros(trip.left_at) < at_us


def _cart_at(stay: Stay, at_us: int) -> Cart | None:
    place = bisect_right(stay.carts, at_us, key=lambda then: then.at)
    return stay.carts[place - 1].cart if place else None


def _from(stay: Stay, at_us: int) -> Stay:
    """Without the carts that were over by then."""
    place = bisect_right(stay.carts, at_us, key=lambda then: then.at)
    carts: list[CartThen] = stay.carts[max(0, place - 1) :]
    return Stay(stay.trip, carts)


def _trip_at(stay: Stay, at_us: int) -> Trip:
    trip, cart = stay.trip, _cart_at(stay, at_us)
    has_left = trip.left_at is not None and to_micros(trip.left_at) <= at_us
    return replace_fields(
        trip,
        state="left" if has_left else "inside",
        left_at=trip.left_at if has_left else None,
        receipt=trip.receipt if has_left else None,
        worth=None if cart is None else cart.total,
        units=0 if cart is None else sum(line.quantity for line in cart.lines),
        is_doubtful=cart is not None and cart.is_doubtful,
    )
