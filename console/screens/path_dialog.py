"""Asks where to write."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


class PathDialog(QFileDialog):
    """``fileSelected`` carries what was chosen. Of the desk's own: the system's may take seconds to come, and cannot be
    told from a window of another. It is gone once it is closed."""

    def __init__(self, title: str, begin: Path, parent: QWidget, *, is_folder: bool = False) -> None:
        """``begin``: the file, or with ``is_folder`` the folder, that is offered at first."""
        super().__init__(parent, title, str(begin if is_folder else begin.parent))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        if is_folder:
            self.setFileMode(QFileDialog.FileMode.Directory)
            self.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            self.setFileMode(QFileDialog.FileMode.AnyFile)
            self.selectFile(begin.name)
