"""The events that carts tell of, as the live subjects carry them. Who publishes them stamps epoch and seq."""

from store_client.contract.cart import Cart
from store_client.contract.ids import new_id
from store_client.contract.live import (
    Alternative,
    CartChanged,
    Entered,
    Event,
    HandedOver,
    Left,
    Picked,
    PutBack,
    ReceiptIssued,
    ReviewWanted,
)
from store_client.contract.money import Money
from store_server.fusion.finding import Finding
from store_server.storage.receipts import ReceiptRow
from store_server.storage.trips import TripRow


def entered(trip: TripRow) -> Entered:
    return Entered(
        epoch="",
        seq=0,
        measured_at=trip.entered_us,
        sent_at=trip.entered_us,
        id=new_id(trip.entered_us // 1000),
        store=trip.store,
        trip=trip.id,
        visit=trip.visit,
        gate=trip.gate,
        people=trip.people,
    )


def left(trip: TripRow, at_us: int) -> Left:
    """The gate is "" for a trip that nobody saw leave."""
    return Left(
        epoch="",
        seq=0,
        measured_at=at_us,
        sent_at=at_us,
        id=new_id(at_us // 1000),
        store=trip.store,
        trip=trip.id,
        gate=trip.left_gate or "",
    )


def handled(finding: Finding, store: str) -> Event | None:
    """What ``finding`` says. None for a hand-over of which one side is not known: there is no such event."""
    best = finding.best
    if finding.kind == "handed_over":
        if finding.giver is None or finding.taker is None or best.gtin is None:
            return None
        return HandedOver(
            epoch="",
            seq=0,
            measured_at=finding.at_us,
            sent_at=finding.at_us,
            id=finding.id,
            store=store,
            giver=finding.giver,
            taker=finding.taker,
            gtin=best.gtin,
            quantity=abs(best.quantity),
            probability=best.probability,
            reasons=list(finding.reasons),
        )
    event = Picked(
        epoch="",
        seq=0,
        measured_at=finding.at_us,
        sent_at=finding.at_us,
        id=finding.id,
        store=store,
        trip=best.trip,
        gtin=best.gtin,
        quantity=abs(best.quantity),
        plates=list(finding.plates),
        grams=finding.grams,
        probability=best.probability,
        x=finding.x,
        y=finding.y,
        z=finding.z,
        alternatives=[
            Alternative(
                gtin=reading.gtin,
                quantity=abs(reading.quantity),
                trip=reading.trip,
                probability=reading.probability,
                reasons=list(reading.reasons),
            )
            for reading in finding.readings
        ],
        reasons=list(finding.reasons),
    )
    if finding.kind == "picked":
        return event
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return PutBack(**fields, of=finding.of)


def cart_changed(cart: Cart, at_us: int) -> CartChanged:
    return CartChanged(
        epoch="", seq=0, measured_at=at_us, sent_at=at_us, id=new_id(at_us // 1000), store=cart.store, cart=cart
    )


def receipt_issued(receipt: ReceiptRow) -> ReceiptIssued:
    return ReceiptIssued(
        epoch="",
        seq=0,
        measured_at=receipt.issued_us,
        sent_at=receipt.issued_us,
        id=new_id(receipt.issued_us // 1000),
        store=receipt.store,
        trip=receipt.trip,
        receipt=receipt.id,
        total=Money(receipt.total_minor, receipt.currency),
        is_doubtful=receipt.is_doubtful,
    )


def review_wanted(finding: Finding, store: str) -> ReviewWanted:
    return ReviewWanted(
        epoch="",
        seq=0,
        measured_at=finding.at_us,
        sent_at=finding.at_us,
        id=new_id(finding.at_us // 1000),
        store=store,
        trip=finding.best.trip,
        event=finding.id,
        reasons=list(dict.fromkeys((*finding.reasons, *finding.best.reasons))),
    )
