"""All that is recorded: which segments there are, of which camera, from when to when.

One folder a camera. ``<number>.frames`` with ``<number>.index`` is being written; ``<number>-<begin>-<end>-<bytes>-
<hold>.index`` is done, so that a start reads names and not a hundred thousand files. The name's number only orders: of
two segments of one moment, which a camera's wrong clock makes, the later written counts.
"""

import logging
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote

from store_server.sensing.recording.form import Form, Sample
from store_server.sensing.recording.segment import Broken, Entry, SegmentWriter, end_of, mend, read_index

log = logging.getLogger(__name__)

_DONE = re.compile(r"(\d{20})-(\d+)-(\d+)-(\d+)-(\d+)\.index")
_OPEN = re.compile(r"(\d{20})\.index")
_FRAMES = re.compile(r"(\d{20})\.frames")


@dataclass(frozen=True, slots=True)
class Segment:
    """``begin_us`` to ``end_us``: of its first and its last picture, which is shown ``hold_us`` more."""

    camera: str
    number: int
    begin_us: int
    end_us: int
    bytes: int
    hold_us: int
    frames: Path
    index: Path

    @property
    def until_us(self) -> int:
        return self.end_us + self.hold_us

    @property
    def is_done(self) -> bool:
        """Nothing is appended to it any more."""
        return _DONE.fullmatch(self.index.name) is not None


