"""What was recorded in a span: as an MP4 cut without coding anything anew, as single pictures, and where there is none."""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import msgspec

from store_server.refusal import Refusal
from store_server.sensing.recording.archive import Archive, Segment
from store_server.sensing.recording.form import Form
from store_server.sensing.recording.mp4 import Track, head
from store_server.sensing.recording.segment import Broken, Entry, read_sample

MOST_US = 3_600_000_000
"""The longest clip."""
MOST_READ = 48
"""Segments whose indices are remembered: a minute of one camera each."""
_CHUNK = 1 << 20


class Kept(msgspec.Struct, frozen=True, gc=False):
    """One sample, and where it is."""

    segment: Segment
    form: Form
    entry: Entry


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip that is ready to be sent. ``frames``: how many pictures are shown, the first taken at ``first_us``, the
    last at ``last_us``, ± ``error_us`` at worst; ``until_us``: what was asked for is covered up to there.
    ``samples`` are those and what is needed to decode them, in that order."""

    frames: int
    first_us: int
    last_us: int
    until_us: int
    error_us: int
    head: bytes
    samples: Sequence[Kept]
    archive: Archive

    @property
    def length(self) -> int:
        """Bytes of the file."""
        return len(self.head) + sum(kept.entry.size for kept in self.samples)

    def content(self) -> Iterator[bytes]:
        """The file; while it is read, nothing of it is deleted. Raises OSError."""
        segments = {kept.segment.number: kept.segment for kept in self.samples}
        with self.archive.pinned(list(segments.values())), ExitStack() as stack:
            yield self.head
            opened: Segment | None = None
            for segment, offset, left in _stretches(self.samples):
                if opened is None or segment.number != opened.number:
                    stack.close()
                    opened, file = segment, stack.enter_context(segment.frames.open("rb"))
                file.seek(offset)
                while left and (part := file.read(min(left, _CHUNK))):
                    left -= len(part)
                    yield part
                if left:
                    raise OSError("a recorded segment is shorter than its index says")


def _stretches(samples: Sequence[Kept]) -> Iterator[tuple[Segment, int, int]]:
    """Segment, offset and length of what lies together on the disk."""
    segment, begin, end = samples[0].segment, samples[0].entry.offset, samples[0].entry.offset
    for kept in samples:
        if kept.segment.number != segment.number or kept.entry.offset != end:
            yield segment, begin, end - begin
            segment, begin, end = kept.segment, kept.entry.offset, kept.entry.offset
        end += kept.entry.size
    yield segment, begin, end - begin


class Cutting:
    """Reads the archive; any thread. Each raises Refusal: "not-found" where nothing was recorded."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._guard = threading.Lock()
        self._read: OrderedDict[tuple[str, int], list[Kept]] = OrderedDict()

    def spans(self, camera: str, since_us: int, until_us: int) -> list[tuple[int, int]]:
        """Where there are pictures, in order, each [begin, end) clipped to what was asked for."""
        spans: list[tuple[int, int]] = []
        for segment in sorted(self._within(camera, since_us, until_us), key=lambda s: s.begin_us):
            begin_us, end_us = max(segment.begin_us, since_us), min(segment.until_us, until_us)
            if begin_us >= end_us:
                continue
            if spans and begin_us <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end_us))
            else:
                spans.append((begin_us, end_us))
        return spans

    def reach(self, camera: str) -> tuple[int, int] | None:
        """From the first picture that is kept to the last."""
        segments = self._archive.segments(camera)
        if not segments:
            return None
        return min(s.begin_us for s in segments), max(s.end_us for s in segments)

    def shown(self, camera: str, at_us: int) -> list[Kept]:
        """The picture shown at a moment, and before it those that are needed to decode it."""
        for segment in reversed(self._within(camera, at_us, at_us + 1)):
            kept = self._samples(segment)
            taken = [i for i, one in enumerate(kept) if one.entry.at_us <= at_us]
            if taken:
                wanted = max(taken, key=lambda i: kept[i].entry.at_us)
                if at_us < kept[wanted].entry.at_us + segment.hold_us:
                    return [*kept[_key_before(kept, wanted) : wanted + 1]]
        raise Refusal("not-found", self._nothing(camera))

    def beside(self, camera: str, at_us: int) -> tuple[int | None, int | None]:
        """When the pictures before and after the one taken at ``at_us`` were taken; None at the ends of the recording."""
        before = self.run_to(camera, at_us - 1)
        following = self.run_after(camera, at_us)
        return (
            before[-1].entry.at_us if before else None,
            min((one.entry.at_us for one in following if one.entry.at_us > at_us), default=None),
        )

    def run_to(self, camera: str, at_us: int) -> list[Kept]:
        """The newest picture taken at ``at_us`` or before, however long before, and those needed to decode it."""
        for segment in sorted(self._archive.segments(camera), key=lambda s: s.begin_us, reverse=True):
            if segment.begin_us <= at_us:
                kept = self._samples(segment)
                taken = [i for i, one in enumerate(kept) if one.entry.at_us <= at_us]
                if taken:
                    wanted = max(taken, key=lambda i: kept[i].entry.at_us)
                    return kept[_key_before(kept, wanted) : wanted + 1]
        return []

    def run_after(self, camera: str, at_us: int) -> list[Kept]:
        """All samples of the segment in which the first picture after ``at_us`` is, in the order of decoding."""
        for segment in sorted(self._archive.segments(camera), key=lambda s: s.begin_us):
            if segment.end_us > at_us:
                kept = self._samples(segment)
                if any(one.entry.at_us > at_us for one in kept):
                    return kept
        return []

    def keys(self, camera: str, moments: Sequence[int]) -> list[Kept]:
        """For each moment the last picture before it that needs no other, each once; none where nothing is shown."""
        found: dict[tuple[int, int], Kept] = {}
        if not moments:
            return []
        segments = self._within(camera, moments[0], moments[-1] + 1)
        read: dict[int, list[Kept]] = {}
        for at_us in moments:
            of = [s for s in segments if s.begin_us <= at_us < s.until_us]
            if not of:
                continue
            if of[-1].number not in read:
                read[of[-1].number] = sorted(
                    (one for one in self._samples(of[-1]) if one.entry.is_key), key=lambda one: one.entry.at_us
                )
            keys = read[of[-1].number]
            place = bisect_right(keys, at_us, key=lambda one: one.entry.at_us)
            if place:
                found[(of[-1].number, keys[place - 1].entry.offset)] = keys[place - 1]
        return list(found.values())

    def cut(self, camera: str, since_us: int, until_us: int) -> Cut:
        """The pictures taken in [since, until). It ends early where the form of the pictures changes, and says so.

        Raises Refusal("bad-request") for more than an hour."""
        if not 0 < until_us - since_us <= MOST_US:
            raise Refusal("bad-request", "a clip is longer than nothing and not longer than an hour")
        run = self._run(camera, since_us, until_us)
        wanted = [i for i, one in enumerate(run.kept) if since_us <= one.entry.at_us < run.until_us]
        if not wanted:
            raise Refusal("not-found", self._nothing(camera))
        samples = run.kept[_key_before(run.kept, wanted[0]) : wanted[-1] + 1]
        shown = [run.kept[i].entry for i in wanted]
        first_us, last_us = min(entry.at_us for entry in shown), max(entry.at_us for entry in shown)
        end_us = min(run.until_us, last_us + samples[0].form.hold_us)
        error_us = max(entry.error_us for entry in shown)
        track = _track(samples, first_us, end_us)
        return Cut(len(shown), first_us, last_us, run.until_us, error_us, head(track), samples, self._archive)

    def _run(self, camera: str, since_us: int, until_us: int) -> "_Run":
        """All samples that a clip may need, in the order of decoding, as far as they are of one form."""
        kept: list[Kept] = []
        for segment in self._within(camera, since_us, until_us):
            more = self._samples(segment)
            if not more:
                continue
            if kept and more[0].form != kept[0].form:
                if any(since_us <= one.entry.at_us < more[0].entry.at_us for one in kept):
                    return _Run(kept, max(since_us, min(until_us, more[0].entry.at_us)))
                kept = []
            # A clock that was set back: what was written later counts.
            kept = [one for one in kept if one.entry.at_us < more[0].entry.at_us] + more
        return _Run(kept, until_us)

    def _samples(self, segment: Segment) -> list[Kept]:
        """Not to be changed. They are remembered, for each picture asks for them a few times; of a segment that is still being
        written, what has been added is read."""
        key = segment.camera, segment.number
        with self._guard:
            kept = self._read.get(key, [])
            if kept:
                self._read.move_to_end(key)
        if kept and segment.bytes <= kept[-1].entry.end:
            return kept
        try:
            form, entries = self._archive.read(segment, [one.entry for one in kept])
        except (Broken, OSError):
            return []  # it is on its way out, or damaged: as if it had not been recorded
        kept = kept + [Kept(segment, form, entry) for entry in entries]
        with self._guard:
            self._read[key] = kept
            while len(self._read) > MOST_READ:
                self._read.popitem(last=False)
        return kept

    def _within(self, camera: str, since_us: int, until_us: int) -> list[Segment]:
        return [s for s in self._archive.segments(camera) if s.begin_us < until_us and since_us < s.until_us]

    def _nothing(self, camera: str) -> str:
        return "nothing was recorded then" if self.reach(camera) else "nothing of this camera is recorded"


