"""Pictures that the user keeps."""

from pathlib import Path

from PySide6.QtCore import QObject

from console.domain.commands.watching import SaveSnapshot
from console.domain.problem import Problem
from console.work.errand import Errands
from console.work.operation import Cancellation


class Snapshots(QObject):
    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands

    def save(self, command: SaveSnapshot) -> None:
        picture = self._errands.desk.pictures.get(command.camera)
        if picture is None:
            return
        path, image = Path(command.path), picture.image

        def work(_: Cancellation) -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not image.save(str(path)):
                raise OSError(0, f"{path} cannot be written")

        def put(_: None) -> None:
            what = self.tr("The picture was saved as {0}.").format(path)
            self._errands.desk.problems.say(Problem("snapshot", what, severity="note"))

        self._errands.run("snapshot", self.tr("Saving the picture"), work, put, is_exclusive=False, is_file=True)
