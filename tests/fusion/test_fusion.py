"""Who took what: every way in which a hand can move goods, read back from plates and late cameras."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store_client.contract.gtin import make_gtin
from store_client.contract.live import Weights
from store_client.contract.planogram import Facing, Plate, plate_id
from store_server.fusion.finding import SURE, Finding
from store_server.fusion.fusion import Fusion
from store_server.fusion.judge import Judge, Watch
from store_server.fusion.movement import Movement
from tests.fusion.rack import (
    PLACES,
    PRODUCTS,
    RATE_HZ,
    START_US,
    WIDE,
    Change,
    Person,
    batches,
    found,
    make_fusion,
    make_rack,
    readings,
    sightings,
    table,
)


def take(at: float, name: str, units: int = 1, **more: float) -> list[Change]:
    shelf, plate = PLACES[name]
    return [Change(at, shelf, plate, -PRODUCTS[name] * units, press=40.0, **more)]


def put(at: float, name: str, where: str | None = None) -> list[Change]:
    shelf, plate = PLACES[where or name]
    return [Change(at, shelf, plate, PRODUCTS[name])]


def reach(at: float, name: str) -> tuple[float, float, int, int]:
    return (at - 0.3, at + 0.3, *PLACES[name])


def run(changes: list[Change], people: list[Person], seconds: float = 14.0) -> str:
    return table(found(batches(readings(changes, seconds)), sightings(people, seconds)))


def test_a_pick() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea")])
    assert run(take(5, "tea"), [ann]) == "5 s ann picked 1 tea"


def test_two_of_one_product_in_one_grip() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea")])
    assert run(take(5, "tea", 2), [ann]) == "5 s ann picked 2 tea"


def test_the_hand_tells_two_people_apart() -> None:
    ann = Person("1", "ann", 0.3, reaches=[reach(5, "rice")])
    bob = Person("2", "bob", 0.6, reaches=[reach(5, "tea"), reach(8, "rice")])
    assert run(take(5, "tea") + take(8, "rice"), [ann, bob]) == "5 s bob picked 1 tea\n8 s bob picked 1 rice"


def test_crossed_hands_are_doubtful() -> None:
    people = [
        Person(str(i), trip, x, reaches=[reach(5, "tea")]) for i, (trip, x) in enumerate([("ann", 0.3), ("bob", 0.7)])
    ]
    fusion = make_fusion()
    (finding,) = found(batches(readings(take(5, "tea"), 10)), sightings(people, 10), fusion)
    assert {reading.trip for reading in finding.readings[:2]} == {"ann", "bob"}
    assert finding.best.probability < SURE
    assert "crossed_hands" in finding.reasons


def test_a_put_back_undoes_the_pick() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea"), reach(8, "tea")])
    pick, back = found(batches(readings(take(5, "tea") + put(8, "tea"), 12)), sightings([ann], 12))
    assert table([pick, back]) == "5 s ann picked 1 tea\n8 s ann put_back 1 tea"
    assert back.of == pick.id


def test_put_back_elsewhere_and_taken_from_there() -> None:
    ann = Person("1", "ann", 0.6, reaches=[reach(5, "tea"), reach(9, "rice")])
    bob = Person("2", "bob", 0.9, reaches=[reach(20, "rice")])
    changes = take(5, "tea") + put(9, "tea", "rice") + [Change(20, *PLACES["rice"], -PRODUCTS["tea"], press=30)]
    assert run(changes, [ann, bob], 26).splitlines() == [
        "5 s ann picked 1 tea",
        "9 s ann put_back 1 tea put_back_elsewhere",
        "20 s bob picked 1 tea",
    ]


def test_products_that_weigh_the_same_are_told_apart_by_the_facing() -> None:
    ann = Person("1", "ann", 0.2, reaches=[reach(5, "salt")])
    assert run(take(5, "salt"), [ann]) == "5 s ann picked 1 salt"


def test_a_product_on_two_plates_is_one_product() -> None:
    ann = Person("1", "ann", 1.0, reaches=[(4.7, 5.3, 1, 4)])
    split = [Change(5, 1, 4, -250.0, press=20), Change(5, 1, 5, -160.0, press=20)]
    assert run(split, [ann]) == "5 s ann picked 1 oats"


def test_two_picks_at_once_from_one_shelf() -> None:
    ann = Person("1", "ann", 0.1, reaches=[reach(5, "soap")])
    bob = Person("2", "bob", 0.9, reaches=[reach(5, "rice")])
    assert sorted(run(take(5, "soap") + take(5, "rice"), [ann, bob]).splitlines()) == [
        "5 s ann picked 1 soap",
        "5 s bob picked 1 rice",
    ]


def test_a_sweep_along_a_shelf_is_charged_to_its_end() -> None:
    weighing = [150.0, 210.0, 280.0, 360.0, 450.0, 550.0, 660.0, 780.0]
    planogram, [first, *_] = make_rack()
    places = range(len(weighing))
    products = [
        msgspec.structs.replace(first, gtin=make_gtin(f"0953{place:09d}"), grams=weighing[place]) for place in places
    ]
    swept = msgspec.structs.replace(
        planogram,
        plates=[Plate(plate_id(1, 0, place), 1, 0, place, 0.1 + 0.2 * place, 0.2, 0.4, 0.2, 0.4) for place in places],
        facings=[Facing(f"f{place}", products[place].gtin, [plate_id(1, 0, place)]) for place in places],
    )
    times = np.arange(round(14 * RATE_HZ)) / RATE_HZ
    still = np.random.default_rng(1).normal(3_000.0, 0.9, (len(times), 1, len(weighing)))
    gone = times[:, None, None] >= 5.0 + 0.15 * np.arange(len(weighing))
    ann = Person("1", "ann", 0.8, reaches=[(4.7 + 0.15 * place, 5.3 + 0.15 * place, 0, place) for place in places])
    fusion = Fusion(swept, products, new_id=iter(map(str, range(100))).__next__)
    findings = found(batches((still - gone * weighing).astype(np.float32)), sightings([ann], 14), fusion)
    assert [(finding.best.gtin, finding.best.trip) for finding in findings] == [
        (product.gtin, "ann") for product in products
    ]


def test_crosstalk_is_no_pick_of_the_neighbour() -> None:
    ann = Person("1", "ann", 0.9, reaches=[reach(5, "rice")])
    leaks = [Change(5, 0, 3, -9.0), Change(5, 0, 5, -7.0), Change(5, 1, 4, -6.0)]
    assert run(take(5, "rice") + leaks, [ann]) == "5 s ann picked 1 rice"


def test_a_hand_that_rests_takes_nothing() -> None:
    ann = Person("1", "ann", 0.5, reaches=[(5, 8, *PLACES["tea"])])
    changes = [Change(5, *PLACES["tea"], 120.0), Change(8, *PLACES["tea"], -120.0)]
    assert "picked" not in run(changes, [ann])


def test_lifted_slowly() -> None:
    ann = Person("1", "ann", 0.5, reaches=[(4.5, 8.0, *PLACES["tea"])])
    assert run(take(5, "tea", seconds=2.5), [ann]).startswith(("7 s ann picked 1 tea", "6 s ann picked 1 tea"))


def test_a_slammed_door_is_no_pick() -> None:
    ann = Person("1", "ann", 0.5)
    ghost = [Change(5, shelf, plate, 35.0) for shelf in range(2) for plate in range(6)]
    assert run(ghost, [ann]) == ""


def test_staff_fill_a_shelf() -> None:
    clerk = Person("9", None, 0.5, reaches=[reach(5, "tea")])
    assert run(put(5, "tea"), [clerk]) == "5 s nobody put_back 1 tea"


def test_hands_that_meet_hand_over_what_was_just_taken() -> None:
    ann = Person("1", "ann", 0.3, reaches=[reach(5, "tea")], meets=[(8.0, 8.5, 0.7, -0.6, 1.1)])
    bob = Person("2", "bob", 1.1, meets=[(8.0, 8.5, 0.7, -0.55, 1.1)])
    ann.y = bob.y = -0.6
    assert run(take(5, "tea"), [ann, bob]) == "5 s ann picked 1 tea\n8 s ann to bob handed_over 1 tea ? handed_over"


def test_what_was_taken_by_another_is_revised_when_it_comes_back() -> None:
    ann = Person("1", "ann", 0.4, reaches=[(4.7, 5.3, *PLACES["tea"])])
    bob = Person("2", "bob", 0.6, reaches=[(4.8, 5.3, *PLACES["tea"]), reach(9, "tea")])
    fusion = make_fusion()
    changes = take(5, "tea") + put(9, "tea")
    pick, back = found(batches(readings(changes, 14)), sightings([ann, bob], 14), fusion)
    assert back.best.trip == pick.best.trip == "bob"
    assert back.of == pick.id


def test_without_cameras_it_waits_and_then_says_so() -> None:
    (finding,) = found(batches(readings(take(5, "tea"), 10)), [])
    assert finding.best.trip is None
    assert finding.best.gtin is not None
    assert "no_vision" in finding.reasons


def test_nothing_is_decided_before_the_cameras_have_seen_it() -> None:
    fusion = make_fusion()
    for message in batches(readings(take(5, "tea"), 10)):
        fusion.weights(message)
    for seen in sightings([Person("1", "ann", 0.5, reaches=[reach(5, "tea")])], 10):
        fusion.positions(seen)
        early = fusion.findings(seen.sent_at)
        if early:
            assert seen.measured_at - START_US > 5_400_000
            assert fusion.watermark_us >= early[0].at_us
            return
    raise AssertionError("the pick was not found")


def test_repeated_and_late_batches_change_nothing() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea")])
    weights = batches(readings(take(5, "tea"), 10))
    again = [message for message in weights for _ in range(2)] + weights[:5]
    fusion = make_fusion()
    for message in again:
        fusion.weights(message)
    assert table(found([], sightings([ann], 10), fusion)) == "5 s ann picked 1 tea"


def test_a_source_that_starts_again_brings_new_levels() -> None:
    before, after = batches(readings([], 5)), batches(readings([], 12) + np.float32(700.0))[30:]
    restarted = [Weights(**{**{f: getattr(m, f) for f in m.__struct_fields__}, "epoch": "new"}) for m in after]
    assert table(found([*before, *restarted], sightings([Person("1", "ann", 0.5)], 12))) == ""


def test_a_source_that_starts_again_takes_no_pick_with_it() -> None:
    """Its controller's power fails while the cameras have not been heard yet."""
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea")])
    weights = batches(readings(take(5, "tea"), 14))
    restarted = [msgspec.structs.replace(message, epoch="new") for message in weights[35:]]
    fusion = make_fusion()
    assert table(found([*weights[:32], *restarted], sightings([ann], 14), fusion)) == "5 s ann picked 1 tea"
    assert fusion.watermark_us > START_US + 12_000_000


