"""What must not be deleted: the spans of cameras that open cases need."""

import logging
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from store_client.contract.decoding import from_json
from store_client.contract.recording import RecordedSpan
from store_client.contract.unreadable import UNREADABLE
from store_server.folder import write_private
from store_server.sensing.recording.archive import Segment

log = logging.getLogger(__name__)

EVERY = "*"
"""In place of a camera: all of them."""


class Holds:
    """Kept in a file beside the recordings: it goes where they go. Any thread."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self._guard = threading.Lock()
        self._held: dict[str, list[RecordedSpan]] = {}
        self.is_sure = True
        """False if the file was there and could not be read: then nothing may be deleted before cases were asked for."""
        if path.exists():
            try:
                self._held = from_json(path.read_bytes(), dict[str, list[RecordedSpan]])
            except UNREADABLE as error:
                self.is_sure = False
                log.error("which recordings are held cannot be read, and none is deleted for now: %s", error)

    def cases(self) -> frozenset[str]:
        with self._guard:
            return frozenset(self._held)

    def hold(self, case: str, spans: Sequence[RecordedSpan]) -> None:
        """From its return on, nothing of ``spans`` is deleted. Again: in place of what was held. Raises OSError."""
        with self._guard:
            self._write(self._held | {case: list(spans)})

    def release(self, case: str) -> None:
        """Raises OSError; nothing happens for a case that holds nothing."""
        with self._guard:
            if case in self._held:
                self._write({name: spans for name, spans in self._held.items() if name != case})

    def settle(self) -> None:
        """All that is to be held has been told."""
        with self._guard:
            if not self.is_sure:
                self._write(self._held)
                self.is_sure = True

    def held(self, segments: Iterable[Segment]) -> frozenset[tuple[str, int]]:
        """Camera and number of those among ``segments`` that must stay."""
        with self._guard:
            spans: dict[str, list[RecordedSpan]] = {}
            for span in (span for of in self._held.values() for span in of):
                spans.setdefault(span.camera, []).append(span)
        everywhere = spans.get(EVERY, [])
        return frozenset(
            (segment.camera, segment.number)
            for segment in segments
            if any(
                span.begins_at <= segment.until_us and segment.begin_us <= span.ends_at
                for span in [*everywhere, *spans.get(segment.camera, [])]
            )
        )

    def _write(self, held: dict[str, list[RecordedSpan]]) -> None:
        write_private(self._path, msgspec.json.encode(held).decode())
        self._held = held
