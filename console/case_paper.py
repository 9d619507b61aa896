"""A case on paper, for people: facts, pictures, weights, decision and history, in the language of the desk.

Made in a worker: nothing in here is a widget. Stands above the screens for it uses their words.
"""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QLocale, QMarginsF, QSizeF, QUrl
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from console.causes import cause_words, lacking_words
from console.domain.evidence_index import EvidenceIndex, Handled
from console.screens.event_words import EventWords, kind_word
from console.screens.evidence_view import plate_lanes, stretches_of
from console.screens.words import (
    amount,
    case_state,
    channel_words,
    decision_reasons,
    history_detail,
    history_word,
    reason_word,
)
from console.work.evidence import CasePapers
from resources.fonts import font
from resources.theme import LIGHT
from store_client.contract.case import Case, Decision
from store_client.contract.cause import Cause
from store_client.contract.moment import Moment, to_micros
from store_client.contract.money import Money
from widgets.amount import format_amount
from widgets.moment import time_text
from widgets.percent import percent
from widgets.time_view import TimeView
from widgets.trace_sheet import TraceSheet, trace_picture

AROUND_US = 4_200_000
_TRACE = QSizeF(660, 190)
_PAGE = QSizeF(688, 1_017)
"""A4 less its margins, at 96 pixels to the inch."""
_PICTURE_WIDTH = 214
_MOST_EVENTS = 12
_STYLE = """
body { font-size: 9.5pt; color: #1a1d21; }
h1 { font-size: 17pt; margin-bottom: 2px; }
h2 { font-size: 12pt; margin-top: 14px; margin-bottom: 4px; }
h3 { font-size: 10pt; margin-top: 10px; margin-bottom: 2px; }
p { margin-top: 2px; margin-bottom: 4px; }
.muted { color: #535a62; }
.small { font-size: 8pt; color: #535a62; }
th { text-align: left; font-weight: 600; color: #535a62; }
"""


def tr(text: str) -> str:
    return QCoreApplication.translate("paper", text)


