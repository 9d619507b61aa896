"""A recording of a real store as the messages that its devices would have sent.

The folder holds planogram.json, products.json, plate_data.json (batches of 12 samples of every plate of a gondola) and
full_targets.json (bodies as the cameras tracked them, in inches). There was no gate: a trip begins where its body was
first tracked as a shopper, and ends where it was tracked last.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from store_client.contract.device import GateScan, Site, Track, Tracks
from store_client.contract.live import Hand, Weights
from store_client.contract.moment import LATEST_US, from_micros, to_micros
from store_server.recorded.forms import FacingLine, Joint, PlateLine, ProductLine, Target, TargetLine
from store_server.recorded.lines import Complaint, Unreadable, in_order, read_lines
from store_server.recorded.shop import GATE, make_planogram, make_products, make_store

METRES = 0.0254
PLATES, TARGETS, PLANOGRAM, PRODUCTS = "plate_data.json", "full_targets.json", "planogram.json", "products.json"
MOST_GRAMS = 1e6
MOST_SAMPLES, MOST_SHELVES, MOST_PLATES = 600, 64, 256
EARLIEST_S, LATEST_S = 946_684_800, 4_102_444_800
"""2000 to 2100: a stamp outside is not one."""
MOST_GAP_US = 600 * 1_000_000
"""No recording is silent for so long, nor is anything so long under way: then a stamp is wrong."""
Said = Weights | Tracks | GateScan


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message and when it reached the store then, µs UTC. ``subject`` follows ``device.<store>.``."""

    at_us: int
    subject: str
    message: Said


@dataclass(frozen=True, slots=True)
class Recording:
    """``arrivals`` in the order in which they came. ``broken``: lines left out, per file."""

    site: Site
    arrivals: tuple[Arrival, ...]
    broken: dict[str, int]

    @property
    def start_us(self) -> int:
        return self.arrivals[0].at_us

    @property
    def end_us(self) -> int:
        return self.arrivals[-1].at_us


def read_recording(folder: Path, store: str, complain: Complaint) -> Recording:
    """Reads all of it. Each broken line is complained of and left out. Raises Unreadable if nothing is left to play."""
    if not folder.is_dir():
        raise Unreadable(f"no such folder: {str(folder)!r}")
    broken: Counter[str] = Counter()

    def count(complaint: str) -> None:
        broken[complaint.split(" ", 1)[0]] += 1
        complain(complaint)

    planogram = make_planogram(store, read_lines(folder, PLANOGRAM, FacingLine, count), count)
    stocked = sorted({facing.gtin for facing in planogram.facings if facing.gtin is not None})
    products = make_products(read_lines(folder, PRODUCTS, ProductLine, count), stocked)
    weights = _weights(read_lines(folder, PLATES, PlateLine, count), count)
    tracks = _tracks(read_lines(folder, TARGETS, TargetLine, count), count)
    sensed = _in_one_piece([*weights, *tracks], count)
    if not any(isinstance(arrival.message, Weights) for arrival in sensed):
        raise Unreadable(f"no batch of weights in {str(folder / PLATES)!r} can be used")
    site = Site(make_store(store), planogram, products, cameras=[], sources=[])
    scans = _scans([arrival for arrival in sensed if isinstance(arrival.message, Tracks)], sensed[0].at_us)
    arrivals = sorted([*sensed, *scans], key=lambda arrival: arrival.at_us)
    return Recording(site, tuple(arrivals), dict(broken))


def _in_one_piece(arrivals: Sequence[Arrival], complain: Complaint) -> list[Arrival]:
    """In the order in which they came, without what is stamped far off the most of them: it would be waited for."""
    in_time = [arrival for arrival in arrivals if arrival.at_us - arrival.message.measured_at <= MOST_GAP_US]
    in_time.sort(key=lambda arrival: arrival.at_us)
    first = last = len(in_time) // 2
    while first > 0 and in_time[first].at_us - in_time[first - 1].at_us <= MOST_GAP_US:
        first -= 1
    while last < len(in_time) - 1 and in_time[last + 1].at_us - in_time[last].at_us <= MOST_GAP_US:
        last += 1
    kept = in_time[first : last + 1]
    known = set(map(id, kept))
    for arrival in arrivals:
        if id(arrival) not in known:
            name = PLATES if isinstance(arrival.message, Weights) else TARGETS
            measured, came = from_micros(arrival.message.measured_at), from_micros(arrival.at_us)
            complain(f"{name} of {measured:%Y-%m-%d %H:%M:%S}, come {came:%Y-%m-%d %H:%M:%S}: far off the others")
    return kept


def _has_time(line: PlateLine | TargetLine) -> bool:
    """The last evening of the year 9999 west of Greenwich is of the year 10000, which no date holds."""
    return EARLIEST_S < line.timestamp < LATEST_S and to_micros(line.date_time.date) <= LATEST_US


