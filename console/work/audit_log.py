"""The store's audit log: searched by auditors, and at each sign-in followed from the head that this desk saw last."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QLocale, QObject

from console.domain.audit import AuditLog, AuditQuery, KeptHead
from console.domain.commands.audit import CheckAudit, ExportHeads, MoreAudit, SearchAudit, TrustAudit
from console.domain.listing import Listing
from console.domain.problem import Problem
from console.storage.heads import Heads
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.audit import follow
from store_client.client import StoreClient
from store_client.contract.audit import AuditEntry, SeenHeads
from store_client.contract.moment import from_micros
from store_client.contract.page import Page
from store_client.errors import NotFound

PAGE = 100
TOPIC = "audit log"


class AuditLogs(QObject):
    """``place``: the address of the store, or what stands for the embedded one, whose address is another each time."""

    def __init__(
        self,
        errands: Errands,
        heads: Heads,
        place: Callable[[], str],
        wall_us: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        """``place``: which store's heads are kept, now."""
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._heads = heads
        self._place = place
        self._wall_us = wall_us
        self._next: str | None = None

    # ---- whether it is still the same log

    def check(self, _command: CheckAudit | None = None) -> None:
        door, heads, place, wall_us = self._errands.door, self._heads, self._place(), self._wall_us

        def work(cancellation: Cancellation) -> AuditLog:
            before = heads.last(place)
            try:
                trail = follow(door.client, None if before is None else before.head, cancellation.check)
            except NotFound:
                return AuditLog()  # nothing has happened at that store yet
            now = KeptHead(trail.head, wall_us(), trail.condition)
            heads.keep(place, now)
            return AuditLog(now, before)

        self._ask(self.tr("Checking the store’s audit log"), work)

    def trust(self, _command: TrustAudit) -> None:
        door, heads, place, wall_us = self._errands.door, self._heads, self._place(), self._wall_us

        def work(cancellation: Cancellation) -> AuditLog:
            trail = follow(door.client, None, cancellation.check)
            now = KeptHead(trail.head, wall_us(), "unsigned" if trail.is_damaged else "trusted")
            heads.keep(place, now)
            return AuditLog(now, now)

        self._ask(self.tr("Taking the audit log as it is"), work)

    def _ask(self, title: str, work: Callable[[Cancellation], AuditLog]) -> None:
        state = self._desk.audit_log
        state.set(replace(state.value, is_checking=True, problem=None))

        def miss(problem: Problem | None) -> None:
            state.set(replace(state.value, is_checking=False, problem=problem))

        self._errands.run("audit check", title, work, self._put, miss, is_quiet=True)

    def _put(self, log: AuditLog) -> None:
        self._desk.audit_log.set(log)
        if not log.is_damaged:
            self._desk.problems.settle(TOPIC)
            return
        kept = self.tr("Both are kept on this desk as evidence; work can go on.")
        advice = self.tr("Tell an auditor, and whoever looks after the store: the screen Audit has more.")
        self._desk.problems.say(Problem(TOPIC, self._said(log), kept, advice))

    def _said(self, log: AuditLog) -> str:
        """What happened to the log, in one sentence."""
        if log.now is None:
            return ""
        locale = QLocale()
        now = locale.toString(log.now.head.count)
        before = "0" if log.before is None else locale.toString(log.before.head.count)
        match log.now.verdict:
            case "truncated":
                return self.tr(
                    "The end of the store’s audit log was cut off: it had {0} entries, and has {1} now."
                ).format(before, now)
            case "rewritten":
                return self.tr(
                    "The store’s audit log was rewritten: its first {0} entries are not those that this desk saw."
                ).format(before)
            case "forked":
                return self.tr(
                    "The store’s audit log has two branches: what it shows now does not follow from the {0} entries "
                    "that this desk saw."
                ).format(before)
            case "another_key":
                return self.tr("The store’s audit log is signed with another key than before.")
            case "another_log":
                return self.tr("The store shows another audit log than before: the old one is gone, or hidden.")
        return self.tr("The store’s audit log is not signed by the store.")

    def export(self, command: ExportHeads) -> None:
        heads, place, path = self._heads, self._place(), Path(command.path)

        def work(_: Cancellation) -> int:
            seen = SeenHeads(place, [kept.head for kept in heads.seen(place)])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(seen)) + b"\n")
            return len(seen.heads)

        def put(count: int) -> None:
            what = self.tr("%n head(s) saved as {0}.", "", count).format(path)
            how = self.tr("Check the log with: python -m store_server audit verify --seen FILE")
            self._desk.problems.say(Problem("heads", what, advice=how, severity="note"))

        self._errands.run("heads", self.tr("Saving the heads"), work, put, is_file=True)

    # ---- what is in it

    def search(self, command: SearchAudit) -> None:
        listing, query = self._desk.audit, command.query
        before = listing.value
        items = before.items if before.query == query else ()
        if before.query != query:
            self._next = None  # of what was found before
        listing.set(Listing(query, items, is_loading=True, is_known=before.is_known and before.query == query))
        self._find(query, None)

    def more(self, _command: MoreAudit) -> None:
        listing = self._desk.audit
        if listing.value.is_loading or self._next is None:
            return
        listing.set(replace(listing.value, is_loading=True))
        self._find(listing.value.query, self._next)

    def _find(self, query: AuditQuery, cursor: str | None) -> None:
        door, listing = self._errands.door, self._desk.audit

        def work(_: Cancellation) -> Page[AuditEntry]:
            return _page(door.client, query, cursor)

        def put(page: Page[AuditEntry]) -> None:
            self._next = page.next
            before = listing.value.items if cursor is not None else ()
            items = (*before, *page.items)
            listing.set(Listing(query, items, page.next is not None, is_known=True))

        def miss(problem: Problem | None) -> None:
            listing.set(replace(listing.value, is_loading=False, problem=problem))

        self._errands.run("audit", self.tr("Searching the audit log"), work, put, miss)

    def forget(self) -> None:
        """Another is signed in, or nobody: what was found is not theirs."""
        self._next = None
        self._desk.audit.set(Listing(AuditQuery()))
        self._desk.audit_log.set(AuditLog())


def _page(client: StoreClient, query: AuditQuery, cursor: str | None) -> Page[AuditEntry]:
    return client.audit(
        by=query.by or None,
        action=query.action or None,
        subject=query.subject or None,
        since=None if query.since_us is None else from_micros(query.since_us),
        cursor=cursor,
        limit=PAGE,
    )