@dataclass(frozen=True, slots=True)
class _Run:
    kept: list[Kept]
    until_us: int


def _key_before(kept: Sequence[Kept], place: int) -> int:
    while place > 0 and not kept[place].entry.is_key:
        place -= 1
    return place


def _growing(moments: Sequence[int]) -> list[int]:
    grown: list[int] = []
    for at_us in moments:
        grown.append(max(at_us, grown[-1] + 1) if grown else at_us)
    return grown


def _track(samples: Sequence[Kept], from_us: int, until_us: int) -> Track:
    form = samples[0].form
    return Track(
        entry=form.entry,
        width=form.width,
        height=form.height,
        sizes=[one.entry.size for one in samples],
        decode_us=_growing([one.entry.decode_us for one in samples]),
        shown_us=[one.entry.at_us for one in samples],
        keys=[one.entry.is_key for one in samples],
        from_us=from_us,
        until_us=until_us,
    )


def still(samples: Sequence[Kept]) -> bytes:
    """An MP4 that shows the last of ``samples`` alone. Raises Refusal("not-found") if they are damaged or gone."""
    at_us = samples[-1].entry.at_us
    return film(samples, at_us, at_us + 1)


def film(samples: Sequence[Kept], from_us: int, until_us: int) -> bytes:
    """An MP4 of ``samples``, in the order of decoding from a key picture on, that shows those taken in [from, until).

    Raises Refusal("not-found") if they are damaged or gone."""
    return head(_track(samples, from_us, until_us)) + b"".join(data_of(one) for one in samples)


def data_of(kept: Kept) -> bytes:
    """Raises Refusal("not-found") if it is damaged or gone."""
    try:
        return read_sample(kept.segment.frames, kept.entry)
    except (Broken, OSError) as error:
        raise Refusal("not-found", f"what was recorded then cannot be read: {error}") from error
