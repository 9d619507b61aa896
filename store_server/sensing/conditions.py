"""Which of the things that hold now need a person, and what to tell them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from store_client.contract.live import Device
from store_client.contract.planogram import Planogram, plate_indices
from store_server.sensing.alarms import Condition

CLOCK_US = 500_000
"""Half a second: more than a hand needs from one plate to the next."""
CLOCK_PPM = 100.0
"""Nine seconds a day: more than a clock that is set now and then may be off."""
LATE_S = 10.0
"""A third of what may wait of a large store, before anything is left out."""

ADVICE = {
    "wrong_password": "Tell the store the name and the password that the camera accepts.",
    "not_found": "Check its address: the camera answers, and has no pictures there.",
    "wrong_address": "Check its address.",
    "no_file": "Check the name of the file, and that the store may read it.",
    "refuses_pictures": "Look whether too many watch it, and whether it lets the store do so.",
    "no_video": "Check its address and its settings: it answers, and sends no pictures.",
    "nobody_listens": "Check its address, and that its stream is switched on: its machine answers, and nobody listens there.",
}
"""By the code of what keeps a camera from giving pictures; else its power and cable are to be checked."""


@dataclass(frozen=True, slots=True)
class Troubles:
    """What the store's own parts complain of; empty texts and zeros while all is well. ``left_out``: pictures that were not
    recorded; ``dropped``: sensor messages; ``late_s``: how long the oldest of those waits."""

    writing: str = ""
    keeping: str = ""
    recording: str = ""
    left_out: int = 0
    dropped: int = 0
    late_s: float = 0.0
    faults: int = 0


def conditions(devices: Sequence[Device], planogram: Planogram, troubles: Troubles) -> list[Condition]:
    faced = {plate for facing in planogram.facings if facing.gtin is not None for plate in facing.plates}
    found = [*_own(troubles), *_dead_plates(devices, faced)]
    sensors = [device for device in devices if device.kind in ("gondola", "tracker")]
    is_all_silent = len(sensors) > 1 and all(device.state in ("lost", "unknown") for device in sensors)
    if is_all_silent and any(device.state == "lost" for device in sensors):
        found.append(_all_silent())
    for device in devices:
        condition = None if is_all_silent and device in sensors else _lost(device)
        if condition is not None:
            found.append(condition)
        elif _is_off(device):
            found.append(_clock_off(device))
    return found


def _all_silent() -> Condition:
    """One alert in place of one for each of them."""
    return Condition(
        "sensors_silent",
        "store",
        "high",
        "No sensor of the store is heard",
        "What is taken now is not charged, and nobody is tracked.",
        "Check the power and the network of the sensors; let nobody in until they are back.",
    )


def _lost(device: Device) -> Condition | None:
    if device.kind == "gondola" and device.state == "unknown":
        return Condition(
            "gondola_unheard",
            device.id,
            "medium",
            f"{device.name} has not been heard since the start",
            "What is taken there is not charged.",
            f"Connect its controller, or take it out of the planogram ({device.detail or 'no message came'}).",
            hold_s=60.0,
        )
    if device.state != "lost":
        return None
    if device.kind == "camera":
        return Condition(
            "camera_lost",
            device.id,
            "medium",
            f"Camera {device.name} gives no picture",
            "Nobody sees what happens there, and doubtful lines cannot be looked at.",
            _advice(device),
            cause=device.causes[0] if device.causes else None,
        )
    if device.kind == "gondola":
        return Condition(
            "gondola_silent",
            device.id,
            "high",
            f"{device.name} has stopped weighing",
            "What is taken there is not charged.",
            "Check the power and network of its controller; watch the shelf until it is back.",
        )
    if device.kind == "tracker":
        return Condition(
            "tracker_lost",
            device.id,
            "high",
            "People are no longer tracked",
            "Nothing that is taken can be told whose it is; receipts will be doubtful.",
            "Restart the tracker; let shoppers in one at a time until it is back.",
        )
    return None


def _advice(device: Device) -> str:
    """Against what keeps a camera from giving pictures."""
    code = device.causes[0].code if device.causes else ""
    return f"{ADVICE.get(code, 'Check its power and its cable.')} ({device.detail or 'no answer'})"


def _is_off(device: Device) -> bool:
    is_far = abs(device.clock_offset_us) - device.clock_error_us > CLOCK_US
    return is_far or abs(device.clock_drift_ppm) > CLOCK_PPM


def _clock_off(device: Device) -> Condition:
    seconds = device.clock_offset_us / 1_000_000
    gains = f" and gains {device.clock_drift_ppm * 0.0864:+.0f} s a day" if device.clock_drift_ppm else ""
    what = "pictures" if device.kind == "camera" else "readings"
    return Condition(
        "clock_off",
        device.id,
        "low",
        f"The clock of {device.name} is wrong",
        f"It is off by {seconds:+.1f} s{gains}; its {what} are moved to the store's time, and are less sure.",
        "Set its clock, or let it follow a time server.",
        hold_s=20.0,
    )


def _dead_plates(devices: Sequence[Device], faced: set[str]) -> list[Condition]:
    """One alert for a gondola, however many of its plates are dead."""
    dead: dict[int, list[str]] = {}
    for device in devices:
        if device.kind == "plate" and device.state == "dead" and device.id in faced:
            dead.setdefault(plate_indices(device.id)[0], []).append(device.id)
    names = {device.id: device.name for device in devices if device.kind == "gondola"}
    return [
        Condition(
            "plates_dead",
            f"gondola-{gondola}",
            "medium",
            f"{len(plates)} plate{'s' if len(plates) > 1 else ''} of {names.get(f'gondola-{gondola}', gondola)} "
            f"{'are' if len(plates) > 1 else 'is'} dead",
            "What is taken from there is not noticed.",
            f"Clean or replace {', '.join(plates[:6])}{' …' if len(plates) > 6 else ''}.",
            hold_s=10.0,
        )
        for gondola, plates in dead.items()
    ]


def _own(troubles: Troubles) -> list[Condition]:
    found = []
    if troubles.writing:
        found.append(
            Condition(
                "not_writing",
                "store",
                "high",
                "Carts and receipts cannot be written",
                "Shoppers can go on, but no receipt is issued; nothing is lost while the store keeps running.",
                f"Make room on the store's disk ({troubles.writing}).",
            )
        )
    if troubles.keeping:
        found.append(
            Condition(
                "not_keeping",
                "store",
                "medium",
                "Live data are not kept",
                "What happens now is shown, but cannot be looked at again.",
                f"Make room on the store's disk ({troubles.keeping}).",
            )
        )
    if troubles.recording:
        found.append(
            Condition(
                "not_recording",
                "store",
                "medium",
                "Cameras are not recorded",
                "What happens now can be seen, but not looked at again; disputes will lack their clips.",
                f"Make room on the store's disk ({troubles.recording}).",
            )
        )
    if troubles.left_out:
        found.append(
            Condition(
                "recording_behind",
                "store",
                "medium",
                "The disk is too slow for the cameras",
                "Some of their pictures are not recorded; disputes may lack their clips.",
                "Close other programs on the store's machine, or give recordings a faster disk.",
            )
        )
    if troubles.dropped:
        found.append(
            Condition(
                "overloaded",
                "store",
                "high",
                "The store falls behind its sensors",
                "Sensor messages are left out; carts may miss what was taken.",
                "Close other programs on the store's machine.",
            )
        )
    elif troubles.late_s >= LATE_S:
        found.append(
            Condition(
                "late",
                "store",
                "medium",
                "The store falls behind its sensors",
                "Carts and receipts come late; if it goes on, sensor messages will be left out.",
                "Close other programs on the store's machine.",
            )
        )
    if troubles.faults:
        found.append(
            Condition(
                "fault",
                "store",
                "medium",
                "A step of the store's own failed",
                "A cart may miss what was taken; the rest goes on.",
                "Send the store's log to its maker.",
            )
        )
    return found