class Archive:
    """Written by one thread, read by any. Raises OSError if its folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._guard = threading.Lock()
        self._pinned: Counter[tuple[str, int]] = Counter()
        self._segments: dict[str, dict[int, Segment]] = {}
        self._unreadable: dict[tuple[str, int], Segment] = {}
        for place in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
            camera = unquote(place.name)
            self._segments[camera] = {segment.number: segment for segment in _found(place, camera)}
            for segment in _unreadable(place, camera, self._segments[camera]):
                self._unreadable[(camera, segment.number)] = segment

    def cameras(self) -> list[str]:
        with self._guard:
            return [camera for camera, segments in self._segments.items() if segments]

    def segments(self, camera: str) -> list[Segment]:
        """In the order in which they were written."""
        with self._guard:
            return sorted(self._segments.get(camera, {}).values(), key=lambda segment: segment.number)

    def all(self) -> list[Segment]:
        """Of all cameras, the oldest first, with those that cannot be read."""
        with self._guard:
            readable = (segment for of in self._segments.values() for segment in of.values())
            return sorted([*readable, *self._unreadable.values()], key=lambda segment: segment.begin_us)

    def begin(self, camera: str, form: Form, at_us: int) -> "OpenSegment":
        """A new segment, to which its first sample is still to be appended. Raises OSError."""
        place = self.folder / quote(camera, safe="")
        place.mkdir(mode=0o700, exist_ok=True)
        with self._guard:
            last = max(self._segments.get(camera, {}), default=0)
        number = max(at_us, last + 1)
        frames, index = place / f"{number:020d}.frames", place / f"{number:020d}.index"
        while frames.exists() or index.exists():  # what was broken is left where it is
            number += 1
            frames, index = place / f"{number:020d}.frames", place / f"{number:020d}.index"
        segment = Segment(camera, number, at_us, at_us, 0, form.hold_us, frames, index)
        try:
            writer = SegmentWriter(frames, index, form)
        except OSError:
            for path in (frames, index):
                path.unlink(missing_ok=True)
            raise
        return OpenSegment(self, segment, writer)

    def read(self, segment: Segment, known: Sequence[Entry] = ()) -> tuple[Form, list[Entry]]:
        """What its index holds by now, after what is ``known`` of it. Raises Broken, OSError."""
        try:
            return read_index(segment.index, known)
        except FileNotFoundError:  # it was closed meanwhile, and has another name
            with self._guard:
                present = self._segments.get(segment.camera, {}).get(segment.number)
            if present is None:
                raise
            return read_index(present.index, known)

    def keep(self, segment: Segment) -> None:
        """Takes in a segment, or what became of it."""
        with self._guard:
            self._segments.setdefault(segment.camera, {})[segment.number] = segment

    def delete(self, segment: Segment) -> bool:
        """False if somebody is reading it, or the system will not."""
        with self._guard:
            if self._pinned[(segment.camera, segment.number)]:
                return False
        try:
            segment.index.unlink(missing_ok=True)
            segment.frames.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a recorded segment cannot be deleted: %s", error)
            return False
        with self._guard:
            self._segments[segment.camera].pop(segment.number, None)
            self._unreadable.pop((segment.camera, segment.number), None)
        return True

    @contextmanager
    def pinned(self, segments: Sequence[Segment]) -> Iterator[None]:
        """While inside, none of them is deleted."""
        keys = [(segment.camera, segment.number) for segment in segments]
        with self._guard:
            self._pinned.update(keys)
        try:
            yield
        finally:
            with self._guard:
                self._pinned.subtract(keys)
                self._pinned = +self._pinned


class OpenSegment:
    """A segment that is being written; it can be read from its first sample on."""

    def __init__(self, archive: Archive, segment: Segment, writer: SegmentWriter) -> None:
        self.segment = segment
        self._archive = archive
        self._writer = writer

    def append(self, sample: Sample) -> None:
        """Raises OSError: the sample is not in it, and nothing more should be."""
        self._writer.append(sample)
        begin_us = min(self.segment.begin_us, sample.at_us)  # pictures are decoded in another order than shown
        end_us = max(self.segment.end_us, sample.at_us)
        self.segment = replace(self.segment, begin_us=begin_us, end_us=end_us, bytes=self._writer.bytes)
        self._archive.keep(self.segment)

    def close(self) -> None:
        """Raises OSError, after which the next start mends it."""
        self._writer.close()
        if self._writer.entries:
            self._archive.keep(_named(self.segment))
        else:
            self.segment.index.unlink(missing_ok=True)
            self.segment.frames.unlink(missing_ok=True)


def _named(segment: Segment) -> Segment:
    """The same, under the name of what is done."""
    name = f"{segment.number:020d}-{segment.begin_us}-{segment.end_us}-{segment.bytes}-{segment.hold_us}.index"
    return replace(segment, index=segment.index.replace(segment.index.with_name(name)))


def _found(place: Path, camera: str) -> Iterator[Segment]:
    names = {path.name for path in place.iterdir()}
    for name in sorted(names):
        done, begun = _DONE.fullmatch(name), _OPEN.fullmatch(name)
        number = (done or begun or [name, ""])[1]
        frames = place / f"{number}.frames"
        if not number or frames.name not in names:
            continue
        if done is not None:
            begin_us, end_us, size, hold_us = (int(part) for part in done.groups()[1:])
            yield Segment(camera, int(number), begin_us, end_us, size, hold_us, frames, place / name)
        else:
            mended = _mended(camera, int(number), frames, place / name)
            if mended is not None:
                yield mended


def _unreadable(place: Path, camera: str, readable: Collection[int]) -> Iterator[Segment]:
    """Frames whose index is gone or damaged: nobody sees them, and they go when they are too old."""
    for path in sorted(place.iterdir()):
        name = _FRAMES.fullmatch(path.name)
        if name is not None and int(name[1]) not in readable:
            number = int(name[1])  # about when they were taken
            yield Segment(camera, number, number, number, path.stat().st_size, 0, path, path.with_suffix(".index"))


def _mended(camera: str, number: int, frames: Path, index: Path) -> Segment | None:
    """What a process that was killed left, ended where its last whole sample ends."""
    try:
        form, entries = mend(frames, index)
    except (Broken, OSError) as error:
        log.warning("a recorded segment of camera %s cannot be used: %s", camera, error)
        return None
    moments = [entry.at_us for entry in entries]
    return _named(
        Segment(camera, number, min(moments), max(moments), end_of(entries), form.hold_us, frames, index),
    )
