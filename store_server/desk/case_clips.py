"""The clips of a case file: some seconds round each disputed event, by the cameras that the evidence has pictures of.

They are as they were recorded, with faces: whoever may take the file may see them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol

from store_client.contract.case import Case
from store_client.contract.case_file import CaseClip, LackingClip
from store_client.contract.cause import Cause
from store_client.contract.evidence import EvidencePicture
from store_server.cause import cause, said

AROUND_US = 5_000_000
MOST_US = 30_000_000
"""The longest clip: of events close to each other there is one, of many such there are several."""
MOST_BYTES = 64 << 20
"""Of all clips of a file."""
NOT_RECORDED = cause("not_recorded")
TOO_MUCH = cause("too_much_film", mebibytes=MOST_BYTES >> 20)


class Film(Protocol):
    """A clip that is ready to be read: ``length`` bytes that show ``frames`` pictures."""

    @property
    def frames(self) -> int: ...
    @property
    def first_us(self) -> int: ...
    @property
    def last_us(self) -> int: ...
    @property
    def error_us(self) -> int: ...
    @property
    def length(self) -> int: ...

    def content(self) -> Iterator[bytes]:
        """Raises OSError where it is gone or damaged."""
        ...


class Films(Protocol):
    """What was recorded."""

    def clips(self, camera: str, since_us: int, until_us: int) -> Iterator[Film]:
        """Those taken in [since, until), one after another; none where nothing was recorded."""
        ...


@dataclass(frozen=True, slots=True)
class Scene:
    """A span that a clip should show, [since, until). ``score``: how well its camera sees what is disputed, 0 to 1."""

    camera: str
    camera_name: str
    since_us: int
    until_us: int
    score: float


@dataclass(slots=True)
class Clips:
    """``files``: each with its bytes, in the order of the file."""

    files: list[tuple[CaseClip, bytes]] = field(default_factory=list)
    lacking: list[LackingClip] = field(default_factory=list)


def scenes(case: Case, pictures: Iterable[EvidencePicture]) -> list[Scene]:
    """Round the pictures of the disputed events, of each camera by time; of all events where the case is about something
    that no line was billed from."""
    disputed = {event for line in case.lines if line.claimed_quantity != line.billed_quantity for event in line.events}
    shown = sorted(pictures, key=attrgetter("camera", "at"))
    of_these = [picture for picture in shown if picture.event in disputed] or shown
    found: list[Scene] = []
    for picture in of_these:
        last = found[-1] if found and found[-1].camera == picture.camera else None
        since_us, until_us = picture.at - AROUND_US, picture.at + AROUND_US
        if last is None or since_us > last.until_us:
            found.append(Scene(picture.camera, picture.camera_name, since_us, until_us, picture.score))
        elif until_us - last.since_us <= MOST_US:
            score = max(last.score, picture.score)
            found[-1] = Scene(last.camera, last.camera_name, last.since_us, until_us, score)
        else:
            found.append(Scene(picture.camera, picture.camera_name, last.until_us, until_us, picture.score))
    return found


def cut(films: Films, wanted: Iterable[Scene]) -> Clips:
    """Of each scene what was recorded, those first that show best what is disputed; the rest is said to be lacking."""
    clips, left = Clips(), MOST_BYTES
    for scene in sorted(wanted, key=lambda scene: (-scene.score, scene.camera, scene.since_us)):
        before, why = len(clips.files), NOT_RECORDED
        for film in films.clips(scene.camera, scene.since_us, scene.until_us):
            if film.length > left:
                why = TOO_MUCH
                break
            try:
                content = b"".join(film.content())
            except OSError:
                continue  # deleted since, or damaged
            left -= len(content)
            clips.files.append((_described(scene, film, content, len(clips.files) + 1), content))
        if why == TOO_MUCH or len(clips.files) == before:
            clips.lacking.append(_lacks(scene, why))
    return clips


def _described(scene: Scene, film: Film, content: bytes, number: int) -> CaseClip:
    called = re.sub(r"[^a-z0-9]+", "-", scene.camera.lower())[:48].strip("-") or "camera"
    return CaseClip(
        name=f"clips/{number:03}-{called}.mp4",
        camera=scene.camera,
        camera_name=scene.camera_name,
        first_at=film.first_us,
        last_at=film.last_us,
        clock_error_us=film.error_us,
        frames=film.frames,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
    )


def _lacks(scene: Scene, why: Cause) -> LackingClip:
    return LackingClip(
        camera=scene.camera,
        camera_name=scene.camera_name,
        begins_at=scene.since_us,
        ends_at=scene.until_us,
        detail=said(why),
        cause=why,
    )