def test_what_was_taken_before_a_gondola_fell_silent_is_charged() -> None:
    """A hand was on the plate beside it then, and nobody will ever hear whether it took something."""
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea")])
    shelf, plate = PLACES["tea"]
    weights = batches(readings([*take(5, "tea"), Change(5.1, shelf, plate + 1, 300.0, seconds=3.0)], 6))
    fusion = make_fusion()
    assert table(found(weights, sightings([ann], 25), fusion)) == "5 s ann picked 1 tea"
    assert fusion.watermark_us > START_US + 20_000_000


def test_a_clock_set_back_costs_seconds_not_the_day() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(25, "tea")])
    weights = batches(readings(take(25, "tea"), 32))
    ahead = [
        Weights(**{f: getattr(m, f) for f in m.__struct_fields__} | {"first_at": m.first_at + 3_600_000_000})
        for m in weights[:10]
    ]
    assert table(found([*ahead, *weights[10:]], sightings([ann], 32))) == "25 s ann picked 1 tea"


@pytest.mark.parametrize("ahead_s", [30, 3_600])
def test_a_store_whose_clock_is_set_back_sees_and_waits_again_at_once(ahead_s: int) -> None:
    """As that of a machine which started with a wrong one. What follows is stamped by it as if it came before."""
    ann = Person("1", "ann", 0.5, reaches=[reach(25, "tea")])
    weights, positions = batches(readings(take(25, "tea"), 32)), sightings([ann], 32)
    fusion = make_fusion()
    ahead_us = ahead_s * 1_000_000
    found(
        [
            msgspec.structs.replace(m, first_at=m.first_at + ahead_us, sent_at=m.sent_at + ahead_us)
            for m in weights[:50]
        ],
        [
            msgspec.structs.replace(m, measured_at=m.measured_at + ahead_us, sent_at=m.sent_at + ahead_us)
            for m in positions[:100]
        ],
        fusion,
    )
    assert table(found(weights[50:], positions[100:], fusion)) == "25 s ann picked 1 tea"
    assert fusion.watermark_us < START_US + 45_000_000, "receipts wait for nothing"


