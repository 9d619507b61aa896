"""The evidence of the opened case: asked for when it is opened, its pictures one by one, the most wanted first."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from console.causes import lacking_words
from console.domain.commands.evidence import ExportCaseFile, FetchPictures, LoadEvidence
from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import Opened
from console.domain.problem import Problem
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.case_file import lacking_clips
from store_client.client import StoreClient
from store_client.contract.case import Case
from store_client.contract.case_file import LackingClip
from store_client.contract.evidence import Evidence
from store_client.errors import Unavailable

AT_ONCE = 3
"""Pictures fetched beside each other."""
AGAIN_MS = 2_500


@dataclass(frozen=True, slots=True)
class CasePapers:
    """All that a paper on a case is written from. ``pictures``: by the hash that names them; those that could not be
    had are left out. ``bundle``: SHA-256 of the signed file beside it, and ``lacking_clips``: what that would hold and
    does not. ``zone``: IANA name of the store's."""

    case: Case
    evidence: Evidence
    pictures: Mapping[str, QImage]
    bundle: str
    store: str
    zone: str
    lacking_clips: tuple[LackingClip, ...] = ()


Writer = Callable[[CasePapers, Path], None]


class Evidences(QObject):
    """Follows ``Desk.case``: what belongs to another case is let go. ``write``: makes the paper of a case for people;
    called in a worker's thread, raises OSError."""

    def __init__(self, errands: Errands, write: Writer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._write = write
        self._case: str | None = None
        self._asked: list[str] = []
        self._wanted: list[str] = []
        self._fetching: set[str] = set()
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._ask)
        self._rest = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._rest.timeout.connect(self._fetch_next)
        errands.desk.case.changed.connect(self._follow_case)
        errands.desk.faces.changed.connect(self._follow_faces)

    def _follow_case(self, _: object) -> None:
        if self._desk.case.value.id != self._case:
            self._case = self._desk.case.value.id
            self._again.stop()
            self._rest.stop()
            self._asked, self._wanted = [], []
            self._desk.case_line.set(None)
            self._desk.evidence.set(Opened())
            self._desk.exhibits.clear()

    def _follow_faces(self, _: object) -> None:
        """Pictures with and without faces are others."""
        if self._asked:
            self._wanted = [sha256 for sha256 in self._asked if sha256 not in self._fetching]
            self._desk.exhibits.clear()
            self._fetch_next()

    # ---- evidence

    def load(self, command: LoadEvidence) -> None:
        opened = self._desk.evidence
        known = opened.value.value if opened.value.id == command.case else None
        opened.set(Opened(command.case, known, is_loading=True))
        self._ask()

    def _ask(self) -> None:
        """A store that still gathers it is asked again."""
        opened, door = self._desk.evidence.value, self._errands.door
        if opened.id is None:
            return
        case = opened.id

        def work(_: Cancellation) -> EvidenceIndex | None:
            try:
                return EvidenceIndex(door.client.case_evidence(case))
            except Unavailable:
                return None

        title = self.tr("Fetching the evidence")
        self._errands.run("evidence", title, work, partial(self._put, case), partial(self._miss, case), is_quiet=True)

    def _put(self, case: str, evidence: EvidenceIndex | None) -> None:
        if self._desk.evidence.value.id != case:
            return
        if evidence is None:
            self._again.start()
        else:
            self._desk.evidence.set(Opened(case, evidence))

    def _miss(self, case: str, problem: Problem | None) -> None:
        opened = self._desk.evidence.value
        if problem is None or opened.id != case:
            return
        self._desk.evidence.set(Opened(case, opened.value, problem=problem))
        if problem.severity == "warning":  # it passes by itself
            self._again.start()

    # ---- pictures

    def fetch(self, command: FetchPictures) -> None:
        if command.case == self._desk.evidence.value.id:
            self._asked = list(command.sha256)
            self._wanted = [sha256 for sha256 in command.sha256 if sha256 not in self._fetching]
            self._fetch_next()

    def _fetch_next(self) -> None:
        case, door, faces = self._desk.evidence.value.id, self._errands.door, self._faces
        while case is not None and self._wanted and len(self._fetching) < AT_ONCE:
            sha256 = self._wanted.pop(0)
            if self._desk.exhibits.get(sha256) is None:
                self._fetching.add(sha256)
                success = partial(self._put_picture, case, sha256, faces)
                failure = partial(self._miss_picture, case, sha256, faces)
                work = partial(_picture, lambda: door.client, case, sha256, faces)
                title = self.tr("Fetching a picture")
                self._errands.run(f"picture {sha256}", title, work, success, failure, is_quiet=True)

    @property
    def _faces(self) -> str | None:
        """The grant under which pictures are fetched, if there is one."""
        grant = self._desk.faces.value
        return None if grant is None else grant.id

    def _put_picture(self, case: str, sha256: str, faces: str | None, picture: QImage | None) -> None:
        self._fetching.discard(sha256)
        if case == self._desk.evidence.value.id and faces != self._faces:
            self._wanted.insert(0, sha256)  # leave was given, or ended, while it was fetched
        elif case == self._desk.evidence.value.id:
            if picture is None:
                self._desk.exhibits.miss(sha256, "unreadable")
            else:
                self._desk.exhibits.put(sha256, picture)
        self._fetch_next()

    def _miss_picture(self, case: str, sha256: str, faces: str | None, problem: Problem | None) -> None:
        self._fetching.discard(sha256)
        is_here = case == self._desk.evidence.value.id
        if is_here and problem is not None and problem.severity == "warning":
            self._wanted.append(sha256)
            self._rest.start()
            return
        if is_here and faces != self._faces:
            self._wanted.insert(0, sha256)  # the leave under which it was asked for is over
        elif is_here and problem is not None:
            self._desk.exhibits.miss(sha256, problem.what)
        self._fetch_next()

    # ---- the case file

    def export(self, command: ExportCaseFile) -> None:
        store, door, write = self._desk.store.value, self._errands.door, self._write
        if store is None:
            return
        bundle, paper = Path(f"{command.path}.zip"), Path(f"{command.path}.pdf")
        zone, name, faces = store.time_zone, store.name, self._faces

        def work(cancellation: Cancellation) -> list[LackingClip]:
            client = door.client
            bundle.parent.mkdir(parents=True, exist_ok=True)
            client.case_file(command.case, bundle, faces=faces)
            lacking = lacking_clips(bundle)
            cancellation.check()
            case, evidence = client.case(command.case), client.case_evidence(command.case)
            pictures = {}
            for one in evidence.pictures:
                cancellation.check()
                picture = _picture(lambda: client, command.case, one.sha256, faces, cancellation)
                if picture is not None:
                    pictures[one.sha256] = picture
            with bundle.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            write(CasePapers(case, evidence, pictures, sha256, name, zone, tuple(lacking)), paper)
            return lacking

        def put(lacking: list[LackingClip]) -> None:
            what = self.tr("The case file was saved as {0}, and for people as {1}.").format(bundle, paper.name)
            words = "; ".join(dict.fromkeys(f"{one.camera_name}: {lacking_words(one)}" for one in lacking))
            lacks = self.tr("It lacks clips: {0}.").format(words) if words else ""
            self._desk.problems.say(Problem("case file", what, kept=lacks, severity="note"))

        title = self.tr("Saving the case file")
        self._errands.run("case file", title, work, put, is_exclusive=False, is_file=True)


def _picture(
    find: Callable[[], StoreClient], case: str, sha256: str, faces: str | None, _: Cancellation
) -> QImage | None:
    """Decoded in the worker; None where the bytes are no picture. Raises StoreError."""
    image = QImage.fromData(find().case_exhibit(case, sha256, faces=faces))
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)
