"""Everything that happened to a case, and who did it."""

from PySide6.QtWidgets import QWidget

from console.screens.words import history_detail, history_word
from resources.theme import Theme
from store_client.contract.case import Case
from store_client.contract.moment import to_micros
from widgets.table import Column, Row, Table, TitleCell


class CaseHistory(Table):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, (), parent)
        self.set_columns(
            (
                Column(self.tr("At"), "date_time"),
                Column(self.tr("By"), "muted", rank=1),
                Column(self.tr("What"), "title", is_stretching=True),
            )
        )
        self.setAccessibleName(self.tr("History of the case"))

    def show_case(self, case: Case) -> None:
        self.set_rows(
            [
                Row(
                    place,
                    (
                        to_micros(one.at),
                        one.by,
                        TitleCell(history_word(one.what), history_detail(one.what, one.detail, one.causes)),
                    ),
                )
                for place, one in enumerate(case.history)
            ]
        )
