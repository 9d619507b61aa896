"""Every parser of what comes from outside, by the name under which it is fuzzed. Imported where it is watched which lines
an input reaches: see tests.fuzz.one."""

from collections.abc import Callable

from tests.fuzz import answers, devices, live, manifests, pictures, recordings
from tests.fuzz.target import Target

TARGETS: dict[str, Callable[[], Target]] = {
    "live": live.target,
    "devices": devices.target,
    "answers": answers.answers,
    "heads": answers.heads,
    "requests": answers.requests,
    "desk_streams": pictures.desk_streams,
    "camera_streams": pictures.camera_streams,
    "jpegs": pictures.jpegs,
    "recorded": recordings.recorded,
    "segments": recordings.segments,
    "received": manifests.received,
    "exports": manifests.exports,
    "cases": manifests.cases,
}
