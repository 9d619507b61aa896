"""Recordings with every kind of broken line, and the real one up to its receipt."""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.device import GateScan, Site, Tracks
from store_client.contract.live import Message, Positions, Weights
from store_client.contract.planogram import plate_indices
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.fusion.fusion import Fusion
from store_server.recorded import player
from store_server.recorded.barcode import to_gtin
from store_server.recorded.lines import Unreadable, in_order
from store_server.recorded.player import PAUSE_US, Player
from store_server.recorded.recording import Recording, read_recording
from store_server.sensing.visits import Visits
from tests.recorded.conftest import T0, batch, lines, sighting

BEGIN_US = 1_800_000_000_000_000
Write = Callable[[dict[str, Any]], Path]


def read(folder: Path) -> tuple[Recording, list[str]]:
    complaints: list[str] = []
    return read_recording(folder, "test", complaints.append), complaints


def of_kind(recording: Recording, kind: type) -> int:
    return sum(isinstance(arrival.message, kind) for arrival in recording.arrivals)


def test_a_whole_recording(write: Write) -> None:
    recording, complaints = read(write(lines()))
    assert (complaints, recording.broken) == ([], {})
    assert (of_kind(recording, Weights), of_kind(recording, Tracks), of_kind(recording, GateScan)) == (20, 30, 2)
    assert [arrival.at_us for arrival in recording.arrivals] == sorted(a.at_us for a in recording.arrivals)
    water, soup = recording.site.products
    assert (water.gtin, water.grams, water.price.minor) == ("00071142008582", 621.7, 200)
    assert (soup.grams, soup.price.minor) == (None, 100)
    assert [(plate.id, plate.x, plate.y, plate.z) for plate in recording.site.planogram.plates] == [
        ("1.1.1", 0.1, 0.2, 0.5),
        ("1.1.2", 0.3, 0.2, 0.5),
    ]
    person = next(a.message for a in recording.arrivals if isinstance(a.message, Tracks)).tracks[0]
    assert (person.x, person.y) == pytest.approx((0.254, -0.508))
    assert len(person.hands) == 1
    assert msgspec.json.decode(msgspec.json.encode(recording.site), type=Site) == recording.site