class CasePaper:
    """What ``papers`` say, as one PDF."""

    def __init__(self, papers: CasePapers) -> None:
        self._papers = papers
        self._case: Case = papers.case
        self._index = EvidenceIndex(papers.evidence)
        self._words = EventWords.of_evidence(self._index)
        self._stretches = stretches_of(self._index)
        self._document = QTextDocument()
        self._document.setDefaultFont(QFont(font(LIGHT)))
        self._document.setPageSize(_PAGE)  # laid out at once: what is laid out bit by bit needs an event loop
        self._document.setDefaultStyleSheet(_STYLE)
        self._pictures = 0

    def pdf(self) -> bytes:
        parts = (
            self._head(),
            self._lines(),
            self._decision(),
            self._evidence(),
            self._trip(),
            self._history(),
            self._lacking(),
            self._proof(),
        )
        self._document.setHtml("".join(parts))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(self._title())
        writer.setCreator("Floorwalker")
        writer.setResolution(200)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(14, 14, 14, 14), QPageLayout.Unit.Millimeter)
        self._document.print_(writer)
        return bytes(buffer.data().data())

    # ---- what it says

    def _title(self) -> str:
        return tr("Case {0}").format(self._case.number)

    def _head(self) -> str:
        case = self._case
        facts = [
            (tr("Store"), self._papers.store),
            (tr("Receipt"), str(case.receipt_number)),
            (tr("Visit"), str(case.visit)),
            (tr("State"), case_state(case.state).word),
            (tr("Opened"), self._at(case.opened_at)),
            (tr("Due"), self._at(case.due_at)),
            (tr("Channel"), channel_words()[case.channel]),
            (tr("Claimed worth"), _money(case.claimed_worth)),
        ]
        said = f"<p><i>“{_text(case.message)}”</i></p>" if case.message else ""
        return f"<h1>{escape(self._title())}</h1>{_facts(facts)}{said}"

    def _lines(self) -> str:
        heads = (tr("Product"), tr("Billed"), tr("Claimed"), tr("Decided"), tr("Each"), tr("Amount"), tr("Sure"))
        rows = [
            (
                line.name,
                str(line.billed_quantity),
                str(line.claimed_quantity),
                "–" if line.decided_quantity is None else str(line.decided_quantity),
                _money(line.unit_price),
                _money(line.gross),
                _share(line.confidence),
            )
            for line in self._case.lines
        ]
        added = [
            (self._words.product(gtin), "0", claimed, decided, "", "", "") for gtin, claimed, decided in self._added()
        ]
        return f"<h2>{escape(tr('Lines'))}</h2>{_table(heads, [*rows, *added])}"

    def _added(self) -> list[tuple[str, str, str]]:
        """(product, claimed, decided) of what was not billed."""
        decision = self._case.decision
        claimed = {line.gtin: line.quantity for line in self._case.added}
        decided = {} if decision is None else {line.gtin: line.quantity for line in decision.added}
        return [
            (gtin, str(claimed.get(gtin, 0)), "–" if decision is None else str(decided.get(gtin, 0)))
            for gtin in {**claimed, **decided}
        ]

    def _decision(self) -> str:
        case = self._case
        decision = case.decision or (None if case.proposal is None else case.proposal.decision)
        if decision is None:
            return f"<h2>{escape(tr('Decision'))}</h2><p class='muted'>{escape(tr('Nothing is decided yet.'))}</p>"
        return f"<h2>{escape(tr('Decision'))}</h2>{self._decided(decision)}"

    def _decided(self, decision: Decision) -> str:
        facts = [
            (tr("Decided by"), decision.decided_by),
            (tr("Decided at"), self._at(decision.decided_at)),
            (tr("Reason"), decision_reasons()[decision.reason]),
        ]
        if decision.goodwill.minor:
            facts.append((tr("Goodwill"), _money(decision.goodwill)))
        for approval in self._case.approvals:
            word = tr("Approved by") if approval.is_approved else tr("Refused by")
            note = cause_words(Cause("undecided")) if approval.by == "store" else approval.note
            facts.append((word, " · ".join(part for part in (approval.by, self._at(approval.at), note) if part)))
        names = {line.line: line.name for line in self._case.lines}
        for line in decision.lines:
            taken = tr("{0} taken").format(line.decided_quantity)
            if line.replacement_gtin is not None:
                taken += ", " + tr("instead: {0}").format(self._words.product(line.replacement_gtin))
            facts.append((names.get(line.line, str(line.line)), taken))
        for extra in decision.added:
            facts.append((self._words.product(extra.gtin), tr("{0} taken, not billed").format(extra.quantity)))
        said = f"<p><i>“{_text(decision.message)}”</i></p>" if decision.message else ""
        return _facts(facts) + said

    def _evidence(self) -> str:
        events = self._concerned()
        shown, more = events[:_MOST_EVENTS], max(0, len(events) - _MOST_EVENTS)
        words = QCoreApplication.translate(
            "paper", "%n further event(s) in the signed file beside this paper", None, more
        )
        rest = f"<p class='muted'>{escape(words)}</p>" if more else ""
        return f"<h2>{escape(tr('Evidence'))}</h2>" + "".join(self._event(event) for event in shown) + rest

    def _concerned(self) -> Sequence[Handled]:
        """What the disputed lines were billed from; of all lines where none is disputed."""
        lines = [line for line in self._case.lines if line.claimed_quantity != line.billed_quantity]
        found = {event.id: event for line in lines or self._case.lines for event in self._index.of_line(line)}
        return sorted(found.values(), key=lambda event: event.measured_at)

    def _event(self, event: Handled) -> str:
        at = time_text(event.measured_at, self._papers.zone, digits=3)
        reasons = ", ".join(reason_word(reason) for reason in event.reasons)
        title = f"{at} · {self._words.title(event)} · {_share(event.probability)}"
        parts = [f"<h3>{escape(title)}</h3>", f"<p class='small'>{escape(reasons)}</p>" if reasons else ""]
        parts += [self._pictures_of(event), self._trace(event), self._alternatives(event)]
        return "".join(parts)

    def _pictures_of(self, event: Handled) -> str:
        """Of the camera that saw it best, in the order of time."""
        best = next(iter(self._index.pictures_at(event.measured_at, event.id)), None)
        if best is None:
            return f"<p class='muted'>{escape(tr('No picture was kept'))}</p>"
        seen = [one for one in self._papers.evidence.pictures if one.event == event.id and one.camera == best.camera]
        cells, words = [], []
        for one in sorted(seen, key=lambda one: one.at)[:3]:
            picture = self._papers.pictures.get(one.sha256)
            cells.append("<td></td>" if picture is None else f"<td>{self._image(picture, _PICTURE_WIDTH)}</td>")
            at = time_text(one.at, self._papers.zone, digits=3)
            words.append(
                f"<td class='small'>{escape(one.camera_name)} {at} ± {round(one.clock_error_us / 1e3)} ms</td>"
            )
        return f"<table cellspacing='4'><tr>{''.join(cells)}</tr><tr>{''.join(words)}</tr></table>"

    def _trace(self, event: Handled) -> str:
        lanes = plate_lanes(self._index, event, self._stretches, self._words)
        if not lanes:
            return ""
        view = TimeView()
        view.show(event.measured_at - AROUND_US, event.measured_at + AROUND_US)
        size = QSizeF(_TRACE.width(), _TRACE.height() * max(1.0, len(lanes) * 0.7))
        return f"<p>{self._image(trace_picture(TraceSheet(lanes, view, size, self._papers.zone, LIGHT), 3.0), 640)}</p>"

    def _alternatives(self, event: Handled) -> str:
        if not hasattr(event, "alternatives"):
            return ""
        heads = (tr("It could have been"), tr("Whose"), tr("How likely"), tr("Why"))
        rows = [
            (
                f"{one.quantity} × {self._words.product(one.gtin)}" if one.gtin is not None else tr("nothing taken"),
                self._words.visit(one.trip) if one.gtin is not None else "",
                _share(one.probability),
                ", ".join(reason_word(reason) for reason in one.reasons),
            )
            for one in event.alternatives
        ]
        return _table(heads, rows) if rows else ""

    def _trip(self) -> str:
        rows = [
            (
                time_text(event.measured_at, self._papers.zone, digits=1),
                self._words.title(event),
                self._words.detail(event, self._papers.evidence.trip),
                _share(event.probability) if isinstance(event, Handled) else "",
            )
            for event in self._index.events
        ]
        return f"<h2>{escape(tr('The visit'))}</h2>" + _table((tr("At"), tr("What"), "", tr("Sure")), rows)

    def _history(self) -> str:
        rows = [
            (self._at(one.at), one.by, history_word(one.what), history_detail(one.what, one.detail, one.causes))
            for one in self._case.history
        ]
        return f"<h2>{escape(tr('History of the case'))}</h2>" + _table((tr("At"), tr("By"), tr("What"), ""), rows)

    def _lacking(self) -> str:
        rows = [(kind_word(one.kind), lacking_words(one)) for one in self._papers.evidence.lacking]
        rows += [(one.camera_name, lacking_words(one)) for one in self._papers.lacking_clips]
        if not rows:
            return ""
        return f"<h2>{escape(tr('What could not be kept'))}</h2>" + _table(("", ""), rows)

    def _proof(self) -> str:
        evidence = self._papers.evidence
        facts = [
            (tr("Evidence copied"), self._at(evidence.copied_at)),
            (tr("Model"), evidence.model),
            (tr("Hash of the evidence"), evidence.manifest),
            (tr("Hash of the signed file"), self._papers.bundle),
        ]
        how = tr("The signed file beside this paper is checked without the store: {0}")
        command = "python -m store_server case verify FILE"
        return f"<h2>{escape(tr('Proof'))}</h2>{_facts(facts)}<p class='small'>{escape(how.format(command))}</p>"

    # ---- how it says it

    def _at(self, moment: Moment) -> str:
        return time_text(to_micros(moment), self._papers.zone, has_date=True, has_offset=True)

    def _image(self, picture: QImage, width: int) -> str:
        name = f"picture-{self._pictures}"
        self._pictures += 1
        self._document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), picture)
        return f"<img src='{name}' width='{width}'/>"


def write_case_paper(papers: CasePapers, path: Path) -> None:
    """See console.work.evidence.Writer. Whole or not at all."""
    pdf = CasePaper(papers).pdf()
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(pdf)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _text(words: str) -> str:
    return escape(words).replace("\n", "<br/>")


def _money(money: Money) -> str:
    return format_amount(amount(money), QLocale())


def _share(probability: float) -> str:
    return "< 1 %" if 0 < probability < 0.01 else f"{percent(probability)} %"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td class='muted'>{escape(name)}&nbsp;&nbsp;</td><td>{_text(value)}</td></tr>" for name, value in facts
    )
    return f"<table cellspacing='2'>{rows}</table>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}&nbsp;&nbsp;</th>" for one in heads)
    head = f"<tr>{head}</tr>" if any(heads) else ""
    body = "".join("<tr>" + "".join(f"<td>{_text(cell)}&nbsp;&nbsp;</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table width='100%' cellspacing='0' cellpadding='2'>{head}{body}</table>"