def test_samples_that_do_not_fit_their_shape_are_refused() -> None:
    message = batches(readings([], 1))[0]
    broken = Weights(**{**{f: getattr(message, f) for f in message.__struct_fields__}, "grams": message.grams[:-4]})
    with pytest.raises(ValueError, match="shape"):
        make_fusion().weights(broken)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(PRODUCTS)), st.integers(0, 1_000), st.floats(0.2, 4.0))
def test_any_product_any_noise(name: str, seed: int, noise: float) -> None:
    ann = Person("1", "ann", 0.1 + 0.2 * PLACES[name][1], reaches=[reach(5, name)])
    grams = readings(take(5, name), 10, noise=noise, seed=seed)
    (finding,) = found(batches(grams), sightings([ann], 10))
    assert finding.best.trip == "ann"
    assert sum(reading.probability for reading in finding.readings) <= 1.0 + 1e-9
    assert table([finding]).startswith(f"5 s ann picked 1 {name}")


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(sorted(PRODUCTS)), st.integers(0, 1_000), st.integers(1, 3))
def test_the_steps_say_where_the_levels_were(name: str, seed: int, units: int) -> None:
    ann = Person("1", "ann", 0.1 + 0.2 * PLACES[name][1], reaches=[reach(5, name)])
    grams = readings(take(5, name, units), 10, seed=seed)
    (finding,) = found(batches(grams), sightings([ann], 10))
    assert sum(step.after - step.before for step in finding.steps) == pytest.approx(finding.grams, abs=0.1)
    for step in finding.steps:
        assert step.plate in finding.plates
        assert step.begin_us <= finding.at_us <= step.end_us
        shelf, plate = (int(part) for part in step.plate.split(".")[1:])
        first, last = ((us - START_US) * 60 // 1_000_000 for us in (step.begin_us, step.end_us))
        assert step.before == pytest.approx(float(grams[first - 60 : first - 6, shelf, plate].mean()), abs=1.0)
        assert step.after == pytest.approx(float(grams[last + 6 : last + 60, shelf, plate].mean()), abs=1.0)


def test_a_movement_that_goes_on_says_each_of_its_steps() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(5, "tea"), reach(7, "tea")])
    shelf, plate = PLACES["tea"]
    changes = [Change(5, shelf, plate, 60.0), Change(7, shelf, plate, -60.0 - PRODUCTS["tea"])]
    finding = found(batches(readings(changes, 14)), sightings([ann], 14))[-1]
    assert sum(step.after - step.before for step in finding.steps) == pytest.approx(finding.grams, abs=0.5)
    assert [round(step.after - step.before) for step in finding.steps] == [60, round(-60.0 - PRODUCTS["tea"])]