def changed(line: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A batch with other ``values``."""
    copy: dict[str, Any] = json.loads(json.dumps(line))
    copy["document"]["plate_data"]["values"].update(values)
    return copy


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ('{"timestamp": 1', "truncated"),
        ("<html>", "malformed"),
        ('{"timestamp": NaN}', "malformed"),
        ("[]", "Expected `object`"),
        (changed(batch(30), data="not base64!"), "bad base64"),
        (changed(batch(30), shape=[12, 2, 4]), "are not of shape"),
        (changed(batch(30), shape=[0, 2, 3]), "no shape"),
        (changed(batch(30), shape=[12, 2]), "length 3"),
        (batch(30, float("inf")), "cannot be"),
        (batch(30, float("nan")), "no reading"),
        ({**batch(30), "timestamp": 12.0}, "no time"),
        (batch(3), "goes back"),
    ],
)
def test_a_broken_batch_is_said_and_the_rest_plays(write: Write, broken: Any, words: str) -> None:
    files = lines()
    files["plate_data.json"].insert(10, broken)
    recording, complaints = read(write(files))
    assert recording.broken == {"plate_data.json": 1}
    assert complaints[0].startswith("plate_data.json line ")
    assert words in complaints[0]
    assert of_kind(recording, Weights) == 20


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("full_targets.json", {"timestamp": T0 - 50, "date_time": {"$date": "x"}}),
        ("full_targets.json", sighting(2)),
        ("planogram.json", {"plate_ids": [], "global_coordinates": {}}),
        ("planogram.json", lines()["planogram.json"][0]),
        ("products.json", {"product_id": {"id": 5}}),
    ],
)
def test_other_files_may_be_broken_too(write: Write, name: str, broken: Any) -> None:
    files = lines()
    files[name].append(broken)
    recording, complaints = read(write(files))
    assert recording.broken == {name: 1}
    assert len(complaints) == 1
    assert len(recording.arrivals) == 52


def test_a_facing_that_is_left_out_makes_no_gondola_larger(write: Write) -> None:
    whole, _ = read(write(lines()))
    files = lines()
    far = json.loads(json.dumps(files["planogram.json"][0]))
    far["global_coordinates"]["transform"]["translation"] = {"x": 1e9, "z": 1e9}
    files["planogram.json"].append(far)
    recording, complaints = read(write(files))
    assert len(complaints) == 1
    assert recording.site.planogram.gondolas == whole.site.planogram.gondolas


def test_one_stamp_from_the_future_costs_one_line(write: Write) -> None:
    files = lines()
    files["plate_data.json"][5] = {**batch(5), "timestamp": T0 + 3_000}
    recording, complaints = read(write(files))
    assert of_kind(recording, Weights) == 19
    assert complaints == ["plate_data.json line 6: its time goes back or repeats"]


LATER = {"$date": "2031-01-01T00:00:00.000000Z"}


@pytest.mark.parametrize(
    ("name", "place", "changes"),
    [
        ("plate_data.json", -1, {"timestamp": T0 + 1e8}),
        ("plate_data.json", 0, {"timestamp": T0 - 1e8}),
        ("plate_data.json", 7, {"date_time": LATER}),
        ("full_targets.json", -1, {"timestamp": T0 + 1e8}),
        ("full_targets.json", 0, {"timestamp": T0 - 1e8}),
        ("full_targets.json", 7, {"date_time": LATER}),
        ("full_targets.json", -1, {"timestamp": T0 + 1e8, "date_time": LATER}),
        ("plate_data.json", 0, {"timestamp": T0 - 1e8, "date_time": {"$date": "2017-01-01T00:00:00.000000Z"}}),
    ],
)
def test_a_line_of_another_year_costs_itself_and_nobody_waits_for_it(
    write: Write, name: str, place: int, changes: dict[str, Any]
) -> None:
    files: dict[str, list[Any]] = dict(lines())
    files[name][place] = {**files[name][place], **changes}
    recording, complaints = read(write(files))
    assert recording.broken == {name: 1}
    assert len(complaints) == 1
    assert recording.end_us - recording.start_us < 10_000_000
    (came,) = (
        a.message for a in recording.arrivals if isinstance(a.message, GateScan) and a.message.direction == "entered"
    )
    assert abs(came.measured_at - T0 * 1e6) < 1_000_000


def test_two_recordings_that_lie_days_apart_are_not_one(write: Write) -> None:
    files = lines()
    files["plate_data.json"] += [{**batch(n), "timestamp": T0 + 1e6 + n, "date_time": LATER} for n in range(5)]
    recording, complaints = read(write(files))
    assert len(complaints) == 5
    assert recording.end_us - recording.start_us < 10_000_000


@given(st.lists(st.integers(0, 20)))
def test_what_is_left_goes_on_and_no_more_could_be_left(times: list[int]) -> None:
    complaints: list[str] = []
    kept = in_order(list(enumerate(times)), "file", float, complaints.append)
    assert all(one < other for one, other in pairwise(kept))
    assert len(kept) + len(complaints) == len(times)
    most = [1] * len(times)
    for place, time in enumerate(times):
        most[place] = 1 + max((most[i] for i in range(place) if times[i] < time), default=0)
    assert len(kept) == max(most, default=0)


@pytest.mark.parametrize("name", ["planogram.json", "products.json", "plate_data.json", "full_targets.json"])
def test_without_a_file_there_is_nothing_to_play(write: Write, name: str) -> None:
    folder = write(lines())
    (folder / name).unlink()
    with pytest.raises(Unreadable, match=name):
        read(folder)


@pytest.mark.parametrize("name", ["planogram.json", "products.json", "plate_data.json"])
@pytest.mark.parametrize("broken", [[], ["x", "y"]], ids=["empty", "broken"])
def test_a_file_of_nothing_that_can_be_read(write: Write, name: str, broken: list[Any]) -> None:
    files = lines()
    files[name] = broken
    with pytest.raises(Unreadable, match=name):
        read(write(files))


def test_a_recording_cut_off_in_its_last_line_plays_up_to_there(write: Write) -> None:
    """As a recorder leaves it that is killed, or whose disk is full."""
    folder = write(lines())
    path = folder / "plate_data.json"
    path.write_bytes(path.read_bytes().rstrip()[:-30])
    recording, complaints = read(folder)
    assert of_kind(recording, Weights) == 19
    assert recording.broken == {"plate_data.json": 1}
    assert "plate_data.json line 20" in complaints[0]


def test_bytes_that_are_no_text_cost_their_line(write: Write) -> None:
    folder = write(lines())
    with (folder / "plate_data.json").open("ab") as file:
        file.write(b"\n\xff\xfe\x00\n")
    recording, _ = read(folder)
    assert of_kind(recording, Weights) == 20


def test_a_round_keeps_the_distances_of_time_and_a_second_brings_new_people(write: Write) -> None:
    recording, _ = read(write(lines()))
    player = Player(recording, now_us=lambda: BEGIN_US, speed=1.0)
    first, second = (list(player.messages(BEGIN_US, number)) for number in range(2))
    for arrival, message in first:
        assert message.measured_at - arrival.message.measured_at == BEGIN_US - recording.start_us
        assert message.sent_at >= message.measured_at or isinstance(message, GateScan)
    fixes = [message for _, message in first if isinstance(message, Tracks)]
    assert sum(bool(fix.tracks) for fix in fixes) == 30
    assert [fix.sent_at - fix.measured_at for fix in fixes] == pytest.approx([2_300_000] * len(fixes), abs=1_000)
    codes = [[m.code for _, m in own if isinstance(m, GateScan)] for own in (first, second)]
    assert codes == [["recorded-77"] * 2, ["recorded-77-1"] * 2]
    assert first[0][1].epoch != second[0][1].epoch
    weights = [m for _, m in first if isinstance(m, Weights)]
    assert [message.seq for message in weights] == list(range(len(weights)))
    assert {b - a for a, b in pairwise(message.first_at for message in weights)} == {200_000}


def test_what_a_machine_slept_through_is_not_played_after_it(write: Write) -> None:
    """For every round of a night at once nobody would see what is now."""
    recording, _ = read(write(lines()))
    now_us, said = BEGIN_US, list[tuple[str, int, int]]()
    night_us = 8 * 3_600 * 1_000_000

    async def publish(subject: str, data: bytes) -> None:
        nonlocal now_us
        header = msgspec.msgpack.decode(data, type=Message)
        now_us = max(now_us, header.measured_at) + (night_us if len(said) == 10 else 0)
        said.append((header.epoch, now_us, header.measured_at))

    async def play() -> None:
        playing = asyncio.create_task(
            Player(recording, now_us=lambda: now_us, speed=1e9).play(publish, is_looping=True)
        )
        while len({epoch for epoch, _, _ in said}) < 3:
            await asyncio.sleep(0.001)
        playing.cancel()

    asyncio.run(asyncio.wait_for(play(), 60))
    assert all(now - measured < 10_000_000 for epoch, now, measured in said if epoch != said[0][0])


@pytest.mark.parametrize("set_by_s", [-3_600, 3_600])
def test_a_round_goes_on_as_fast_where_the_clock_is_set(
    write: Write, monkeypatch: pytest.MonkeyPatch, set_by_s: int
) -> None:
    recording, _ = read(write(lines()))
    now_us, slept, late = BEGIN_US, list[float](), list[float]()

    async def sleep(seconds: float) -> None:
        nonlocal now_us
        slept.append(seconds)
        now_us += round(seconds * 1e6)

    async def publish(subject: str, data: bytes) -> None:
        nonlocal now_us
        late.append((now_us - msgspec.msgpack.decode(data, type=Message).measured_at) / 1e6)
        if len(late) == 10:
            now_us += set_by_s * 1_000_000

    monkeypatch.setattr(player, "asyncio", SimpleNamespace(sleep=sleep))
    asyncio.run(Player(recording, now_us=lambda: now_us, speed=1.0).play(publish, is_looping=False))
    assert max(slept) < 10
    assert sum(slept) > 9
    assert max(late) - min(late) < 10
    assert all(second > -1 for second in late)


def test_after_a_round_goods_lie_where_they_lay_and_nobody_is_followed(write: Write) -> None:
    files = lines()
    trembling = np.full((12, 2, 3), 1_000.0, "<f4") + np.linspace(-60, 60, 12, dtype="<f4")[:, None, None]
    trembling[:, 0, :] = np.nan
    files["plate_data.json"][-1] = changed(batch(19), data=base64.b64encode(trembling.tobytes()).decode())
    recording, _ = read(write(files))
    player = Player(recording, now_us=lambda: BEGIN_US, speed=1.0)
    after_us = BEGIN_US + recording.end_us - recording.start_us
    still = [message for _, message in player.messages(BEGIN_US, 0) if message.measured_at > after_us]
    weights = [message for message in still if isinstance(message, Weights)]
    fixes = [message for message in still if isinstance(message, Tracks)]
    assert weights[-1].measured_at == pytest.approx(after_us + PAUSE_US, abs=200_000)
    assert fixes[-1].sent_at == pytest.approx(after_us + PAUSE_US, abs=200_000)
    for message in weights:
        grams = np.frombuffer(message.grams, "<f4").reshape(message.shape)
        assert np.isnan(grams[:, 0, :]).all()
        assert (grams[:, 1, 1:] == 1_000.0).all()
    assert not any(fix.tracks for fix in fixes)


def test_a_gondola_that_died_on_the_way_stays_dead(write: Write) -> None:
    files = lines()
    for dead in [batch(number) for number in range(5)]:
        dead["document"]["plate_data"]["plate_id"]["shelf_id"]["gondola_id"]["id"] = 2
        files["plate_data.json"].append(dead)
    recording, _ = read(write(files))
    messages = [m for _, m in Player(recording, now_us=lambda: BEGIN_US, speed=1.0).messages(BEGIN_US, 0)]
    counts = Counter(message.gondola for message in messages if isinstance(message, Weights))
    assert counts[2] == 5
    assert counts[1] > 40


def test_the_real_recording_gives_exactly_its_receipt(nanostore: Path) -> None:
    recording, complaints = read(nanostore)
    assert not complaints
    (receipt,) = json.loads((nanostore / "ground_truth.json").read_text(encoding="utf-8"))["receipts"]
    true = {to_gtin(line["barcode"]): line["quantity"] for line in receipt["products"]}
    ids = count()
    planogram = recording.site.planogram
    assert (len(planogram.plates), len(planogram.facings)) == (284, 114)
    assert all(plate_indices(plate.id) == (plate.gondola, plate.shelf, plate.index) for plate in planogram.plates)
    visits = Visits(planogram, new_id=lambda: f"trip {next(ids)}")
    fusion = Fusion(planogram, recording.site.products, new_id=lambda: f"finding {next(ids)}")
    player = Player(recording, now_us=lambda: BEGIN_US, speed=1.0)
    billed: Counter[tuple[str | None, str | None]] = Counter()
    changes: list[VisitOpened | VisitClosed] = []
    now, decided_us = BEGIN_US, None
    for _, message in player.messages(BEGIN_US, 0):
        now = message.sent_at
        if isinstance(message, Weights):
            fusion.weights(message)
        elif isinstance(message, GateScan):
            changes += visits.scanned(message)
        else:
            people, closed = visits.tracked(message)
            changes += closed
            fusion.positions(Positions(epoch="", seq=0, measured_at=message.measured_at, sent_at=now, people=people))
        for finding in fusion.findings(now):
            assert finding.is_sure
            assert finding.grams == pytest.approx(-623.1, abs=1.0)
            billed[finding.best.trip, finding.best.gtin] += finding.best.quantity
        if decided_us is None and len(changes) == 2 and fusion.watermark_us >= changes[1].at_us:
            decided_us = now
    assert not fusion.findings(now + 10_000_000)
    opened, left = changes
    assert isinstance(left, VisitClosed)
    assert opened.trip == left.trip
    assert decided_us is not None
    assert decided_us - left.at_us < 4_000_000, "nothing is doubtful: its receipt is due within 5 s"
    assert billed == {(opened.trip, gtin): quantity for gtin, quantity in true.items()}
