"""What is said of devices, and what of it needs a person."""

import msgspec
import numpy as np

from store_client.contract.live import Device
from store_server.sensing.conditions import Troubles, conditions
from store_server.sensing.health import Health
from store_server.sensing.source_clock import US
from tests.sensing.site import BATCH_US, PLANOGRAM, SHAPE, weights

BEGIN = 1_780_000_000 * US


def fed(seconds: float, shape: tuple[int, int, int] = SHAPE) -> Health:
    """Gondola 1 weighed for so long; the other was never heard."""
    health = Health(PLANOGRAM, 1.0)
    for number in range(round(seconds * 5)):
        message = weights(number, BEGIN + number * BATCH_US)
        health.gondolas[1].accept(message, message.sent_at + 1_000)
        values = np.random.default_rng(number).normal(100, 1, shape).astype(np.float32)
        health.watch(1, shape[1:]).add(values, message.measured_at)
    return health


def states(health: Health, second: float) -> dict[str, str]:
    return {device.id: device.state for device in health.devices(BEGIN + round(second * US), [])}


def test_a_gondola_is_ok_then_late_then_lost() -> None:
    health = fed(10)
    rest = {"gondola-2": "unknown", "tracker": "unknown", "g1": "unknown"}
    assert states(health, 10.1) == {"gondola-1": "ok", **rest}
    assert states(health, 12) == {"gondola-1": "late", **rest}
    assert states(health, 20) == {"gondola-1": "lost", **rest}


def test_a_gondola_that_falls_silent_where_the_clock_was_set_back_is_lost() -> None:
    health = fed(10)
    assert [states(health, second)["gondola-1"] for second in (10, -3_600, -3_599, -3_590)] == [
        "ok",
        "ok",
        "ok",
        "lost",
    ]


def test_a_gondola_whose_clock_is_set_back_with_the_stores_weighs_on() -> None:
    """As one of a machine's clock: it was out of order until all of the hour had passed once more."""
    gondola = fed(10).gondolas[1]
    for number in range(50, 100):
        message = weights(number, BEGIN - 3_600 * US + number * BATCH_US)
        assert gondola.accept(message, message.sent_at + 1_000) is not None
    gondola.rate(BEGIN - 3_600 * US)
    gondola.rate(BEGIN - 7_200 * US)
    gondola.counts.received += 5
    gondola.rate(BEGIN - 7_199 * US)
    assert gondola.rate_hz == 5.0


def test_a_gondola_weighs_on_also_where_it_was_looked_at_since_the_clock_was_set_back() -> None:
    health = fed(10)
    assert states(health, -3_600)["gondola-1"] == "ok"
    message = weights(50, BEGIN - 3_600 * US + 50 * BATCH_US)
    assert health.gondolas[1].accept(message, message.sent_at + 1_000) is not None


def test_a_plate_of_which_its_gondola_says_nothing_is_unknown() -> None:
    found = states(fed(10, (12, 2, 2)), 10.1)
    assert {plate: state for plate, state in found.items() if plate.startswith("1.")} == {
        "1.0.2": "unknown",
        "1.1.2": "unknown",
    }


def device(name: str, kind: str, state: str, offset_us: int = 0) -> Device:
    fields = {"id": name, "kind": kind, "name": name, "state": state, "clock_offset_us": offset_us}
    return msgspec.convert(fields, Device)


def test_a_clock_that_drifts_is_told_and_how_much() -> None:
    drifting = msgspec.structs.replace(device("cam1", "camera", "ok"), clock_drift_ppm=500.0)
    (condition,) = conditions([drifting], PLANOGRAM, Troubles())
    assert (condition.kind, condition.device) == ("clock_off", "cam1")
    assert "gains +43 s a day; its pictures" in condition.consequence
    assert kinds(msgspec.structs.replace(drifting, clock_drift_ppm=-80.0)) == []


def test_a_track_is_older_than_it_says_and_that_is_shown_before_it_is_measured() -> None:
    """By 90 ms in the mean; it was taken for a clock that follows a time server, and shown with 20 ms."""
    clock = Health(PLANOGRAM, 1.0).tracker.clock
    for number in range(2_000):
        stamp_us = BEGIN + number * US // 10
        clock.heard(stamp_us, stamp_us + 5_000 + number % 7 * 1_000)
    moment = clock.to_store(stamp_us)
    assert abs(moment.at_us - (stamp_us - 90_000)) < 40_000 < moment.error_us < 150_000


def kinds(*devices: Device, troubles: Troubles | None = None) -> list[str]:
    return [f"{each.kind} {each.device}" for each in conditions(devices, PLANOGRAM, troubles or Troubles())]


def test_what_is_well_needs_nobody() -> None:
    well = [device("gondola-1", "gondola", "late"), device("cam1", "camera", "late"), device("g1", "gate", "unknown")]
    assert kinds(*well, device("1.0.0", "plate", "noisy"), device("1.0.1", "plate", "drifting")) == []


def test_each_loss_is_told_once() -> None:
    lost = [device("gondola-1", "gondola", "lost"), device("cam1", "camera", "lost")]
    well = device("tracker", "tracker", "ok", 400_000)
    assert kinds(*lost, well) == ["gondola_silent gondola-1", "camera_lost cam1"]
    assert kinds(device("tracker", "tracker", "ok", 600_000)) == ["clock_off tracker"]
    assert kinds(device("gondola-2", "gondola", "unknown")) == ["gondola_unheard gondola-2"]


def test_all_sensors_silent_is_one_alert() -> None:
    silent = [device(f"gondola-{n}", "gondola", "lost") for n in (1, 2)]
    assert kinds(*silent, device("tracker", "tracker", "lost")) == ["sensors_silent store"]


def test_dead_plates_matter_where_products_stand_and_are_told_by_gondola() -> None:
    dead = [device(plate, "plate", "dead") for plate in ("1.0.0", "1.0.1", "1.1.2")]
    (condition,) = conditions([device("gondola-1", "gondola", "ok"), *dead], PLANOGRAM, Troubles())
    assert (condition.device, condition.title) == ("gondola-1", "2 plates of gondola-1 are dead")
    assert "1.0.0, 1.0.1" in condition.action


def test_the_stores_own_troubles_are_told() -> None:
    troubles = Troubles(
        writing="disk full", keeping="disk full", recording="disk full", left_out=2, dropped=3, faults=1
    )
    assert kinds(troubles=troubles) == [
        "not_writing store",
        "not_keeping store",
        "not_recording store",
        "recording_behind store",
        "overloaded store",
        "fault store",
    ]


def test_a_store_that_is_late_is_told_before_it_leaves_anything_out() -> None:
    assert kinds(troubles=Troubles(late_s=9.0)) == []
    assert kinds(troubles=Troubles(late_s=11.0)) == ["late store"]
    assert kinds(troubles=Troubles(late_s=11.0, dropped=1)) == ["overloaded store"]
