"""What is on a floor map, in words: for tips and for screen readers."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from widgets.floor_layer import FloorStates, gate_word, plate_word
from widgets.floor_plan import Plan, Shopper
from widgets.floor_spots import Spot


def spot_words(spot: Spot, plan: Plan, shoppers: Sequence[Shopper], states: FloorStates) -> str:
    """ "" of what is not there any more."""
    match spot.kind:
        case "shopper":
            parts = [word for one in shoppers if one.key == spot.key for word in (one.name, one.worth, one.word)]
        case "camera":
            lost = (
                QCoreApplication.translate("floor", "no picture") if states.cameras.get(str(spot.key)) == "lost" else ""
            )
            parts = [word for one in plan.cameras if one.id == spot.key for word in (one.name, lost)]
        case "gate":
            state = gate_word(states.gates.get(str(spot.key), "closed"))
            parts = [word for one in plan.gates if one.id == spot.key for word in (one.name, state)]
        case "plate":
            state = plate_word(states.plates.get(str(spot.key), "ok"))
            parts = [word for one in plan.plates if one.id == spot.key for word in (one.id, one.name, state)]
    return " · ".join(part for part in parts if part)


def floor_words(
    plan: Plan, shoppers: Sequence[Shopper], states: FloorStates, chosen: Sequence[Spot], keys_at: Spot | None
) -> str:
    """Who is there, what is not well, what is chosen, and where the keys are."""
    needy = sum(shopper.need != "none" for shopper in shoppers)
    lost = sum(state == "lost" for state in states.cameras.values())
    ill = sum(state not in ("ok", "unknown") for state in states.plates.values())
    words = [QCoreApplication.translate("floor", "%n shopper(s) inside", None, len(shoppers))]
    if needy:
        words.append(QCoreApplication.translate("floor", "%n of them need(s) somebody", None, needy))
    if lost:
        words.append(QCoreApplication.translate("floor", "%n camera(s) without a picture", None, lost))
    if ill:
        words.append(QCoreApplication.translate("floor", "%n plate(s) not well", None, ill))
    names = [name for spot in chosen if (name := spot_words(spot, plan, shoppers, states))]
    if names:
        words.append(QCoreApplication.translate("floor", "chosen: {0}").format(", ".join(names)))
    if keys_at is not None:
        there = spot_words(keys_at, plan, shoppers, states)
        words.append(QCoreApplication.translate("floor", "the keys are at: {0}").format(there))
    return "; ".join(words)
