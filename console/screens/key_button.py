"""The key under which the provider knows money, for whoever asks it in its portal."""

from PySide6.QtWidgets import QApplication, QPushButton, QWidget


class KeyButton(QPushButton):
    """Puts it on the clipboard, by keyboard too: who copies by hand gets one of its thirty-six letters wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self.clicked.connect(self._copy)

    def set_key(self, key: str) -> None:
        if key != self._key or not self.text():
            self._key = key
            self.setText(self.tr("Copy the key"))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._key)
        self.setText(self.tr("Key copied"))
