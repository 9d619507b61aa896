"""What was recorded of each camera in a span, as clips in their order."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from store_client.contract.recording import RecordedSpan
from store_server.refusal import Refusal
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import MOST_US, Cut, Cutting


class Films:
    """Reads the archive; any thread."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._cutting = Cutting(archive)

    def clips(self, camera: str, since_us: int, until_us: int) -> Iterator[Cut]:
        """One after another: a clip ends where the pictures change their form, or after an hour."""
        begin_us = since_us
        while begin_us < until_us:
            spans = self._cutting.spans(camera, begin_us, until_us)
            if not spans:
                return
            begin_us = max(begin_us, spans[0][0])
            try:
                cut = self._cutting.cut(camera, begin_us, min(until_us, begin_us + MOST_US))
            except Refusal:  # damaged, deleted meanwhile, or held by a picture from before
                begin_us = spans[0][1]
                continue
            yield cut
            begin_us = max(cut.until_us, begin_us + 1)

    def gaps(self, camera: str, since_us: int, until_us: int) -> list[RecordedSpan]:
        """Where there are no pictures."""
        gaps, at_us = [], since_us
        for begin_us, end_us in self._cutting.spans(camera, since_us, until_us):
            if begin_us > at_us:
                gaps.append(RecordedSpan(camera, at_us, begin_us))
            at_us = max(at_us, end_us)
        if at_us < until_us:
            gaps.append(RecordedSpan(camera, at_us, until_us))
        return gaps

    def bytes(self, camera: str, since_us: int, until_us: int) -> int:
        """About how many bytes its clips will be."""
        found = 0.0
        for segment in self._archive.segments(camera):
            shared_us = min(segment.until_us, until_us) - max(segment.begin_us, since_us)
            if shared_us > 0:
                found += segment.bytes * min(1.0, shared_us / max(1, segment.until_us - segment.begin_us))
        return round(found)


def names_of(cameras: Sequence[tuple[str, str]]) -> dict[str, str]:
    """For each camera (id, name) the name of its files, without suffix: as people call it, as far as a file can."""
    names: dict[str, str] = {}
    for camera, called in cameras:
        plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "-", plain)[:48].strip("-") or "camera"
        taken = set(names.values())
        number, base = 2, name
        while name in taken or name in ("weights", "positions", "manifest", "signature"):
            name, number = f"{base}-{number}", number + 1
        names[camera] = name
    return names
