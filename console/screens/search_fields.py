"""What all searches ask with: a field to type in, and a choice of how long ago."""

from datetime import datetime, timedelta
from typing import Literal

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from store_client.contract.moment import to_micros
from widgets.choice_box import ChoiceBox
from widgets.moment import local

Ago = Literal["any", "hour", "today", "week"]
HOUR_US = 3_600_000_000
SETTLE_MS = 250
"""Typing has come to rest after so long."""


class SearchField(QLineEdit):
    """``name``: what a screen reader calls it."""

    def __init__(self, placeholder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(60)


class AgoChoice(ChoiceBox):
    """How far back to look, reckoned in the store's own day."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choices: tuple[tuple[Ago, str], ...] = (
            ("any", self.tr("Any time")),
            ("hour", self.tr("Last hour")),
            ("today", self.tr("Today")),
            ("week", self.tr("Last 7 days")),
        )
        for ago, title in choices:
            self.addItem(title, ago)

    def since(self, now_us: int, zone: str) -> int | None:
        """µs UTC. None for any time."""
        ago: Ago = self.currentData()
        if ago == "any":
            return None
        if ago == "hour":
            return now_us - HOUR_US  # by the clock on the wall it may be two hours, or none
        now = local(now_us, zone)
        starts: dict[Ago, datetime] = {
            "today": now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0),
            "week": now - timedelta(days=7),
        }
        return to_micros(starts[ago])
