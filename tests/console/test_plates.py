"""What the store kept of the plates that are looked at: read as far as it is needed, and no more often."""

import threading
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.domain.commands.watching import WatchPlates
from console.domain.replay import Replay
from console.domain.screen_name import ScreenName
from console.work.door import Door
from console.work.errand import Errands
from console.work.plates import Plates
from console.work.runner import Runner
from store_client.contract.moment import to_micros
from store_client.contract.sensor import PlateSeries, WeightHistory
from store_client.contract.session import Session
from store_client.contract.store import Store
from tests.client.web import Behaviour, Handler, Web, good, held, serving
from tests.console.plain_desk import PLATE, PlainDesk, example, plain_desk
from tests.wire.examples import US

PATIENCE_MS = 30_000
SECOND_US = 1_000_000


class Bench:
    """A desk that looks at a plate of a store that kept nothing of it."""

    def __init__(self, web: Web, qtbot: QtBot) -> None:
        web.answers = [good(example(Session))]
        web.otherwise = good(WeightHistory(example(Store).id, 1_000, None, []))
        self.web = web
        self.desk: PlainDesk = plain_desk()
        self.door = Door(lambda _: None)
        self.door.open(web.url)
        self.door.client.sessions.sign_in("supervisor", "secret")
        web.seen.clear()
        self.runner = Runner(self.desk.tasks)
        self.plates = Plates(Errands(self.desk, self.door, self.runner))
        self._qtbot = qtbot

    def go_to(self, at_us: int) -> None:
        self.desk.moment.set_span(US - 3_600 * SECOND_US, US + 3_600 * SECOND_US)
        self.desk.moment.move_to(at_us, "test")

    def rest(self) -> int:
        """Until nothing is being read; how often the store was asked by then."""
        self._qtbot.waitUntil(lambda: not self.runner.is_running("then live_floor"), timeout=PATIENCE_MS)
        return len(self.web.seen)

    def stop(self) -> None:
        self.runner.stop()
        self.door.close()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    with serving() as web:
        made = Bench(web, qtbot)
        yield made
        made.stop()


def test_after_a_break_a_plate_is_read_for_whoever_looks_back_furthest(bench: Bench, qtbot: QtBot) -> None:
    for by, seconds in (("shelves", 3_600.0), ("live_floor", 60.0)):
        bench.plates.watch(WatchPlates(by, (PLATE,), seconds))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: not bench.runner.is_running(f"history {PLATE}"))
    bench.web.seen.clear()
    bench.plates.again()
    qtbot.waitUntil(lambda: not bench.runner.is_running(f"history {PLATE}"))
    [asked] = [parse_qs(urlsplit(request.path).query) for request in bench.web.seen]
    since, until = (datetime.fromisoformat(asked[name][0]) for name in ("from", "to"))
    assert (until - since).total_seconds() == 3_600


@pytest.mark.parametrize("speed", [1.0, 16.0])
def test_playing_close_behind_now_reads_on_now_and_then_and_comes_to_rest_between(bench: Bench, speed: float) -> None:
    bench.go_to(US - 3 * SECOND_US)
    bench.desk.replay.set(Replay(is_on=True, is_playing=True, speed=speed))
    bench.plates.watch(WatchPlates("live_floor", (PLATE,), 60.0))
    assert bench.rest() == 1, "nothing more is there to be read"
    assert bench.desk.tasks.value == (), "and nobody says that it is"
    bench.go_to(US - 2 * SECOND_US)
    assert bench.rest() == 1
    bench.desk.steady.s += 2.0
    bench.go_to(US - SECOND_US)
    assert bench.rest() == 2, "before what was read is at its end"


def test_what_is_seen_of_then_is_read_before_what_is_scrolled_to(bench: Bench, qtbot: QtBot) -> None:
    at_us = US - 600 * SECOND_US
    bench.go_to(at_us)
    bench.desk.replay.set(Replay(is_on=True))
    bench.plates.watch(WatchPlates("live_floor", (PLATE,), 90.0, seen_s=30.0))
    qtbot.waitUntil(lambda: len(bench.web.seen) == 2, timeout=PATIENCE_MS)
    bench.rest()
    asked = [parse_qs(urlsplit(request.path).query) for request in bench.web.seen]
    spans = [
        [(to_micros(datetime.fromisoformat(one[end][0])) - at_us) / 1e6 for end in ("from", "to")] for one in asked
    ]
    assert spans == [[-33.0, 1.0], [-99.0, 10.0]]
    buckets = [(end - begin) / int(one["points"][0]) for (begin, end), one in zip(spans, asked, strict=True)]
    assert buckets[0] == pytest.approx(buckets[1], rel=0.01), "shorter than the plates' period they would be empty"


