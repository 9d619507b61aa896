"""Leave to see faces: asked for with a reason and the own password, and over when the store says."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from console.domain.commands.watching import HideFaces, ShowFaces
from console.domain.session import SignedIn
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.contract.faces import FacesGrant, FacesRequest
from store_client.contract.moment import to_micros
from store_client.contract.session import User

LOOK_MS = 1_000


class Faces(QObject):
    def __init__(self, errands: Errands, known_password: Callable[[], str], parent: QObject | None = None) -> None:
        """``known_password``: of who is signed in, "" where only they know it."""
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._known_password = known_password
        self._asker: User | None = None
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self._look)
        self._desk.session.changed.connect(self._follow_session)

    def show(self, command: ShowFaces) -> None:
        door, store = self._errands.door, self._errands.store_id()
        self._asker = self._desk.session.value.user
        request = FacesRequest(command.reason, command.password or self._known_password(), command.case)

        def work(_: Cancellation) -> FacesGrant:
            return door.client.grant_faces(store, request)

        self._errands.run("faces", self.tr("Asking to see faces"), work, self._take)

    def hide(self, _: HideFaces | None = None) -> None:
        self._watch.stop()
        self._desk.faces.set(None)

    def _take(self, grant: FacesGrant) -> None:
        session = self._desk.session.value
        if session.user is not None and session.user == self._asker and not session.is_locked:
            self._desk.faces.set(grant)
            self._watch.start()

    def _look(self) -> None:
        grant = self._desk.faces.value
        if grant is None or self._desk.clock.now_us() >= to_micros(grant.expires_at):
            self.hide()

    def _follow_session(self, session: SignedIn) -> None:
        """A grant is its user's alone, and nobody's while the desk is locked."""
        if self._desk.faces.value is not None and (session.user != self._asker or session.is_locked):
            self.hide()