def _weights(lines: Sequence[tuple[int, PlateLine]], complain: Complaint) -> list[Arrival]:
    by_gondola: dict[int, list[tuple[int, tuple[PlateLine, bytes]]]] = {}
    for number, line in lines:
        try:
            read = _grams(line)
        except ValueError as error:
            complain(f"{PLATES} line {number}: {error}")
            continue
        gondola = line.document.plate_data.plate_id.shelf_id.gondola_id.id
        by_gondola.setdefault(gondola, []).append((number, (line, read)))
    arrivals = []
    for batches in by_gondola.values():
        for line, grams in in_order(batches, PLATES, lambda batch: batch[0].timestamp, complain):
            arrivals.append(_batch(line, grams))
    return arrivals


def _grams(line: PlateLine) -> bytes:
    """The samples of a batch; NaN means no reading and stays. Raises ValueError that says what is wrong with it."""
    data = line.document.plate_data
    shape = data.values.shape
    if not _has_time(line) or not 1 <= data.freq_samp <= 10_000:
        raise ValueError("no time, or no rate")
    limits = (MOST_SAMPLES, MOST_SHELVES, MOST_PLATES)
    if any(not 0 < size <= limit for size, limit in zip(shape, limits, strict=True)):
        raise ValueError(f"no shape: {list(shape)}")
    if not 0 <= data.plate_id.shelf_id.gondola_id.id < 1_000:
        raise ValueError("no number of a gondola")
    try:
        raw = base64.b64decode(data.values.data, validate=True)
    except binascii.Error as error:
        raise ValueError(f"bad base64: {error}") from error
    if len(raw) != 4 * shape[0] * shape[1] * shape[2]:
        raise ValueError(f"{len(raw)} bytes are not of shape {list(shape)}")
    values = np.frombuffer(raw, "<f4")
    if np.isinf(values).any() or (np.abs(values[np.isfinite(values)]) > MOST_GRAMS).any():
        raise ValueError("weights that cannot be")
    if np.isnan(values).all():
        raise ValueError("no reading at all")
    return raw


def _batch(line: PlateLine, grams: bytes) -> Arrival:
    data = line.document.plate_data
    measured = round(line.timestamp * 1e6)
    samples = data.values.shape[0]
    message = Weights(
        epoch="",
        seq=0,
        measured_at=measured,
        sent_at=0,
        gondola=data.plate_id.shelf_id.gondola_id.id,
        first_at=measured - round((samples - 1) * 1e6 / data.freq_samp),
        rate_hz=data.freq_samp,
        shape=data.values.shape,
        grams=grams,
    )
    return Arrival(max(to_micros(line.date_time.date), measured), f"plates.{message.gondola}", message)


def _tracks(lines: Sequence[tuple[int, TargetLine]], complain: Complaint) -> list[Arrival]:
    sound = []
    for number, line in lines:
        if _has_time(line):
            sound.append((number, line))
        else:
            complain(f"{TARGETS} line {number}: no time")
    arrivals = []
    for line in in_order(sound, TARGETS, lambda line: line.timestamp, complain):
        measured = round(line.timestamp * 1e6)
        tracks = [t for t in map(_track, line.document.targets.targets) if t is not None]
        message = Tracks(epoch="", seq=0, measured_at=measured, sent_at=0, tracks=tracks)
        arrivals.append(Arrival(max(to_micros(line.date_time.date), measured), "tracks", message))
    return arrivals


def _track(target: Target) -> Track | None:
    """Who was tracked as a shopper, and had a head or a neck to be placed by."""
    seen = [joint for joint in (target.neck, target.head) if joint is not None and joint.axes is not None]
    if "_VALID" not in target.target_state or not seen or seen[0].axes is None:
        return None
    body = seen[0].axes
    hands = tuple(hand for hand in map(_hand, (target.l_wrist, target.r_wrist)) if hand is not None)
    quality = sum(joint.score for joint in seen) / len(seen)
    return Track(target.target_id.id, body.x * METRES, body.y * METRES, round(quality, 3), hands)


def _hand(joint: Joint | None) -> Hand | None:
    if joint is None or joint.axes is None:
        return None
    return Hand(joint.axes.x * METRES, joint.axes.y * METRES, joint.axes.z * METRES, round(joint.score, 3))


def _scans(arrivals: Sequence[Arrival], start_us: int) -> list[Arrival]:
    """A way in at each track's first appearance and a way out at its last; a gate is heard at once."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for arrival in arrivals:
        assert isinstance(arrival.message, Tracks)
        for track in arrival.message.tracks:
            first.setdefault(track.track, arrival.message.measured_at)
            last[track.track] = arrival.message.measured_at
    scans = [(at, "entered", track) for track, at in first.items()] + [
        (at, "left", track) for track, at in last.items()
    ]
    return [
        Arrival(
            max(at, start_us),
            "gates",
            GateScan(
                epoch="",
                seq=0,
                measured_at=at,
                sent_at=0,
                gate=GATE,
                direction="entered" if direction == "entered" else "left",
                code=f"recorded-{track}",
                payment_token=f"recorded-{track}" if direction == "entered" else "",
                card="Visa 4242" if direction == "entered" else "",
            ),
        )
        for at, direction, track in scans
    ]