def test_the_rest_is_read_of_where_one_is_by_then(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has jumped on before it was due."""

    def ages() -> list[int]:
        begins = [parse_qs(urlsplit(request.path).query)["from"][0] for request in bench.web.seen]
        return [round((US - to_micros(datetime.fromisoformat(begin))) / 1e6) for begin in begins]

    monkeypatch.setattr("console.work.plates.REST_MS", 200)
    there = PlateSeries(PLATE, [US - 610 * SECOND_US], [1.0], [2.0])
    bench.web.otherwise = good(WeightHistory(example(Store).id, SECOND_US, None, [there]))
    bench.go_to(US - 600 * SECOND_US)
    bench.desk.replay.set(Replay(is_on=True))
    bench.plates.watch(WatchPlates("live_floor", (PLATE,), 90.0, seen_s=30.0))
    bench.desk.weights.traces_changed.connect(lambda _: bench.go_to(US - 300 * SECOND_US))
    qtbot.waitUntil(lambda: ages()[-1:] == [399], timeout=PATIENCE_MS)
    assert ages() == [633, 333, 399]


def test_what_another_store_kept_of_a_plate_of_that_name_is_not_shown(bench: Bench, qtbot: QtBot) -> None:
    there, let = PlateSeries(PLATE, [US - 30 * SECOND_US], [1.0], [2.0]), threading.Event()
    bench.web.otherwise = held(let, good(WeightHistory(example(Store).id, SECOND_US, None, [there])))
    shown: list[object] = []
    bench.desk.live.weights.traces_changed.connect(shown.append)
    bench.plates.watch(WatchPlates("live_floor", (PLATE,), 60.0))
    qtbot.waitUntil(lambda: bool(bench.web.seen), timeout=PATIENCE_MS)
    shown.clear()
    bench.desk.store.set(replace(example(Store), id="another"))
    let.set()
    qtbot.waitUntil(lambda: not bench.runner.is_running(f"history {PLATE}"), timeout=PATIENCE_MS)
    assert shown == []


def test_who_looks_back_less_far_takes_nothing_from_who_looks_further(bench: Bench, qtbot: QtBot) -> None:
    for by, seconds in (("shelves", 3_600.0), ("live_floor", 60.0), ("live_floor", 200.0)):
        bench.plates.watch(WatchPlates(by, (PLATE,), seconds))  # type: ignore[arg-type]
        qtbot.waitUntil(lambda: not bench.runner.is_running(f"history {PLATE}"))
    assert len(bench.web.seen) == 1


def test_what_reaches_less_far_back_and_comes_late_takes_nothing_from_who_looks_further(
    bench: Bench, qtbot: QtBot
) -> None:
    let = threading.Event()

    def history(seconds: int) -> Behaviour:
        at = US - seconds * SECOND_US
        return good(WeightHistory(example(Store).id, SECOND_US, at, [PlateSeries(PLATE, [at], [1.0], [2.0])]))

    bench.web.answers, bench.web.otherwise = [held(let, history(60))], history(3_600)
    bench.plates.watch(WatchPlates("live_floor", (PLATE,), 60.0))
    qtbot.waitUntil(lambda: len(bench.web.seen) == 1, timeout=PATIENCE_MS)
    bench.plates.watch(WatchPlates("shelves", (PLATE, "1.2.0"), 3_600.0))
    qtbot.waitUntil(lambda: not bench.runner.is_running(f"history {PLATE},1.2.0"), timeout=PATIENCE_MS)
    let.set()
    qtbot.waitUntil(lambda: not bench.runner._running, timeout=PATIENCE_MS)
    source = bench.desk.weights.source(PLATE)
    assert source is not None
    kept = source.kept()
    assert kept is not None
    assert kept[0] == US - 3_600 * SECOND_US


@pytest.mark.parametrize("last", ["live_floor", "shelves"])
def test_then_is_read_so_far_back_as_the_one_who_looks_furthest(bench: Bench, qtbot: QtBot, last: ScreenName) -> None:
    let = threading.Event()

    def history(handler: Handler) -> None:
        since = datetime.fromisoformat(parse_qs(urlsplit(handler.path).query)["from"][0])
        at = to_micros(since)
        good(WeightHistory(example(Store).id, SECOND_US, at, [PlateSeries(PLATE, [at], [1.0], [2.0])]))(handler)

    bench.go_to(US - 60 * SECOND_US)
    bench.desk.replay.set(Replay(is_on=True))
    looks: dict[ScreenName, float] = {"shelves": 3_600.0, "live_floor": 60.0}
    first = next(by for by in looks if by != last)
    bench.web.answers, bench.web.otherwise = [held(let, history)], history
    bench.plates.watch(WatchPlates(last, (PLATE,), looks[last]))
    qtbot.waitUntil(lambda: len(bench.web.seen) == 1, timeout=PATIENCE_MS)
    bench.plates.watch(WatchPlates(first, (PLATE,), looks[first]))
    qtbot.waitUntil(lambda: not bench.runner.is_running(f"then {first}"), timeout=PATIENCE_MS)
    let.set()
    qtbot.waitUntil(lambda: not bench.runner._running, timeout=PATIENCE_MS)
    source = bench.desk.weights.source(PLATE)
    assert source is not None
    kept = source.kept()
    assert kept is not None
    assert kept[0] < US - 3_600 * SECOND_US
