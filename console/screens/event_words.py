"""What happened on a trip, in words."""

from collections.abc import Mapping
from typing import Self

from PySide6.QtCore import QCoreApplication, QLocale

from console.domain.evidence_index import ClockError, EvidenceIndex
from console.screens.words import reason_word
from store_client.contract.evidence import ExhibitKind
from store_client.contract.live import (
    DoorMoved,
    Entered,
    Event,
    GateMoved,
    HandedOver,
    Left,
    Picked,
    PutBack,
    ReceiptIssued,
    ReviewWanted,
)
from store_client.contract.product import Product
from widgets.percent import percent


def tr(text: str) -> str:
    return QCoreApplication.translate("events", text)


class EventWords:
    """``products``: by GTIN; ``visits``: numbers, by trip; ``gates``: names, by id."""

    def __init__(self, products: Mapping[str, Product], visits: Mapping[str, int], gates: Mapping[str, str]) -> None:
        self._products = products
        self._visits = visits
        self._gates = gates

    @classmethod
    def of_evidence(cls, index: EvidenceIndex) -> Self:
        planogram = index.evidence.planogram
        gates = {} if planogram is None else {gate.id: gate.name for gate in planogram.gates}
        return cls({product.gtin: product for product in index.evidence.products}, index.evidence.visits, gates)

    def product(self, gtin: str | None) -> str:
        if gtin is None:
            return tr("nothing")
        product = self._products.get(gtin)
        return gtin if product is None else product.name

    def visit(self, trip: str | None) -> str:
        number = self._visits.get(trip or "")
        return tr("somebody without a visit") if number is None else tr("Visit {0}").format(number)

    def title(self, event: Event) -> str:
        match event:
            case Picked():
                return tr("Took {0} × {1}").format(event.quantity, self.product(event.gtin))
            case PutBack():
                return tr("Put back {0} × {1}").format(event.quantity, self.product(event.gtin))
            case HandedOver():
                return tr("Handed {0} × {1} over").format(event.quantity, self.product(event.gtin))
            case Entered():
                return tr("Entered at {0}").format(self._gates.get(event.gate, event.gate))
            case Left():
                return tr("Left at {0}").format(self._gates.get(event.gate, event.gate))
            case GateMoved():
                return tr("Gate {0}").format(self._gates.get(event.gate, event.gate))
            case DoorMoved():
                return tr("Door {0}").format(event.door)
            case ReceiptIssued():
                return tr("Receipt issued")
            case ReviewWanted():
                return tr("Wants a second look")
        return tr("Case opened")

    def detail(self, event: Event, trip: str) -> str:
        """Why it is doubtful, or where it was; whose it was, where it was another's."""
        match event:
            case Picked() | PutBack():
                whose = "" if event.trip == trip else self.visit(event.trip)
                reasons = ", ".join(reason_word(reason) for reason in event.reasons)
                where = tr("plate {0}").format(", ".join(event.plates)) if event.plates else ""
                return " · ".join(part for part in (whose, reasons or where) if part)
            case HandedOver():
                return tr("{0} to {1}").format(self.visit(event.giver), self.visit(event.taker))
            case Entered():
                return tr("a group of {0}").format(event.people) if event.people > 1 else ""
        return ""


def step_words(grams: float, quantity: int, product: str) -> str:
    """``−334 g · 1 × Oat milk``: the weight first, for a graph that has no room for more."""
    weight = QLocale().toString(abs(grams), "f", 0)
    return f"{'−' if grams < 0 else '+'}{weight} g · {quantity} × {product}"


def product_chance(chance: float) -> str:
    """How likely it was that product, whoever has it."""
    return tr("product {0}").format("< 1 %" if chance < 0.01 else f"{percent(chance)} %")


def error_words(error: ClockError) -> str:
    """By how much the times shown together may be off, and whose fault it is."""
    sources = {"tracker": tr("positions"), "gondola": tr("scales")}
    source = sources.get(error.kind, error.device)
    if error.us >= 1_000_000:
        return tr("± {0} s, {1}").format(QLocale().toString(error.us / 1e6, "f", 1), source)
    return tr("± {0} ms, {1}").format(max(1, round(error.us / 1_000)), source)


def kind_word(kind: ExhibitKind) -> str:
    """A kind of evidence, as what is lacking of it is told."""
    words: dict[ExhibitKind, str] = {
        "picture": tr("pictures"),
        "weights": tr("weights"),
        "positions": tr("positions"),
        "events": tr("events"),
        "planogram": tr("planogram"),
        "products": tr("products"),
        "receipt": tr("receipt"),
        "model": tr("model"),
        "clocks": tr("clocks"),
    }
    return words[kind]
