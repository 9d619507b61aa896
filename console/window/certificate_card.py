"""A certificate that nobody known has signed: a person looks at it before anything is sent to who shows it."""

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.commands.access import Connect, LeaveStore
from console.state.desk import Desk
from console.window.cards import WIDE_CARD_WIDTH, Card, words
from resources.theme import Theme
from store_client.certificate import Certificate, print_lines
from widgets.facts import Facts
from widgets.flow_layout import FlowLayout


class CertificateCard(Card):
    """Enter does not agree: that is another button than the one that has the focus."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(theme, WIDE_CARD_WIDTH, parent)
        self._desk = desk
        self._heading = words("headline")
        self._address = words("strong")
        self._sentence = words("muted")
        self._warning = words("danger")
        self._facts = Facts(theme)
        self._agree = QPushButton()
        self._back = QPushButton(self.tr("Do not connect"))
        buttons = FlowLayout()
        buttons.setSpacing(theme.space(2))
        buttons.addWidget(self._back)
        buttons.addWidget(self._agree)
        for part in (self._heading, self._address, self._sentence, self._warning, self._facts):
            self.column.addWidget(part)
        self.column.addLayout(buttons)
        self._agree.clicked.connect(self._connect)
        self._back.clicked.connect(self._leave)
        desk.arrival.changed.connect(self._follow)
        self._follow()

    def take_focus(self) -> None:
        self._back.setFocus()

    def _follow(self, _: object = None) -> None:
        arrival = self._desk.arrival.value
        shown = arrival.certificate
        if shown is None:
            return
        self._address.setText(arrival.url)
        if not arrival.agreed:
            self._ask_of_the_first()
        elif arrival.agreed == shown.sha256:
            self._ask_of_one_that_is_over()
        else:
            self._ask_of_another()
        self._warning.setText(self._why_not_now(shown))
        self._warning.setVisible(bool(self._warning.text()))
        self._facts.set_facts(self._rows(shown, arrival.agreed))
        self._agree.setProperty("role", "danger" if arrival.agreed else "primary")
        self._agree.style().polish(self._agree)

    def _ask_of_the_first(self) -> None:
        self._heading.setText(self.tr("Do you know this certificate?"))
        self._sentence.setText(
            self.tr(
                "No public authority has signed it, which is usual in a shop's own network. Compare the fingerprint "
                "with the one that whoever looks after the store gives you. If it is the same, the desk believes this "
                "certificate and no other from now on."
            )
        )
        self._agree.setText(self.tr("It is the same"))

    def _ask_of_another(self) -> None:
        self._heading.setText(self.tr("The store shows another certificate than before"))
        self._sentence.setText(
            self.tr(
                "Nothing was sent. Either it was renewed, or somebody stands between this desk and the store. Ask "
                "whoever looks after the store, and compare the fingerprint, before you go on."
            )
        )
        self._agree.setText(self.tr("Believe the new certificate"))

    def _ask_of_one_that_is_over(self) -> None:
        self._heading.setText(self.tr("The time of the store's certificate is over"))
        self._sentence.setText(
            self.tr(
                "It is the one that was agreed to on this desk. Nothing was sent. Ask whoever looks after the store to "
                "renew it; until then the desk asks before it goes there."
            )
        )
        self._agree.setText(self.tr("Go on with it"))

    def _rows(self, shown: Certificate, agreed: str) -> list[tuple[str, str]]:
        days = [_day(shown.begins), _day(shown.ends)]
        before = [(self.tr("Before"), "\n".join(print_lines(agreed)))] if agreed not in ("", shown.sha256) else []
        return [
            (self.tr("Holder"), shown.holder),
            (self.tr("Signed by"), self.tr("itself") if shown.issuer == shown.holder else shown.issuer),
            (self.tr("Speaks for"), ", ".join(shown.hosts) or self.tr("no address")),
            (self.tr("Valid"), self.tr("{0} to {1} (UTC)").format(*days)),
            (self.tr("Fingerprint (SHA-256)"), "\n".join(print_lines(shown.sha256))),
            *before,
        ]

    def _why_not_now(self, shown: Certificate) -> str:
        now = datetime.now(UTC)
        if shown.is_over(now):
            return self.tr("Its time is over: it should have been renewed.")
        return self.tr("Its time has not begun; or the clock of this machine is wrong.") if now < shown.begins else ""

    def _connect(self) -> None:
        arrival = self._desk.arrival.value
        if arrival.certificate is not None:
            self._desk.commands.emit(Connect(arrival.url, arrival.certificate.sha256))

    def _leave(self) -> None:
        self._desk.commands.emit(LeaveStore())


def _day(moment: datetime) -> str:
    day = QDate(moment.year, moment.month, moment.day)
    return QLocale().toString(day, QLocale.FormatType.LongFormat)
