"""Which benchmarks there are, how each is run, and what each promises."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``python -m tests.benchmarks.<name>`` with ``options``, or with ``quick`` ones for a try-out of a minute or less; ended
    after ``patience_s``. ``is_asked``: it runs only when it is named."""

    name: str
    options: str = ""
    quick: str = ""
    patience_s: float = 1_800.0
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure of a benchmark. ``path``: keys and numbers to it in the benchmark's JSON, with dots between them; ``*`` stands
    for any, and the worst of all that are found counts. A list counts by its length. ``reference``: the same for what it
    is measured beside in that run. It is a loss to be worse than before by more than ``tolerance`` of it, and by more
    than ``least``, of which the same program differs from run to run."""

    benchmark: str
    path: str
    words: str
    unit: str = "ms"
    target: float | None = None
    better: Literal["lower", "higher"] = "lower"
    tolerance: float = 0.25
    least: float = 0.0
    reference: str = ""

    @property
    def key(self) -> str:
        return f"{self.benchmark}/{self.path}"


BENCHMARKS = (
    Benchmark("start", "--runs 5", "--runs 2"),
    Benchmark("live_floor", "--seconds 60", "--seconds 15 --shoppers 40"),
    Benchmark("floor_map"),
    Benchmark("weight_graph"),
    Benchmark("cursor"),
    Benchmark("jump", "", "--filled 40 --jumps 12 --seconds 3"),
    Benchmark("dispute", "--cases 10", "--cases 3"),
    Benchmark("receipts", "--receipts 1000000", "--receipts 20000 --runs 30"),
    Benchmark("fusion", "", "--seeds 1 --minutes 8"),
    Benchmark("sync", "", "--seconds 140 --moments 40 --scenario steady"),
    Benchmark("evidence", "", "--seconds 60"),
    Benchmark("recording", "", "--seconds 15 --kills 3 --store-kills 1"),
    Benchmark("export", "", "--minutes 2"),
    Benchmark("wall", "", "--seconds 4 --rounds 1"),
    Benchmark("tiles", "--seconds 60", "--seconds 10"),
    Benchmark("faces", "", "--pictures 40 --scenarios steady --seconds 4"),
    Benchmark("decoder_kills", "--kills 100", "--kills 4"),
    Benchmark("mutated_pictures", "", "--pictures 500"),
    Benchmark("mutated_videos", "", "--videos 20"),
    Benchmark("audit", "", "300"),
    Benchmark("machine", "--steps 60000", "--steps 2000", 3_600.0),
    Benchmark("kills", "--kills 1000", "--kills 4", 7_200.0, is_asked=True),
    Benchmark("clients", "", "--deeds 10 --rounds 1"),
    Benchmark("endurance", "--minutes 60", "--minutes 4", 5_400.0, is_asked=True),
)

PROMISES = (
    Promise("start", "measured.window_s", "start to the first window", "s", 1.0, reference="reference.bare_window.median_s"),
    Promise("start", "measured.live_running_s", "start to live data, on a store that runs", "s", 3.0),
    Promise("start", "measured.live_embedded_s", "start to live data, on the embedded store", "s", 6.0),
    Promise("live_floor", "event_loop.p99_ms", "full store: a turn of the event loop, p99", target=16.0, least=1.0, reference="reference_loop.p99_ms"),
    Promise("live_floor", "event_loop.worst_ms", "full store: a turn of the event loop, worst", target=100.0, least=15.0, reference="reference_loop.worst_ms"),
    Promise("live_floor", "shown.plates", "full store: weighing plates", "", 1_440, "higher", 0.0),
    Promise("live_floor", "shown.shoppers", "full store: shoppers shown", "", 100, "higher", 0.05),
    Promise("live_floor", "kinds_drawn", "full store: kinds of messages seen drawn", "", 3, "higher", 0.0),
    Promise("live_floor", "drawn_after_ms.*.p99", "full store: sent to drawn, p99", target=100.0, least=10.0),
    Promise("live_floor", "most_mib", "full store: memory of the desk and its decoders", "MiB", 500.0, tolerance=0.05),
    Promise("floor_map", "everybody.median_ms", "painting the map with everybody on it", target=16.0, reference="reference_still_part_copied.median_ms"),
    Promise("weight_graph", "panning.median_ms", "weight graph, 8 × 1,000,000 readings: a redraw", target=4.0, reference="plain_pyqtgraph_panning.median_ms"),
    Promise("weight_graph", "every_extreme_kept", "weight graph: every extreme is drawn", "yes", 1, "higher", 0.0),
    Promise("cursor", "*.*.p99_processor_ms", "cursor of a case's evidence dragged, all painted, p99", target=16.0),
    Promise("jump", "jumps_ms.picture.p99", "another moment: its first picture, p99", target=300.0),
    Promise("jump", "jumps_ms.map.p99", "another moment: its map, p99", target=200.0),
    Promise("jump", "jumps_ms.graph.p99", "another moment: its weights, p99", target=200.0),
    Promise("jump", "played.event_loop.p99_ms", "playing at × 16: a turn of the event loop, p99", target=16.0, least=1.0, reference="event_loop_at_now.p99_ms"),
    Promise("jump", "played.speed_reached", "playing at × 16: what it reaches", "×", 15.5, "higher", 0.05),
    Promise("jump", "lost.events", "what happened while another moment was shown, and is not there on return", "", 0, tolerance=0.0),
    Promise("jump", "lost.live_messages", "live messages lost while another moment was shown", "", 0, tolerance=0.0),
    Promise("dispute", "keys", "a dispute of one line: keys", "", 12, tolerance=0.0),
    Promise("dispute", "key_ms.p99", "a dispute of one line: a key answered, p99", target=100.0, least=5.0, reference="bare_key_ms.p99"),
    Promise("dispute", "case_s.median", "a dispute of one line: from opening to decided", "s"),
    Promise("receipts", "searches.*.p99_ms", "search among 1,000,000 receipts, p99 of the slowest kind", target=50.0, reference="reference_by_key.p99_ms"),
    Promise("fusion", "steady.f1", "who took what: F1, a steady day", "", 0.93, "higher", 0.01),
    Promise("fusion", "rush.f1", "who took what: F1, a rush", "", 0.88, "higher", 0.01),
    Promise("fusion", "*.wrong_among_sure", "lines called sure that are wrong", "%"),
    Promise("fusion", "*.needs_person", "trips that need a person for 1 % of error in money", "%"),
    Promise("sync", "*.*.error_p99_ms", "picture, weights, positions at the cursor: error in time, p99", target=40.0),
    Promise("sync", "*.*.covered", "errors in time that the shown one covers", "%", 0.95, "higher", 0.03),
    Promise("evidence", "measured.cpu_share", "keeping evidence: processor", "%", 0.10),
    Promise("evidence", "measured.kilobytes_an_event", "keeping evidence: bytes an event", "kB", 400.0),
    Promise("evidence", "measured.open_ms", "opening a case", target=250.0),
    Promise("evidence", "measured.evidence_ms", "reading its evidence", target=500.0),
    Promise("recording", "copying.ratio", "cutting an hour beside plain copying", "×"),
    Promise("recording", "jump.*.p95_ms", "the way to a recorded picture, p95"),
    Promise("recording", "kills.lost", "recorded samples lost when the writer was killed", "", 0, tolerance=0.0),
    Promise("recording", "store_kills.worst_s", "stores killed: recorded without a gap until so long before", "s", 1.0),
    Promise("export", "clips.ratio", "exporting films beside plain copying", "×"),
    Promise("export", "side_by_side.times_real_time", "one film of four: times real time", "×", better="higher"),
    Promise("wall", "walls.*.of_ffmpeg", "decoding for the wall beside ffmpeg -threads 1 -f null", "×", 1.25),
    Promise("wall", "walls.*.of_the_plain_way", "decoding for the wall beside VideoCapture in threads", "×"),
    Promise("tiles", "shown_hz.least", "16 live tiles: pictures a second of the slowest", "/s", 14.5, "higher", 0.05),
    Promise("tiles", "age_ms.p99", "16 live tiles: age of a picture, p99", target=150.0),
    Promise("tiles", "age_ms.worst", "16 live tiles: age of the oldest picture shown", target=150.0, least=30.0),
    Promise("tiles", "event_loop.p99_ms", "16 live tiles: a turn of the event loop, p99", target=16.0, least=1.0),
    Promise("faces", "*.live.middles_covered", "heads covered, live", "%", 0.995, "higher", 0.005),
    Promise("faces", "*.recorded.middles_covered", "heads covered, recorded", "%", 0.995, "higher", 0.005),
    Promise("faces", "wall.covered*.age_ms_p99", "a wall with heads covered: age of a picture, p99", target=150.0, reference="wall.clear*.age_ms_p99"),
    Promise("decoder_kills", "event_loop.worst_ms", "decoders killed: worst stutter", target=100.0, least=15.0),
    Promise("decoder_kills", "back_s.p99", "decoders killed: pictures back, p99", "s", 1.0, least=0.3),
    Promise("mutated_pictures", "decoders_ended", "decoders ended by 10,000 mutated pictures", "", 0, tolerance=0.0),
    Promise("mutated_pictures", "desk.problems", "problems of the desk by mutated pictures", "", 0, tolerance=0.0),
    Promise("audit", "tampering.missed.*", "10,000 tamperings with the audit log: missed", "", 0, tolerance=0.0),
    Promise("machine", "anomalies", "desks, store and bank broken in every way: refunds lost or done twice", "", 0, tolerance=0.0),
    Promise("kills", "wrong", "the desk killed while deciding: refunds lost or done twice", "", 0, tolerance=0.0),
    Promise("kills", "resolved_s.worst", "the desk killed while deciding: in doubt at most", "s", 30.0, least=2.0),
    Promise("clients", "*.anomalies", "16 people at once: answers that no sequence explains", "", 0, tolerance=0.0),
    Promise("endurance", "event_loop.p99_ms", "an hour of everything at once: a turn of the event loop, p99", target=16.0, least=1.0),
    Promise("endurance", "event_loop.worst_ms", "an hour of everything at once: a turn of the event loop, worst", target=100.0, least=50.0),
    Promise("endurance", "parts_seen", "an hour of everything at once: parts whose growth was seen", "", 5, "higher", 0.0),
    Promise("endurance", "growth_an_hour.*.own_mib", "an hour of everything at once: growth of memory, without mapped files", "MiB/h", 10.0, least=5.0),
    Promise("endurance", "growth_an_hour.*.rss_mib", "an hour of everything at once: growth of memory, with them", "MiB/h", least=5.0),
    Promise("endurance", "growth_an_hour.*.handles", "an hour of everything at once: growth of handles", "/h", 1.0, least=1.0),
    Promise("endurance", "growth_an_hour.*.threads", "an hour of everything at once: growth of threads", "/h", 1.0, least=1.0),
    Promise("endurance", "left_behind.*", "an hour of everything at once: processes and files left behind", "", 0, tolerance=0.0),
    Promise("endurance", "errors", "an hour of everything at once: errors that nobody thought of", "", 0, tolerance=0.0),
)  # fmt: skip