def test_a_plate_that_dies_under_a_hand_holds_nothing_up() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(12, "tea")])
    shelf, plate = PLACES["tea"]
    grams = readings([Change(5, shelf, plate + 1, 80.0), *take(12, "tea")], 30)
    grams[312:, shelf, plate + 1] = np.nan
    fusion = make_fusion()
    assert table(found(batches(grams), sightings([ann], 30), fusion)) == "12 s ann picked 1 tea"
    assert fusion.watermark_us > START_US + 28_000_000, "receipts wait for it"


def test_a_plate_that_only_the_planogram_knows_weighs_nothing() -> None:
    ann = Person("1", "ann", 1.0, reaches=[reach(5, WIDE)])
    grams = readings(take(5, WIDE), 10)[:, :, : PLACES[WIDE][1] + 1]
    assert table(found(batches(grams), sightings([ann], 10))) == f"5 s ann picked 1 {WIDE}"


def test_two_that_lie_astray_are_picked_up_at_once() -> None:
    """Each of the movement's parts is read as the first of the two."""
    reaches = [reach(5, "rice"), reach(8, "rice"), reach(15, "tea"), (22.7, 23.3, 0, 3), reach(32, "tea")]
    ann = Person("1", "ann", 0.6, reaches=reaches)
    changes = take(5, "rice") + take(8, "rice") + put(15, "rice", "tea") + [Change(23, 0, 3, PRODUCTS["rice"])]
    changes += [Change(32, 0, plate, -PRODUCTS["rice"], press=30) for plate in (2, 3)]
    lines = run(changes, [ann], 40).splitlines()
    assert [line.partition(" rice")[0] for line in lines] == [
        "5 s ann picked 1",
        "8 s ann picked 1",
        "15 s ann put_back 1",
        "23 s ann put_back 1",
        "32 s ann picked 1",
        "32 s ann picked 1",
    ]


