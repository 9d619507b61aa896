"""An export: what a store recorded of a span, as a folder of files that anybody can read, signed by the store.

``GET /v1/stores/{id}/export`` sends it as a tar archive (POSIX.1-2001): the films, ``weights.csv``, ``positions.csv``,
then ``manifest.json`` and ``signature.json``, each in the archive's root. While a film is still being made, headers that
hold nothing but a comment ("0.25": how much of it is done) show that it goes on. ``python -m store_server export verify
FOLDER`` checks one. All times are µs UTC of the store's clock.
"""

from typing import Literal

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.evidence import Sha256, SourceClock
from store_client.contract.moment import Moment
from store_client.contract.recording import RecordedSpan

TAR = "application/x-tar"
EXPECTED_BYTES = "X-Expected-Bytes"
"""Header of the answer: about how many bytes the films will be."""
MOST_US = 12 * 3_600 * 1_000_000
WEIGHTS, POSITIONS = "weights.csv", "positions.csv"
_SIGNED = b"floorwalker-export:"

ExportKind = Literal["clips", "side_by_side"]
"""``clips``: an MP4 of each camera, as it was recorded; ``side_by_side``: one video of all of them."""
ContentKind = Literal["clip", "side_by_side", "weights", "positions"]


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file. ``begins_at``, ``ends_at``: of the first and the last thing in it, ± ``clock_error_us``, None if it is
    empty; ``items``: pictures or rows; ``step_us``: a row stands for so long, 0 for a moment."""

    name: str
    kind: ContentKind
    sha256: Sha256
    bytes: int
    cameras: list[str]
    begins_at: int | None
    ends_at: int | None
    items: int
    clock_error_us: int = 0
    step_us: int = 0


class ExportedCamera(msgspec.Struct, frozen=True, kw_only=True):
    """``gaps``: where nothing was recorded of it within the span."""

    id: str
    name: str
    gaps: list[RecordedSpan]


class ExportManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the folder holds, and nothing else may be in it. The span is [``begins_at``, ``ends_at``); ``clocks``: of each
    device, as the store knew them when the export was made; ``software``: the store's; ``lacking``: what could not be
    had, one sentence each; ``causes``: the same as codes, in that order (none in older exports)."""

    store: str
    name: str
    time_zone: str
    begins_at: int
    ends_at: int
    kind: ExportKind
    faces: Literal["clear", "blurred"]
    made_at: Moment
    made_by: str
    software: str
    cameras: list[ExportedCamera]
    clocks: list[SourceClock]
    files: list[ExportedFile]
    lacking: list[str]
    causes: list[Cause] = []
    format: Literal["floorwalker-export-1"] = "floorwalker-export-1"


def signed_text(manifest: bytes) -> bytes:
    """What a store signs: no other thing that it signs begins so."""
    return _SIGNED + manifest
