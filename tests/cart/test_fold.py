"""Carts follow from findings, in whatever order they come."""

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from store_server.cart.fold import Change, fold
from store_server.fusion.finding import Finding, Reading
from tests.desk.shop import MILK, OATS, finding

A, B = "trip-a", "trip-b"


def table(trip: str, findings: list[Finding], changes: list[Change] | None = None) -> str:
    held = fold(trip, findings, changes or [])
    lines = [f"{line.quantity} {'oats' if line.gtin == OATS else 'milk'} {line.confidence:.2f}" for line in held.lines]
    return ", ".join(lines) + (" ?" if held.is_doubtful else "")


def test_carts_as_tables() -> None:
    pick = finding("picked", A, OATS, 10, quantity=2)
    assert table(A, [pick]) == "2 oats 0.99"
    assert table(B, [pick]) == ""
    assert table(A, [pick, finding("put_back", A, OATS, 20)]) == "1 oats 0.98"
    assert table(A, [pick, finding("put_back", A, OATS, 20, quantity=2)]) == ""
    assert table(A, [pick, finding("put_back", A, OATS, 20, quantity=2, probability=0.6)]) == " ?"  # gone, but is it?
    assert table(A, [finding("put_back", A, OATS, 20)]) == " ?"  # what was never taken
    assert table(A, [finding("picked", A, OATS, 5, probability=0.7)]) == "1 oats 0.70 ?"
    assert table(A, [finding("picked", A, None, 5, quantity=0)]) == ""  # taken back by fusion
    hand_over = finding("handed_over", A, OATS, 30, taker=B)
    assert table(A, [pick, hand_over]) == "1 oats 0.98"
    assert table(B, [pick, hand_over]) == "1 oats 0.99"
    assert table(A, [pick], [Change("c", 15, MILK, 3), Change("d", 16, OATS, -1)]) == "1 oats 0.99, 3 milk 1.00"


def test_a_put_back_undoes_the_pick_that_it_names() -> None:
    first, second = finding("picked", A, OATS, 10), finding("picked", A, OATS, 20)
    (line,) = fold(A, [first, second, finding("put_back", A, OATS, 30, of=second.id)]).lines
    assert line.taken_us == 10
    (line,) = fold(A, [first, second, finding("put_back", A, OATS, 30, of=first.id)]).lines
    assert line.taken_us == 20
    (line,) = fold(A, [first, second], [Change("c", 30, OATS, -1)]).lines
    assert (line.taken_us, line.reasons) == (10, ("changed_by_staff",))


def told(trip: str, findings: list[Finding]) -> str:
    """Each line with its reasons, and a mark if the cart is doubtful."""
    held = fold(trip, findings)
    names = {OATS: "oats", MILK: "milk"}
    lines = [" ".join((names[line.gtin], *line.reasons)) for line in held.lines]
    return ", ".join(lines) + (" ?" if held.is_doubtful else "")


def test_what_was_surely_put_back_gram_for_gram_leaves_no_doubt() -> None:
    pick = finding("picked", A, OATS, 10, probability=0.6)
    back = replace(finding("put_back", A, OATS, 20, of=pick.id), grams=504.0)
    assert told(A, [pick]) == "oats ?"
    assert told(A, [pick, back]) == ""
    assert told(A, [pick, replace(back, grams=480.0)]) == " ?"  # something else lies there now
    assert told(A, [pick, replace(back, grams=504.0, of=None)]) == " ?"
    assert told(A, [pick, finding("picked", A, OATS, 5), back]) == "oats ?"  # it may have been the other's
    light = replace(pick, grams=-8.0, readings=(Reading(OATS, 2, A, 0.6),))
    assert told(A, [light, replace(back, grams=4.0, readings=(Reading(OATS, 2, A, 0.99),))]) == " ?"


def test_the_doubt_of_what_went_is_told_at_the_line_that_it_may_have_been() -> None:
    oats, milk = finding("picked", A, OATS, 10), finding("picked", A, MILK, 20)
    rivals = (Reading(OATS, 1, A, 0.85), Reading(MILK, 1, A, 0.14, ("same_weight",)))
    back = replace(finding("put_back", A, OATS, 30, of=oats.id), readings=rivals, reasons=("same_weight",))
    assert told(A, [oats, milk, back]) == "milk same_weight ?"
    unlikely = (Reading(OATS, 1, A, 0.85), Reading(MILK, 1, A, 0.01, ("same_weight",)))
    assert told(A, [oats, milk, replace(back, readings=unlikely)]) == "milk ?"
    theirs = (Reading(OATS, 1, A, 0.85), Reading(MILK, 1, B, 0.14, ("crossed_hands",)))
    assert told(A, [oats, milk, replace(back, readings=theirs)]) == "milk ?"
    given = (Reading(OATS, 1, B, 0.7, ("handed_over",)), Reading(MILK, 1, B, 0.2, ("handed_over",)))
    passed = replace(finding("handed_over", A, OATS, 30, taker=B), readings=given)
    assert told(A, [oats, milk, passed]) == "milk handed_over ?"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["picked", "put_back"]),
        st.sampled_from([A, B]),
        st.sampled_from([OATS, MILK]),
        st.integers(1, 3),
    ),
    max_size=12,
)


@given(STEPS, st.randoms())
def test_order_of_arrival_does_not_matter_and_nothing_is_negative(steps: list[tuple], shuffle: object) -> None:  # type: ignore[type-arg]
    findings = [
        finding(kind, trip, gtin, at, quantity=units, id=f"{at:04}")
        for at, (kind, trip, gtin, units) in enumerate(steps)
    ]
    held = fold(A, findings)
    shuffle.shuffle(findings)  # type: ignore[attr-defined]
    assert fold(A, findings) == held
    assert all(line.quantity > 0 and 0 < line.confidence <= 1 for line in held.lines)
    taken = sum(units for kind, trip, _, units in steps if kind == "picked" and trip == A)
    given_back = sum(units for kind, trip, _, units in steps if kind == "put_back" and trip == A)
    assert sum(line.quantity for line in held.lines) >= taken - given_back
    assert math.isclose(sum(line.quantity for line in held.lines), taken - given_back) or held.is_doubtful