def test_a_hand_that_rests_on_what_it_puts_back_lets_go_of_it() -> None:
    """What goes on from a put-back is explained as if that had not been found: else nobody holds what it puts back."""
    ann = Person("1", "ann", 0.3, reaches=[reach(5, "rice"), (14.7, 17.3, *PLACES["rice"])])
    rests = [Change(15, *PLACES["rice"], 20.0), Change(17, *PLACES["rice"], -20.0)]
    pick, back = found(batches(readings(take(5, "rice") + put(15, "rice") + rests, 24)), sightings([ann], 24))
    assert table([pick, back]).startswith("5 s ann picked 1 rice\n15 s ann put_back 1 rice")
    assert back.revision == 1
    assert back.of == pick.id


def test_a_hand_that_stays_at_a_noisy_shelf_takes_once() -> None:
    """The shelf's sum holds still, by its noise, long before the plate does."""
    ann = Person("1", "ann", 0.5, reaches=[(7.7, 14.0, *PLACES["tea"])])
    grams = readings(take(8, "tea"), 24)
    seconds = np.arange(len(grams)) / RATE_HZ
    noise = np.random.default_rng(7).normal(0.0, 12.0, len(grams))
    fingers = np.where((seconds > 8.1) & (seconds < 13.5), 6.0 * np.sin(2 * np.pi * 1.3 * seconds), 0.0)
    grams[:, 0, 0] += noise.astype(np.float32)
    grams[:, 0, 2] += fingers.astype(np.float32)
    assert table(found(batches(grams), sightings([ann], 24))) == "8 s ann picked 1 tea"


def test_what_was_taken_one_by_one_is_put_back_in_one_grip() -> None:
    ann = Person("1", "ann", 0.5, reaches=[reach(at, "tea") for at in (5, 13, 24)])
    changes = take(5, "tea") + take(13, "tea") + [Change(24, *PLACES["tea"], 2 * PRODUCTS["tea"], press=20)]
    first, second, *back = found(batches(readings(changes, 32)), sightings([ann], 32))
    assert table([first, second]) == "5 s ann picked 1 tea\n13 s ann picked 1 tea"
    assert table(back) == "24 s ann put_back 1 tea\n24 s ann put_back 1 tea"
    assert {one.of for one in back} == {first.id, second.id}


def test_who_walk_hand_in_hand_hold_up_nobodys_receipt() -> None:
    ann = Person("1", "ann", 0.3, meets=[(8.0, 60.0, 0.7, -0.6, 1.1)])
    bob = Person("2", "bob", 1.1, meets=[(8.0, 60.0, 0.7, -0.55, 1.1)])
    fusion = make_fusion()
    for seen in sightings([ann, bob], 50):
        fusion.positions(seen)
        fusion.findings(seen.sent_at)
    assert fusion.watermark_us > START_US + 35_000_000


def test_what_cannot_be_decided_takes_nothing_else_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours costs the movement that it lies in; what others took in the same moment is found."""
    ann = Person("1", "ann", 0.1, reaches=[reach(5, "soap")])
    bob = Person("2", "bob", 0.9, reaches=[reach(5, "rice")])
    changes = take(5, "soap") + take(5, "rice") + take(5, "jam")
    fusion, kept = make_fusion(), list[Finding]()
    decide = Judge.decide

    def stumbles(judge: Judge, movement: Movement, watch: Watch, *, is_blind: bool) -> list[Finding]:
        if movement.shelf == PLACES["jam"][0]:
            raise ZeroDivisionError("a fault of ours")
        return decide(judge, movement, watch, is_blind=is_blind)

    monkeypatch.setattr(Judge, "decide", stumbles)
    for weights in batches(readings(changes, 10)):
        fusion.weights(weights)
    for positions in sightings([ann, bob], 10):
        fusion.positions(positions)
    with pytest.raises(ZeroDivisionError):
        fusion.findings(START_US + 12_000_000)
    kept += fusion.findings(START_US + 12_100_000)
    assert sorted(table(kept).splitlines()) == ["5 s ann picked 1 soap", "5 s bob picked 1 rice"]
