"""The evidence of the opened case, all of it at one moment."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.causes import lacking_words
from console.domain.commands.evidence import ExportCaseFile, FetchPictures, LoadEvidence
from console.domain.evidence_index import EvidenceIndex, Handled, Handling
from console.domain.listing import Opened
from console.domain.shelf_index import ShelfIndex
from console.screens.event_words import EventWords, error_words, kind_word
from console.screens.evidence_board import EvidenceBoard
from console.screens.evidence_head import EvidenceHead
from console.screens.evidence_view import (
    bar_moments,
    listed_events,
    plate_lanes,
    shelf_face,
    shots,
    stretches_of,
    trails,
)
from console.screens.floor_picture import plan
from console.state.book import Book
from console.state.cursor import CursorPlace
from console.state.desk import Desk
from console.state.exhibits import WANTED_PICTURES
from resources.theme import Theme
from store_client.contract.evidence import EvidencePicture, ExhibitKind, Lacking
from store_client.contract.product import Product
from store_client.contract.store import Store
from widgets.scroll_column import ScrollColumn
from widgets.state_view import StateView
from widgets.time_bar import TimeBar
from widgets.trace_lane import Stretch

_AROUND_US = 4_600_000
"""What the trace shows on either side of an event: a little more than is kept of it."""


class EvidencePanel(QWidget):
    """Follows ``Desk.evidence``, ``Desk.cursor`` and ``Desk.case_line``; asks for the evidence of ``Desk.case`` itself."""

    def __init__(self, theme: Theme, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._index: EvidenceIndex | None = None
        self._words: EventWords | None = None
        self._stretches: dict[str, tuple[Stretch, ...]] = {}
        self._event: Handled | None = None
        self._camera: object = None
        self._asked: str | None = None
        self._pages = QStackedWidget(self)
        self._nothing = StateView(theme, self._pages)
        self._nothing.acted.connect(self._ask_again)
        body = QWidget(self._pages)
        self._head = EvidenceHead(theme, body)
        self._bar = TimeBar(theme, body)
        self._board = EvidenceBoard(theme)
        self._board.setObjectName("page")
        self._rows = QVBoxLayout(body)
        self._rows.addWidget(self._head)
        self._rows.addWidget(self._bar)
        self._rows.addWidget(ScrollColumn(self._board), 1)  # the time stays in sight, whatever is scrolled to
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setAccessibleName(self.tr("Evidence"))
        self.set_theme(theme)
        self._connect()
        self._show_store(desk.store.value)
        self._show_case()
        self._show()

    def set_theme(self, theme: Theme) -> None:
        side = theme.space(2)
        self._rows.setContentsMargins(side, 0, side, side)
        self._rows.setSpacing(theme.space(1))

    def _connect(self) -> None:
        desk, board = self._desk, self._board
        self._head.stepped.connect(self._step)
        self._head.export_wanted.connect(self.export)
        self._bar.moved.connect(partial(desk.cursor.move_to, by="bar"))
        self._bar.moment_chosen.connect(self._go_to)
        board.trace.moved.connect(partial(desk.cursor.move_to, by="trace"))
        board.trace.span_changed.connect(self._bar.set_lens)
        board.floor.moved.connect(partial(desk.cursor.move_to, by="floor"))
        board.events.row_chosen.connect(self._go_to)
        board.pictures.camera_chosen.connect(self._choose_camera)
        desk.case.changed.connect(self._show_case)
        desk.evidence.changed.connect(self._show)
        desk.cursor.changed.connect(self._follow)
        desk.case_line.changed.connect(self._show_line)
        desk.exhibits.changed.connect(self._show_pictures)
        desk.cameras.changed.connect(self._show_plan)
        desk.store.changed.connect(self._show_store)

    # ---- what the screen's actions ask for

    def act(self, action: str) -> bool:
        """Carries out an action of the section, by its name. False if it is none of these, or there is no evidence."""
        acts: dict[str, Callable[[], None]] = {
            "cursor_back": partial(self._step, -1),
            "cursor_forward": partial(self._step, 1),
            "turn_evidence": self._board.turn_tab,
            "export_case": self.export,
        }
        if self._index is None or action not in acts:
            return False
        acts[action]()
        return True

    def export(self) -> None:
        """Writes the case file among the user's documents."""
        case = self._desk.case.value.value
        if case is not None:
            folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            path = Path(folder) / "Floorwalker" / f"case-{case.store}-{case.number}"
            self._desk.commands.emit(ExportCaseFile(case.id, str(path)))

    def shown(self) -> dict[str, int]:
        """What is on it now, as counts."""
        if self._index is None:
            return {}
        evidence = self._index.evidence
        fetched = sum(self._desk.exhibits.get(picture.sha256) is not None for picture in evidence.pictures)
        return {
            "evidence_events": len(self._index.events),
            "evidence_pictures": fetched,
            "evidence_traces": len(evidence.traces),
            "evidence_trails": len(self._index.tracks),
        }

    def _ask_again(self) -> None:
        self._asked = None
        self._show_case()

    # ---- the case and its evidence

    def _show_case(self, _: object = None) -> None:
        case = self._desk.case.value.value
        if case is None:
            self._asked = None
        elif self._asked != case.id and self._desk.may(LoadEvidence):
            self._asked = case.id
            self._desk.commands.emit(LoadEvidence(case.id))

    def _show(self, _: object = None) -> None:
        opened = self._desk.evidence.value
        if opened.value is None:
            self._index = None
            self._show_nothing(opened)
            return
        known, found = None if self._index is None else self._index.evidence, opened.value.evidence
        if known is not found and known != found:
            self._fill(opened.value, is_other=known is None or known.case != found.case)
        self._pages.setCurrentIndex(1)

    def _show_nothing(self, opened: Opened[EvidenceIndex]) -> None:
        self._pages.setCurrentIndex(0)
        if opened.problem is not None:
            self._nothing.show_state("failed", opened.problem.what, opened.problem.advice, self.tr("Try again"))
        elif not self._desk.may(LoadEvidence):
            self._nothing.show_state(
                "not_permitted", self.tr("Not for your role"), self.tr("Evidence is seen by who decides on cases.")
            )
        elif self._desk.connection.value.http.state == "lost":
            self._nothing.show_state(
                "offline", self.tr("The store does not answer"), self.tr("Its evidence is fetched when it is back.")
            )
        else:
            self._nothing.show_state("loading", self.tr("Fetching the evidence"))

    def _fill(self, index: EvidenceIndex, *, is_other: bool) -> None:
        self._index, evidence = index, index.evidence
        self._words = EventWords.of_evidence(index)
        self._stretches = stretches_of(index)
        self._event = None
        if is_other:
            self._camera = None
        self._bar.set_span(evidence.begins_at, evidence.ends_at)
        self._bar.set_kept([picture.at for picture in evidence.pictures], index.covered())
        self._board.floor.set_trails(trails(index, self._words))
        self._show_plan()
        self._head.show_lacking([self._lacking_words(one) for one in evidence.lacking])
        self._desk.cursor.set_span(evidence.begins_at, evidence.ends_at)
        self._desk.cursor.set_stops(index.stops())
        self._show_line(is_first=is_other)

    @staticmethod
    def _lacking_words(one: Lacking) -> str:
        words = lacking_words(one)
        return f"{kind_word(one.kind)}: {words}" if words else kind_word(one.kind)

    def _show_store(self, store: Store | None) -> None:
        if store is not None:
            self._head.set_time_zone(store.time_zone)
            self._bar.set_time_zone(store.time_zone)
            self._board.set_time_zone(store.time_zone)

    def _show_plan(self, _: object = None) -> None:
        if self._index is None or self._index.evidence.planogram is None:
            return
        planogram = self._index.evidence.planogram
        products: Book[str, Product] = Book()
        products.replace({product.gtin: product for product in self._index.evidence.products})
        self._board.floor.set_plan(plan(planogram, self._desk.cameras.value, ShelfIndex(planogram), products))

    # ---- what is looked at

    def _concerned(self) -> tuple[Handled, ...]:
        """What the chosen line was billed from; of all disputed lines while none is chosen."""
        case, index, number = self._desk.case.value.value, self._index, self._desk.case_line.value
        if case is None or index is None:
            return ()
        lines = [line for line in case.lines if line.line == number]
        lines = lines or [line for line in case.lines if line.claimed_quantity != line.billed_quantity]
        return tuple(event for line in lines for event in index.of_line(line))

    def _show_line(self, _: object = None, *, is_first: bool = True) -> None:
        index, words = self._index, self._words
        if index is None or words is None:
            return
        events = self._concerned()
        concerned = frozenset(event.id for event in events)
        self._bar.set_moments(bar_moments(index, concerned, words))
        self._board.events.set_events(listed_events(index, concerned, words))
        chief = index.chief(events) or index.handled_at(self._desk.cursor.at_us)
        if is_first and chief is not None:
            self._desk.cursor.move_to(chief.measured_at, "line")
        self._focus(index.handled_at(self._desk.cursor.at_us))
        self._follow(self._desk.cursor.place)

    def _focus(self, event: Handled | None) -> None:
        """Shows the plates of an event, the place, the shelf; and fetches its pictures before all others."""
        index, words = self._index, self._words
        if index is None or words is None:
            return
        self._event = event
        board = self._board
        lanes = plate_lanes(index, event, self._stretches, words)
        board.trace.set_lanes(lanes, self._missing("weights", self.tr("No weights were kept")))
        board.floor.set_plates(index.plates_of(event))
        if isinstance(event, Handling):
            board.floor.look_at(event.x, event.y)
        self._show_shelf(event, words)
        if event is not None:
            board.events.choose(event.id)
            self._show_span(event.measured_at)
        wanted = tuple(
            sha256
            for sha256 in index.wanted_pictures(None if event is None else event.id)[:WANTED_PICTURES]
            if self._desk.exhibits.get(sha256) is None and not self._desk.exhibits.why_missing(sha256)
        )
        if wanted:
            self._desk.commands.emit(FetchPictures(index.evidence.case, wanted))

    def _show_shelf(self, event: Handled | None, words: EventWords) -> None:
        store, planogram = self._desk.store.value, None if self._index is None else self._index.evidence.planogram
        zone = "UTC" if store is None else store.time_zone
        titles = (self.tr("Gondola {0}"), self.tr("planogram {0}, since {1}"))
        face = None if planogram is None else shelf_face(planogram, event, zone, words, titles)
        missing = (
            self.tr("No planogram was kept") if planogram is None else self.tr("Handed over: no shelf was touched")
        )
        self._board.shelf.set_face(face, self._missing("planogram", missing))

    def _missing(self, kind: ExhibitKind, words: str) -> str:
        """Why there is nothing of a kind: as the store says it, else ``words``."""
        event = None if self._event is None else self._event.id
        lacking = () if self._index is None else self._index.lacking(event, kind)
        return "; ".join(filter(None, map(lacking_words, lacking))) or words

    def _show_span(self, at_us: int) -> None:
        self._board.trace.set_span(at_us - _AROUND_US, at_us + _AROUND_US)
        self._bar.set_lens(self._board.trace.span())

    # ---- the cursor

    def _step(self, direction: int) -> None:
        self._desk.cursor.step(direction, "keys")

    def _go_to(self, key: object) -> None:
        event = None if self._index is None else self._index.event(key)
        if event is not None:
            self._desk.cursor.move_to(event.measured_at, "events")

    def _follow(self, place: CursorPlace) -> None:
        index = self._index
        if index is None:
            return
        event = index.handled_at(place.at_us)
        if event is not self._event:
            self._focus(event)
        start, end = self._board.trace.span()
        if not start <= place.at_us <= end:
            near = event is not None and abs(place.at_us - event.measured_at) <= _AROUND_US
            self._show_span(event.measured_at if event is not None and near else place.at_us)
        self._bar.set_cursor(place.at_us)
        self._board.trace.set_cursor(place.at_us)
        self._board.floor.set_cursor(place.at_us)
        self._show_pictures()

    def _show_pictures(self, _: object = None) -> None:
        """Of the event that is looked at, at the cursor; and with the picture shown, how far the clocks may be off."""
        index, at_us = self._index, self._desk.cursor.at_us
        if index is None:
            return
        pictures = index.pictures_at(at_us, None if self._event is None else self._event.id)
        large = self._large(pictures)
        missing = self.tr("The picture could not be fetched")
        nothing = self._missing("picture", self.tr("No picture was kept"))
        self._board.pictures.set_shots(
            shots(pictures, self._desk.exhibits, at_us, missing), None if large is None else large.camera, nothing
        )
        self._board.floor.set_camera(None if large is None else large.camera)
        error = index.clock_error(self._event, large)
        self._head.show_time(at_us, "" if error is None else error_words(error))

    def _large(self, pictures: tuple[EvidencePicture, ...]) -> EvidencePicture | None:
        """Of the camera that the user chose, as long as it saw the event; else of the one that saw it best."""
        chosen = (picture for picture in pictures if picture.camera == self._camera)
        return next(chosen, next(iter(pictures), None))

    def _choose_camera(self, camera: object) -> None:
        self._camera = camera
        self._show_pictures()
