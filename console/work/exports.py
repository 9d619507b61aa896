"""Exports of a span: asked for, written as they come, with leave to see faces where they show them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from console.causes import causes_words
from console.domain.commands.replay import ExportSpan
from console.domain.problem import Problem
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.client import StoreClient
from store_client.contract.export import ExportManifest
from store_client.contract.faces import FacesRequest
from store_client.contract.moment import from_micros
from store_client.errors import NoAnswer


class Exports(QObject):
    def __init__(self, errands: Errands, known_password: Callable[[], str], parent: QObject | None = None) -> None:
        """``known_password``: of who is signed in, "" where only they know it."""
        super().__init__(parent)
        self._errands = errands
        self._known_password = known_password

    def export(self, command: ExportSpan) -> None:
        door, store, path = self._errands.door, self._errands.store_id(), Path(command.path)
        given = self._errands.desk.faces.value
        grant = None if given is None else given.id
        password = command.password or self._known_password()
        topic = f"export to {path}"  # several may be under way: what becomes of each is told
        ended = self.tr("The store ended, or went away, before all of it had come.")

        def work(cancellation: Cancellation) -> ExportManifest:
            client = door.client
            faces = None if command.is_side_by_side else grant or _leave(client, store, command.reason, password)
            try:
                return client.export(
                    store,
                    command.cameras,
                    from_micros(command.from_us),
                    from_micros(command.to_us),
                    "side_by_side" if command.is_side_by_side else "clips",
                    path,
                    cancellation.tell,
                    faces=faces,
                )
            except NoAnswer as error:
                raise OSError(0, ended) from error

        def put(manifest: ExportManifest) -> None:
            what = self.tr("The export was saved in {0}, signed by the store.").format(path)
            lacking = (
                self.tr("It lacks: {0}.").format(causes_words(manifest.causes, "; ".join(manifest.lacking), "; "))
                if manifest.lacking
                else ""
            )
            self._errands.desk.problems.say(Problem(topic, what, kept=lacking, severity="note"))

        kept = self.tr("Nothing of it was kept in {0}.").format(path)
        title = self.tr("Exporting the span")
        self._errands.run(topic, title, work, put, kept=kept, is_exclusive=False, is_file=True)


def _leave(client: StoreClient, store: str, reason: str, password: str) -> str | None:
    """Raises StoreError."""
    return client.grant_faces(store, FacesRequest(reason, password)).id if reason else None
