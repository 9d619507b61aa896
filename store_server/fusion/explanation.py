"""Everything that could explain one change of weight, each with how likely it is.

A change of D grams is explained by n units of a product taken or put back by somebody, or by two people who each did
something at once:

    log p = log prior(product there) + log prior(n) + log p(D | n, product) + log p(hands and bodies | who)

Priors and noise are physical: the product whose facing it is, before those beside it, before the rest of the store; a
unit varies about its catalogue weight by a percent or two; a plate errs by its own idle noise. What goes back is
compared with what the same plates said when it was taken, which is far sharper than the catalogue.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import exp, log, pi, sqrt

import numpy as np

from store_client.contract.planogram import plate_id
from store_server.fusion.crowd import Near
from store_server.fusion.layout import Layout
from store_server.fusion.ledger import Held, Ledger, Stray
from store_server.fusion.movement import Part

QUANTITIES = {1: log(0.87), 2: log(0.10), 3: log(0.02), 4: log(0.007), 5: log(0.003)}
UNIT_SPREAD = 0.015
"""One σ of a unit's weight, as a share of the catalogue's."""
BETWEEN_PLATES = 0.01
"""One σ of the same unit on another plate: calibration, crosstalk."""
LEAST_ERROR = 0.8
HOME = 0.0
STRAY = log(0.05)
BESIDE = log(0.003)
GONDOLA = log(0.002)
STORE = log(0.0005)
NOTHING = log(0.02)
WRONG_WEIGHT = log(0.01)
"""The catalogue's weight is wrong."""
ELSEWHERE = log(0.1)
"""Put back where it does not belong, against where it does."""
BOTH = log(0.0005)
"""Somebody else, whose hand is there, does something on the same plates before they are still again."""
APART_US = 200_000
AT_ONCE = log(0.2 / 0.9)
ONE_AFTER_OTHER = log(0.8 / 0.1)
"""Two hands seldom lift at the same moment; one hand that takes two nearly always does."""
RETURN = log(0.25)
"""Put-backs, for each pick."""
STRONG = 4.5
"""Support from which on a hand was there, not only a body near."""
MOST_HANDS = 4
MOST_PICKS = 4
"""So many, made one by one, are put back in one grip at most."""
NEVER_TAKEN = log(0.003)
"""Put back by a shopper who was never seen to take it: a pick or a hand-over was missed."""
FILLED = log(0.3)
"""Put there by who has no trip, or by nobody who was seen: staff fill the shelf."""


@dataclass(frozen=True, slots=True)
class Action:
    """Somebody took units of a product, or put them back. ``who`` None: not seen. ``grams``: of all units together.

    ``held``: the pick that a put-back undoes; ``stray``: what had lain there; ``is_home``: the product belongs there;
    ``is_off``: only if the catalogue's weight is wrong.
    """

    gtin: str
    quantity: int
    who: Near | None
    is_taken: bool
    grams: float
    is_home: bool = True
    is_off: bool = False
    held: Held | None = None
    stray: Stray | None = None

    @property
    def trip(self) -> str | None:
        return None if self.who is None else self.who.trip


