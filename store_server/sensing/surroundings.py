"""What was read round an event: raw weights of its plates, and where everybody was."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise

from store_client.contract.cause import Cause
from store_client.contract.evidence import ExhibitKind, Lacking, PlateTrace
from store_server.cause import cause, said
from store_server.fusion.finding import Finding
from store_server.sensing.bystanders import POSITIONS_US, Bystanders
from store_server.sensing.history import History
from store_server.storage.sightings import Reading

US = 1_000_000
WEIGHTS_US = 4 * US
GAP_US = 1_000_000
"""Less is not worth a word."""
MOST_SPAN_US = 30 * US
"""So long a time is read at once at most."""


class Surroundings:
    """Reads from the streams; nothing is kept here."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def of(self, findings: Sequence[Finding]) -> AsyncIterator[Reading]:
        """One for each of ``findings``, which are in the order of their time; each only as it is asked for, since one is
        megabytes in a full store. Raises NotKept."""
        for group in _neighbours(findings):
            async for read in self._of_group(group):
                yield read

    async def _of_group(self, group: Sequence[Finding]) -> AsyncIterator[Reading]:
        """Positions are read once for all of them: there are hundreds a second in a full store. Live data goes on while
        they are looked through."""
        fixes = await self._history.fixes(group[0].at_us - POSITIONS_US, group[-1].at_us + POSITIONS_US)
        bystanders = await asyncio.to_thread(Bystanders, fixes)
        for finding in group:
            traces = await self._history.traces(finding.plates, finding.at_us - WEIGHTS_US, finding.at_us + WEIGHTS_US)
            yield await asyncio.to_thread(_read, finding, traces, bystanders)


def _neighbours(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Findings whose surroundings overlap, in groups that are not too long."""
    group: list[Finding] = []
    for finding in findings:
        is_apart = group and finding.at_us - group[-1].at_us > 2 * POSITIONS_US
        if is_apart or (group and finding.at_us - group[0].at_us > MOST_SPAN_US):
            yield group
            group = []
        group.append(finding)
    if group:
        yield group


def _read(finding: Finding, traces: list[PlateTrace], bystanders: Bystanders) -> Reading:
    missing = [*_unread(finding, traces), *_untracked(finding, bystanders.moments(finding.at_us))]
    return Reading(traces, bystanders.near_and_far(finding.at_us, finding.x, finding.y), missing)


def _unread(finding: Finding, traces: Sequence[PlateTrace]) -> list[Lacking]:
    found = []
    for plate in finding.plates:
        read_us = sum(
            round(sum(value is not None for value in trace.grams) * US / trace.rate_hz)
            for trace in traces
            if trace.plate == plate
        )
        missing_us = 2 * WEIGHTS_US - read_us
        if missing_us > GAP_US:
            span_s = 2 * WEIGHTS_US / US
            why = cause("plate_unread", seconds=round(missing_us / US, 1), of=span_s, plate=plate)
            found.append(lacking("weights", finding, why))
    return found


def _untracked(finding: Finding, at: Sequence[int]) -> list[Lacking]:
    """How long nobody was tracked, who moves something: a store is not empty when a shelf is reached into. ``at``: when
    somebody was."""
    edges = [finding.at_us - POSITIONS_US, *at, finding.at_us + POSITIONS_US]
    missing_us = sum(gap for one, other in pairwise(edges) if (gap := other - one) > GAP_US)
    if not missing_us:
        return []
    why = cause("nobody_tracked", seconds=round(missing_us / US, 1), of=2 * POSITIONS_US / US)
    return [lacking("positions", finding, why)]


def lacking(kind: ExhibitKind, finding: Finding, why: Cause) -> Lacking:
    return Lacking(kind=kind, event=finding.id, detail=said(why), cause=why)
