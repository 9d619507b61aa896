"""Checkout: from who came, what moved and who left to carts and receipts."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from store_client.contract.cart import Cart
from store_client.contract.decoding import from_json
from store_client.contract.live import Event, Positions
from store_client.contract.store import Store
from store_server.cart import happenings
from store_server.cart.catalogue import store_of
from store_server.cart.issue import issue
from store_server.cart.late import Heed, LateWord, heed_nothing, late_word
from store_server.cart.living import cart_of, last_known, refold, unseen
from store_server.cart.numbers import next_number
from store_server.cart.paths import Paths, tracks_of
from store_server.cart.visit import VisitClosed, VisitOpened, VisitResumed
from store_server.fusion.finding import Finding
from store_server.storage.carts import FindingRow
from store_server.storage.database import Database
from store_server.storage.trips import TripEventRow, TripRow

DOUBTFUL_WAIT_US = 20_000_000
"""How long a doubtful cart waits for findings to be revised after its shopper left."""
LATEST_US = 25_000_000
"""A receipt is issued so long after leaving even if the sensors have not caught up (promised: 30 s)."""
GRACE_US = 60_000_000
"""After a start, a trip nobody of whom is seen again for so long is closed and billed for what was known."""


class Checkout:
    """Called from one worker thread. Each call is one transaction; the events it returns were made durable first.

    The events carry no epoch and seq of their own: who publishes them stamps them.
    """

    def __init__(self, database: Database, store: str, *, grace_us: int = GRACE_US, heed: Heed = heed_nothing) -> None:
        """``grace_us``: see GRACE_US; 0 where nobody who was inside can be seen again. ``heed``: is told what the
        sensors say of trips that are billed already."""
        self._database = database
        self._store = store
        self._grace_us = grace_us
        self._heed = heed
        self._paths = Paths()
        self._unseen_since: dict[str, int] = {}

    def under_way(self) -> list[VisitResumed]:
        """The trips that were open when the program ended, for whoever tells one shopper from another."""
        with self._database.read() as session:
            return [
                VisitResumed(trip.id, trip.gate, trip.code, trip.people, trip.entered_us, tracks_of(trip))
                for trip in session.scalars(_open(self._store))
            ]

    def resume(self, now_us: int) -> list[Event]:
        """Takes up again the trips that were open when the program ended. Once, before anything else.

        They are told anew, with their carts, for whoever missed it. What they hold wants a look, for nobody watched them
        meanwhile. One whose people are not seen again is closed after the grace by ``advance``.
        """
        events: list[Event] = []
        with self._database.write() as session:
            store = store_of(session, self._store)
            for trip in session.scalars(_open(self._store)).all():
                self._unseen_since[trip.id] = now_us
                trip.is_orphan = True
                events.append(happenings.entered(trip))
                cart = refold(session, store, trip) or cart_of(session, trip.id)
                if cart is not None:
                    events.append(happenings.cart_changed(cart, now_us))
        return events

    def opened(self, visit: VisitOpened) -> list[Event]:
        """A trip begins, with an empty cart. Told twice, it begins once."""
        with self._database.write() as session:
            if session.get(TripRow, visit.trip) is not None:
                return []
            store = store_of(session, self._store)
            trip = TripRow(
                id=visit.trip,
                store=self._store,
                visit=next_number(session, self._store, "visit"),
                entered_us=visit.at_us,
                gate=visit.gate,
                people=visit.people,
                code=visit.code,
                payment_token=visit.payment_token,
                card=visit.card,
            )
            session.add(trip)
            session.flush()
            event = happenings.entered(trip)
            _keep(session, trip.id, event)
            return [event, *_told(refold(session, store, trip), visit.at_us)]

    def closed(self, visit: VisitClosed) -> list[Event]:
        """Everyone of the trip has gone; its receipt follows from ``advance``, and is doubtful if nobody saw them go."""
        with self._database.write() as session:
            trip = session.get(TripRow, visit.trip)
            if trip is None or trip.left_us is not None:
                return []
            self._paths.write(session)
            at_us = max(visit.at_us, trip.entered_us)
            if visit.is_lost:
                events = self._lose(session, trip, at_us, at_us)
            else:
                events = [self._close(session, trip, at_us, visit.gate)]
        self._forget(visit.trip)
        return events

    def apply(self, findings: Sequence[Finding]) -> list[Event]:
        """Carts after ``findings``. One that is known with this or a higher revision changes nothing."""
        if not findings:
            return []
        with self._database.write() as session:
            events: list[Event] = []
            touched: dict[str, int] = {}
            for finding in findings:
                before = session.get(FindingRow, finding.id)
                if before is not None and before.revision >= finding.revision:
                    continue
                trips = {*_trips_of(finding), *(_trips_of(_read(before)) if before else ())}
                touched.update(dict.fromkeys(trips, finding.at_us))
                was_doubtful = before is not None and not _read(before).is_sure
                _remember(session, finding, self._store, before)
                events += _tell(session, finding, self._store)
                if not finding.is_sure and not was_doubtful:
                    event = happenings.review_wanted(finding, self._store)
                    events.append(event)
                    _keep_if_known(session, _trips_of(finding), event)
            return events + self._refold(session, touched)

    def seen(self, positions: Positions) -> None:
        """Keeps the paths, thinned to a point a second; cheap, written by ``advance`` now and then."""
        self._paths.seen(positions)
        if self._unseen_since:
            for person in positions.people:
                if person.trip is not None:
                    self._unseen_since.pop(person.trip, None)

    def advance(self, now_us: int, watermark_us: int) -> list[Event]:
        """Issues the receipts that are due: as soon as everything measured before leaving is decided
        (``watermark_us``) and nothing is doubtful; later otherwise, and marked doubtful."""
        events: list[Event] = []
        for trip_id, since in self._unseen_since.items():
            self._unseen_since[trip_id] = min(since, now_us)  # the clock may have been set back
        lost = [trip for trip, since in self._unseen_since.items() if now_us - since >= self._grace_us]
        if not lost and not self._paths.is_due and not self._waiting():
            return events
        with self._database.write() as session:
            store = store_of(session, self._store)
            if lost or self._paths.is_due:
                self._paths.write(session)
            for trip_id in lost:
                events += self._give_up(session, trip_id, now_us)
            for trip in session.scalars(_unbilled(self._store).with_for_update()).all():
                events += _bill(session, store, trip, now_us, watermark_us)
        self._paths.written()
        for trip_id in lost:
            self._forget(trip_id)
        return events

    def _waiting(self) -> bool:
        with self._database.read() as session:
            return session.scalars(_unbilled(self._store).limit(1)).first() is not None

    def _close(self, session: Session, trip: TripRow, at_us: int, gate: str) -> Event:
        trip.left_us = at_us
        trip.left_gate = gate
        session.flush()
        event = happenings.left(trip, at_us)
        _keep(session, trip.id, event)
        return event

    def _forget(self, trip_id: str) -> None:
        """What is kept in memory of a trip whose end was committed."""
        self._paths.written()
        self._paths.forget(trip_id)
        self._unseen_since.pop(trip_id, None)

    def _give_up(self, session: Session, trip_id: str, now_us: int) -> list[Event]:
        trip = session.get(TripRow, trip_id)
        if trip is None or trip.left_us is not None:
            return []
        return self._lose(session, trip, last_known(session, trip), now_us)

    def _lose(self, session: Session, trip: TripRow, at_us: int, now_us: int) -> list[Event]:
        """Closes a trip that nobody saw leave: what it held then wants a look."""
        trip.is_orphan = True
        event = self._close(session, trip, at_us, "")
        return [event, *_told(refold(session, store_of(session, self._store), trip), now_us)]

    def _refold(self, session: Session, touched: dict[str, int]) -> list[Event]:
        """Carts of trips that are not billed yet. What comes later is for people: a receipt never changes."""
        if not touched:
            return []
        store = store_of(session, self._store)
        events: list[Event] = []
        late: list[LateWord] = []
        for trip_id, at_us in sorted(touched.items()):
            # Whoever opens a case refers to it, while they hold the receipt that is asked for next.
            trip = session.get(TripRow, trip_id, with_for_update={"key_share": True})
            if trip is None:
                continue
            if trip.billed_us is None:
                events += _told(refold(session, store, trip), at_us)
            elif (word := late_word(session, store, trip)) is not None:
                late.append(word)
        return events + self._heed(session, late)


def _open(store: str) -> Select[TripRow]:
    return select(TripRow).where(TripRow.store == store, TripRow.left_us.is_(None))


def _unbilled(store: str) -> Select[TripRow]:
    return select(TripRow).where(TripRow.store == store, TripRow.billed_us.is_(None), TripRow.left_us.is_not(None))


def _bill(session: Session, store: Store, trip: TripRow, now_us: int, watermark_us: int) -> list[Event]:
    """The receipt of a trip that left, if it is due. An empty cart ends without one, once it is known to stay empty:
    there is nothing to dispute."""
    cart = cart_of(session, trip.id)
    if trip.left_us is None or cart is None:
        raise ValueError(f"trip {trip.id} is not ready to be billed")
    age = now_us - trip.left_us
    is_decided = watermark_us >= trip.left_us
    is_due = is_decided and (not cart.is_doubtful or age >= DOUBTFUL_WAIT_US)
    is_recent = abs(age) < LATEST_US  # who left in the future did so by a clock that was set back since
    if not is_due and (is_recent or not (is_decided or cart.lines)):
        return []
    trip.billed_us = now_us
    if not cart.lines:
        return []
    receipt = issue(session, store, trip, cart if is_decided else unseen(cart), now_us)
    event = happenings.receipt_issued(receipt)
    _keep(session, trip.id, event)
    return [event]


def _told(cart: Cart | None, at_us: int) -> list[Event]:
    return [] if cart is None else [happenings.cart_changed(cart, at_us)]


def _trips_of(finding: Finding) -> tuple[str, ...]:
    """Whose carts a finding changes: for a hand-over the taker's and the giver's."""
    whose = (finding.taker, finding.giver) if finding.kind == "handed_over" else (finding.best.trip,)
    return tuple(trip for trip in whose if trip is not None)


def _read(row: FindingRow) -> Finding:
    return from_json(row.body, Finding)


def _remember(session: Session, finding: Finding, store: str, row: FindingRow | None) -> None:
    if row is None:
        row = FindingRow(id=finding.id, store=store)
        session.add(row)
    trip, other, *_ = (*_trips_of(finding), None, None)
    row.revision = finding.revision
    row.at_us = finding.at_us
    row.trip = trip
    row.other = other
    row.body = msgspec.json.encode(finding).decode()
    session.flush()


def _tell(session: Session, finding: Finding, store: str) -> list[Event]:
    """The event of a finding, in the place of what an earlier revision said."""
    session.execute(delete(TripEventRow).where(TripEventRow.event == finding.id))
    event = happenings.handled(finding, store)
    if event is None:
        return []
    if finding.best.gtin is not None:
        _keep_if_known(session, _trips_of(finding), event)
    return [event]


def _keep_if_known(session: Session, trips: Iterable[str], event: Event) -> None:
    for trip in trips:
        if session.get(TripRow, trip) is not None:
            _keep(session, trip, event)


def _keep(session: Session, trip: str, event: Event) -> None:
    body = msgspec.json.encode(event).decode()
    session.add(TripEventRow(trip=trip, event=event.id, at_us=event.measured_at, body=body))