@dataclass(frozen=True, slots=True)
class Explanation:
    """``score``: log of prior × likelihood. No action: nothing was taken or put back. Several: by two people at once, or
    one undoes several picks."""

    actions: tuple[Action, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Who was near: ``then``, at the moment of the change; ``ever``, at any moment of the movement, each at their best."""

    then: tuple[Near, ...] = ()
    ever: tuple[Near, ...] = ()


def total(scores: Sequence[float]) -> float:
    """log Σ exp."""
    most = max(scores)
    return most + log(sum(exp(score - most) for score in scores))


def normal(x: float, sigma: float) -> float:
    """log of the normal density."""
    return -(x**2) / (2 * sigma**2) - log(sigma * sqrt(2 * pi))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that may have been moved: ``prior`` is a log. ``grams`` None: the catalogue has no weight."""

    gtin: str
    grams: float | None
    prior: float
    is_home: bool
    stray: Stray | None = None


class Explainer:
    """Weighs explanations of parts of movements; keeps nothing but the layout and the ledger that it asks."""

    def __init__(self, layout: Layout, ledger: Ledger) -> None:
        self._layout = layout
        self._ledger = ledger
        self._stocked = [gtin for gtin in layout.stocked if layout.grams(gtin) is not None]
        self._weights = np.array([layout.grams(gtin) or 0.0 for gtin in self._stocked], np.float64)

    def explain(self, part: Part, seen: Witnessed) -> list[Explanation]:
        """All explanations worth naming, the likeliest first; never empty."""
        everybody = total([0.0, *(near.support for near in seen.then)])
        who: list[tuple[Near | None, float]] = [(near, near.support - everybody) for near in seen.then]
        who.append((None, -everybody))
        candidates = self._candidates(part)
        found = list(self._taken(part, who, candidates) if part.grams < 0 else self._put_back(part, who, candidates))
        found.extend(self._by_two(part, seen.ever, everybody, candidates))
        found.append(Explanation((), NOTHING + _idle(part)))
        return sorted(found, key=lambda explanation: -explanation.score)

    def _taken(
        self, part: Part, who: Sequence[tuple[Near | None, float]], candidates: Sequence[Candidate]
    ) -> Iterator[Explanation]:
        for candidate in candidates:
            for quantity, prior in QUANTITIES.items():
                fit, off = _fit(-part.grams, part.error, candidate, quantity)
                for near, support in who:
                    action = Action(
                        candidate.gtin,
                        quantity,
                        near,
                        True,
                        -part.grams,
                        candidate.is_home,
                        off > fit,
                        stray=candidate.stray,
                    )
                    yield Explanation((action,), candidate.prior + prior + support + max(fit, off))

    def _put_back(
        self, part: Part, who: Sequence[tuple[Near | None, float]], candidates: Sequence[Candidate]
    ) -> Iterator[Explanation]:
        home = {candidate.gtin for candidate in candidates if candidate.is_home}
        for near, support in who:
            seen: set[str] = set()
            own = [] if near is None or near.trip is None else list(self._ledger.held_by(near.trip))
            yield from _together(part, near, support, own, home)
            for held in own:
                for quantity in range(1, held.quantity + 1):
                    expected = held.grams * quantity
                    score = support + log(held.probability) + QUANTITIES.get(quantity, log(0.001))
                    score += normal(part.grams - expected, _again(part.error, expected))
                    score += 0.0 if held.gtin in home else ELSEWHERE
                    action = Action(held.gtin, quantity, near, False, part.grams, held.gtin in home, held=held)
                    yield Explanation((action,), score)
                seen.add(held.gtin)
            for candidate in candidates:
                if candidate.gtin in seen or candidate.stray is not None:
                    continue
                prior = support + candidate.prior + (NEVER_TAKEN if near is not None and near.trip else FILLED)
                for quantity, share in QUANTITIES.items():
                    fit, off = _fit(part.grams, part.error, candidate, quantity)
                    action = Action(candidate.gtin, quantity, near, False, part.grams, candidate.is_home, off > fit)
                    yield Explanation((action,), prior + share + max(fit, off))

    def _by_two(
        self, part: Part, people: Sequence[Near], everybody: float, candidates: Sequence[Candidate]
    ) -> Iterator[Explanation]:
        """Two hands at once: each took one, or one put something back while the other took."""
        hands = [near for near in people if near.support > STRONG and near.trip is not None][:MOST_HANDS]
        home = [candidate for candidate in candidates if candidate.is_home and candidate.grams is not None]
        is_apart = part.parts_us[1] - part.parts_us[0] >= APART_US
        rhythm = ONE_AFTER_OTHER if is_apart else AT_ONCE
        for one, other in permutations(hands, 2):
            support = one.support + other.support - everybody + BOTH
            if part.grams < 0:
                yield from self._both_took(part, one, other, support + rhythm, home)
            yield from self._exchanged(part, one, other, support + RETURN, home)

    def _both_took(
        self, part: Part, one: Near, other: Near, support: float, home: Sequence[Candidate]
    ) -> Iterator[Explanation]:
        """Each took of what stands there, ``one`` no fewer than ``other``."""
        for candidate in home:
            for more in (1, 2):
                if more == 1 and one.track > other.track:
                    continue
                fit, _ = _fit(-part.grams, part.error, candidate, more + 1)
                each = -part.grams / (more + 1)
                actions = (
                    Action(candidate.gtin, more, one, True, each * more),
                    Action(candidate.gtin, 1, other, True, each),
                )
                yield Explanation(actions, support + QUANTITIES[more] + QUANTITIES[1] + fit)

    def _exchanged(
        self, part: Part, giver: Near, taker: Near, support: float, home: Sequence[Candidate]
    ) -> Iterator[Explanation]:
        """``giver`` put something back while ``taker`` took what stands there."""
        for held in self._ledger.held_by(giver.trip or ""):
            is_home = any(candidate.gtin == held.gtin for candidate in home)
            back = Action(held.gtin, 1, giver, False, held.grams, is_home, held=held)
            for candidate in home:
                for quantity in (1, 2):
                    taken = held.grams - part.grams
                    fit, _ = _fit(taken, _again(part.error, held.grams), candidate, quantity)
                    score = support + log(held.probability) + QUANTITIES[quantity] + fit
                    action = Action(candidate.gtin, quantity, taker, True, taken)
                    yield Explanation((back, action), score + (0.0 if is_home else ELSEWHERE))

    def _candidates(self, part: Part) -> list[Candidate]:
        """Products that may have lain where ``part`` moved, each once, with its best prior."""
        first, last = min(i for i, _ in part.plates), max(i for i, _ in part.plates)
        found: dict[str, Candidate] = {}

        def add(gtin: str | None, prior: float, grams: float | None = None, stray: Stray | None = None) -> None:
            if gtin is not None and (gtin not in found or found[gtin].prior < prior):
                weight = self._layout.grams(gtin) if grams is None else grams
                found[gtin] = Candidate(gtin, weight, prior, prior == HOME, stray)

        for index, _ in part.plates:
            facing = self._layout.facing(part.gondola, part.shelf, index)
            add(None if facing is None else facing.gtin, HOME)
        for stray in self._ledger.strays(part.gondola, part.shelf, first - 1, last + 1):
            add(stray.gtin, STRAY, stray.grams, stray)
        for index in (first - 1, last + 1):
            facing = self._layout.facing(part.gondola, part.shelf, index)
            add(None if facing is None else facing.gtin, BESIDE)
        on_gondola = self._layout.on_gondola.get(part.gondola, [])
        for gtin in self._fitting(part):
            prior = GONDOLA - log(len(on_gondola)) if gtin in on_gondola else STORE - log(len(self._stocked))
            add(gtin, prior)
        return list(found.values())

    def _fitting(self, part: Part) -> list[str]:
        """Products of the whole store that weigh what moved."""
        if not self._stocked:
            return []
        sigma = np.sqrt(part.error**2 + LEAST_ERROR**2 + (UNIT_SPREAD * self._weights) ** 2)
        return [self._stocked[i] for i in np.nonzero(np.abs(abs(part.grams) - self._weights) < 3 * sigma)[0]]


def _together(
    part: Part, near: Near | None, support: float, own: Sequence[Held], home: Collection[str]
) -> Iterator[Explanation]:
    """Several of one product that were taken one by one, the newest of them, put back in one grip."""
    by_gtin: dict[str, dict[str, Held]] = {}
    for held in own:
        picks = by_gtin.setdefault(held.gtin, {})
        if held.finding not in picks or picks[held.finding].probability < held.probability:
            picks[held.finding] = held
    for gtin, picks in by_gtin.items():
        newest = list(picks.values())[-MOST_PICKS:]
        for count in range(2, len(newest) + 1):
            some = newest[-count:]
            grams = sum(held.grams * held.quantity for held in some)
            score = support + sum(log(held.probability) for held in some)
            score += QUANTITIES.get(sum(held.quantity for held in some), log(0.001))
            score += normal(part.grams - grams, _again(part.error, grams)) + (0.0 if gtin in home else ELSEWHERE)
            share = part.grams / grams
            yield Explanation(
                tuple(
                    Action(
                        gtin,
                        held.quantity,
                        near,
                        False,
                        held.grams * held.quantity * share,
                        gtin in home,
                        held=held,
                    )
                    for held in some
                ),
                score,
            )


def _again(error: float, grams: float) -> float:
    """One σ of what a plate says of something that another plate has weighed before."""
    return sqrt(2 * error**2 + LEAST_ERROR**2 + (BETWEEN_PLATES * grams) ** 2)


def _fit(grams: float, error: float, candidate: Candidate, quantity: int) -> tuple[float, float]:
    """log p(grams | quantity of it), with the catalogue right and with it wrong."""
    if candidate.grams is None:
        return -log(1_000.0), -log(1_000.0) - 1.0
    expected = candidate.grams * quantity
    spread = BETWEEN_PLATES if candidate.stray is not None else UNIT_SPREAD
    sigma = sqrt(error**2 + LEAST_ERROR**2 + (spread * candidate.grams) ** 2 * quantity)
    is_possible = 0.3 * expected < grams < 2.0 * expected and quantity == 1
    return normal(grams - expected, sigma), WRONG_WEIGHT - log(1.7 * expected) if is_possible else -1e9


def _idle(part: Part) -> float:
    """log p(grams | nothing was taken or put back): noise, goods pushed about, a hand that rests."""
    size = abs(part.grams)
    noise = exp(-size / 4.0) / 8.0
    resting = exp(-size / 50.0) / 50.0 if part.grams > 0 else 0.2 * exp(-size / 50.0) / 50.0
    return log(0.7 * noise + 0.3 * resting + 1e-9)


def named(part: Part) -> tuple[str, ...]:
    """Ids of the plates of a part, the strongest first."""
    return tuple(plate_id(part.gondola, part.shelf, index) for index, _ in part.plates)
