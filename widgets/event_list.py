"""What happened, one row each, in the order in which it happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.severity import Severity
from widgets.table import Column, Row, Table, TitleCell


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """``confidence``: 0 to 1, None where there is nothing to be sure of. ``is_concerned``: it belongs to what is being
    looked into; the others are drawn faint."""

    key: object
    at_us: int
    title: str
    detail: str = ""
    confidence: float | None = None
    is_concerned: bool = False
    severity: Severity | None = None


class EventList(Table):
    """``row_chosen`` gives an event's key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, (), parent)
        self._retranslate()

    def set_events(self, events: Sequence[ListedEvent]) -> None:
        has_concerned = any(event.is_concerned for event in events)
        self.set_rows([self._row(event, is_faded=has_concerned and not event.is_concerned) for event in events])

    @staticmethod
    def _row(event: ListedEvent, *, is_faded: bool) -> Row:
        title = TitleCell(event.title, event.detail, event.severity)
        return Row(event.key, (event.at_us, title, "" if event.confidence is None else event.confidence), is_faded)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("What happened"))
        self.set_empty_words(self.tr("Nothing happened"))
        self.set_columns(
            (
                Column(self.tr("At"), "time"),
                Column(self.tr("What"), "title", is_stretching=True),
                Column(self.tr("Sure"), "confidence", rank=1),
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)
