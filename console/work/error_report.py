"""An error report: what whoever looks after the program needs, and nothing of any person. Read first, then saved."""

import os
import platform
import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, qVersion
from PySide6.QtGui import QGuiApplication

from console.domain.commands.report import MakeReport, SaveReport
from console.domain.connection import LINKS
from console.domain.problem import Problem
from console.paths import Paths
from console.redaction import made_anonymous
from console.version import VERSION
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.errors import StoreError

LINES = 300
"""Of the end of the log."""
READ_BYTES = 200_000
MIB = 1 << 20
NOBODY = frozenset({"store", "shopper"})
"""Who an audit log names that is no person."""


class ErrorReports(QObject):
    def __init__(self, errands: Errands, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._paths = paths

    def make(self, _command: MakeReport) -> None:
        names, paths = self._names(), self._paths

        heads = list(self._state(names))

        def work(_: Cancellation) -> str:
            facts = "\n".join([*heads, *_sizes(paths)])
            log = [made_anonymous(line, names) for line in _last_lines(paths.log)]
            return "\n".join([facts, "", f"The last {len(log)} lines of the log", *log, ""])

        title = self.tr("Putting the report together")
        self._errands.run("report", title, work, self._desk.report.set)

    def save(self, command: SaveReport) -> None:
        text, path = self._desk.report.value, Path(command.path)

        def work(_: Cancellation) -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

        def put(_: None) -> None:
            what = self.tr("The report was saved as {0}. Nobody else has got it.").format(path)
            self._desk.problems.say(Problem("report", what, severity="note"))

        self._errands.run("report", self.tr("Saving the report"), work, put, is_file=True)

    def _names(self) -> set[str]:
        """Of people and places that this desk knows of."""
        session = self._desk.session.value
        names = {session.asked_user, Path.home().name, platform.node()}
        if session.user is not None:
            names |= {session.user.name, session.user.id}
        names |= ({entry.by for entry in self._desk.audit.value.items} | self._at_cases()) - NOBODY
        return {name for name in names if len(name) > 1} - set(session.demo_roles)

    def _at_cases(self) -> set[str]:
        """Who holds, proposed, approved or decided what is known of cases, and who corrected the receipt that is open."""
        desk = self._desk
        names = {name for one in desk.cases.value.items for name in (one.assignee, one.proposed_by)}
        case, receipt = desk.case.value.value, desk.receipt.value.value
        if case is not None:
            decisions = (case.decision, None if case.proposal is None else case.proposal.decision)
            names |= {case.assignee, None if case.lease is None else case.lease.holder}
            names |= {one.by for one in case.history} | {one.by for one in case.approvals}
            names |= {one.decided_by for one in decisions if one is not None}
        if receipt is not None:
            names |= {one.made_by for one in receipt.corrections}
        return {name for name in names if name is not None}

    def _state(self, names: set[str]) -> Iterator[str]:
        """In the UI thread: what the desk itself knows."""
        desk = self._desk
        likes, links, user = desk.preferences.value, desk.connection.value, desk.session.value.user
        try:
            theirs = self._errands.door.client.store_version
        except StoreError:
            theirs = ""
        is_bundled = bool(getattr(sys, "frozen", False))
        yield "Floorwalker error report"
        yield f"made        {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        yield f"desk        {VERSION}{' (bundle)' if is_bundled else ''}"
        yield f"store       {theirs or 'not known'}, {'embedded' if not desk.arrival.value.url else 'elsewhere'}"
        yield f"system      {platform.platform()}, {platform.machine()}, {os.cpu_count()} processors"
        yield f"python, Qt  {platform.python_version()}, {qVersion()} on {QGuiApplication.platformName()}"
        for screen in QGuiApplication.screens():
            size = screen.size()
            yield f"screen      {size.width()} × {size.height()} at {screen.devicePixelRatio():g}"
        yield f"look        {likes.theme}, {likes.language}, {likes.text_scale} %"
        yield f"role        {'nobody is signed in' if user is None else user.role}"
        for name in LINKS:
            link = links.of(name)
            delay = "" if link.delay_ms is None else f", {link.delay_ms:.0f} ms"
            yield f"link {name:<7}{link.state}{delay}, {link.drops} lost"
        counts = {
            "shoppers": len(desk.floor.shoppers),
            "carts": len(desk.carts),
            "cameras": len(desk.cameras.value),
            "alerts": len(desk.alerts),
            "waiting": len(desk.outgoing.value),
        }
        yield "counts      " + ", ".join(f"{count} {name}" for name, count in counts.items())
        for problem in desk.problems.value:
            said = made_anonymous(f"{problem.what} {problem.detail}", names)
            yield f"banner      {problem.topic}: {said}"


def _sizes(paths: Paths) -> Iterator[str]:
    process = psutil.Process()
    children = process.children(recursive=True)
    yield f"memory      {process.memory_info().rss / MIB:.0f} MiB, {len(children)} children, {process.num_threads()} threads"
    for name, path in (("database", paths.database), ("log", paths.log)):
        yield f"{name:<12}{path.stat().st_size / MIB:.1f} MiB" if path.exists() else f"{name:<12}none"
    yield f"store files {_size_of(paths.store) / MIB:.0f} MiB"
    yield f"disk        {shutil.disk_usage(paths.data).free / MIB:.0f} MiB free"


def _size_of(folder: Path) -> int:
    """In bytes, of what is in it; what goes meanwhile, as old recordings do, counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total


def _last_lines(log: Path) -> Iterable[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - READ_BYTES))
            return deque(file.read().decode("utf-8", errors="replace").splitlines(), maxlen=LINES)
    except OSError as error:
        return [f"it cannot be read: {error.strerror}"]
