"""Everything a desk asks of its store, as typed calls.

Every call answers structs of ``store_client.contract``, raises a StoreError (see ``store_client.errors``), takes
``timeout`` (seconds for the whole call) and may be made from any thread. ``key`` is an idempotency key: made with
``new_id()`` and saved before the call, so that the same key asks for the same thing however often it is sent.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import msgspec

from store_client.answers import decode
from store_client.clip import Clip, clip_of, pictures_of
from store_client.contract.audit import AuditEntry, AuditHead, AuditLinks
from store_client.contract.camera import Camera
from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.case import (
    ApprovalRequest,
    Case,
    CaseCounts,
    CaseRequest,
    CaseState,
    CaseSummary,
    Channel,
    DecisionRequest,
    Effect,
    Lease,
    LeaseRequest,
    PreviewRequest,
    Signals,
)
from store_client.contract.evidence import Evidence
from store_client.contract.live import Alert, Device
from store_client.contract.page import Page
from store_client.contract.planogram import Planogram
from store_client.contract.product import Product
from store_client.contract.receipt import Receipt, ReceiptSummary
from store_client.contract.recording import Recording
from store_client.contract.refund import Debit, Refund, ResolutionRequest
from store_client.contract.sensor import PositionHistory, WeightHistory
from store_client.contract.session import LiveAccess, Session
from store_client.contract.store import Store
from store_client.contract.trip import Trip, TripDetail, TripState
from store_client.errors import BadAnswer, SignedOut, StoreError
from store_client.pictures import Picture, Pictures, captured_at, live_url
from store_client.session import SessionKeeper
from store_client.transport import Answer, Call, Timeouts, Transport

T = TypeVar("T")
Method = Literal["GET", "POST", "PUT", "DELETE"]
BYTES, ZIP, MP4 = "application/octet-stream", "application/zip", "video/mp4"
JPEG, PARTS = "image/jpeg", "multipart/x-mixed-replace"
FILE_S = 120.0
"""A case file may be some tens of megabytes, a clip some hundreds."""


class StoreClient:
    """A desk's connection to one store. Raises ValueError for an address that is not safe to use."""

    def __init__(
        self,
        url: str,
        *,
        timeouts: Timeouts | None = None,
        authority: Path | None = None,
        on_session: Callable[[Session | None], None] | None = None,
    ) -> None:
        """``authority``: file of certificates to trust instead of the system's. ``on_session``: see SessionKeeper."""
        self._transport = Transport(url, timeouts=timeouts, authority=authority)
        self._authority = authority
        self.sessions = SessionKeeper(self._transport, on_change=on_session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every call under way, in any thread, with Closed. Does not sign out."""
        self._transport.close()

    # ------------------------------------------------------------ sessions

    @property
    def session(self) -> Session | None:
        return self.sessions.session

    def sign_in(self, user: str, password: str) -> Session:
        """Raises WrongPassword, Locked."""
        return self.sessions.sign_in(user, password)

    def resume(self, refresh_token: str) -> Session:
        """Goes on with a session kept from before. Raises SignedOut if it has ended."""
        return self.sessions.resume(refresh_token)

    def step_up(self, password: str) -> Session:
        """Raises WrongPassword."""
        return self.sessions.step_up(password)

    def sign_out(self) -> None:
        self.sessions.sign_out()

    def live_access(self) -> LiveAccess:
        """For ``LiveFeed(client.live_access, store)``. Raises NotPermitted for who may not see the floor."""
        return self.sessions.live_access()

    # ------------------------------------------------------------ stores and products

    def stores(self, *, timeout: float | None = None) -> list[Store]:
        return self._list("/v1/stores", Store, timeout)

    def store(self, store: str, *, timeout: float | None = None) -> Store:
        return self._get(f"/v1/stores/{_word(store)}", Store, timeout)

    def planogram(self, store: str, *, at: datetime | None = None, timeout: float | None = None) -> Planogram:
        """As it is now, or as it was at a moment."""
        return self._get(f"/v1/stores/{_word(store)}/planogram", Planogram, timeout, at=at)

    def devices(self, store: str, *, timeout: float | None = None) -> list[Device]:
        return self._list(f"/v1/stores/{_word(store)}/devices", Device, timeout)

    def cameras(self, store: str, *, timeout: float | None = None) -> list[Camera]:
        return self._list(f"/v1/stores/{_word(store)}/cameras", Camera, timeout)

    def products(
        self,
        q: str | None = None,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Page[Product]:
        return self._get("/v1/products", Page[Product], timeout, q=q, cursor=cursor, limit=limit)

    def product(self, gtin: str, *, timeout: float | None = None) -> Product:
        return self._get(f"/v1/products/{_word(gtin)}", Product, timeout)

    # ------------------------------------------------------------ trips and carts

    def trips(
        self,
        store: str,
        *,
        state: TripState | None = None,
        q: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Page[Trip]:
        return self._get("/v1/trips", Page[Trip], timeout, store=store, state=state, q=q, cursor=cursor, limit=limit)

    def trip(self, trip: str, *, timeout: float | None = None) -> TripDetail:
        return self._get(f"/v1/trips/{_word(trip)}", TripDetail, timeout)

    def cart(self, trip: str, *, timeout: float | None = None) -> Cart:
        return self._get(f"/v1/carts/{_word(trip)}", Cart, timeout)

    def change_cart(self, trip: str, change: CartChangeRequest, key: str, *, timeout: float | None = None) -> Cart:
        """Adds or takes back units in a living cart. Raises Conflict once the shopper has left."""
        return self._do("POST", f"/v1/carts/{_word(trip)}/changes", Cart, timeout, body=change, key=key)

    # ------------------------------------------------------------ receipts and refunds

    def receipts(
        self,
        store: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        q: str | None = None,
        min_minor: int | None = None,
        max_minor: int | None = None,
        last4: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Page[ReceiptSummary]:
        """Newest first. ``min_minor`` and ``max_minor``: bounds of the total, in minor units."""
        query = {"from": since, "to": until, "min": min_minor, "max": max_minor}
        return self._get(
            "/v1/receipts",
            Page[ReceiptSummary],
            timeout,
            store=store,
            q=q,
            last4=last4,
            cursor=cursor,
            limit=limit,
            **query,
        )

    def receipt(self, receipt: str, *, timeout: float | None = None) -> Receipt:
        return self._get(f"/v1/receipts/{_word(receipt)}", Receipt, timeout)

    def refund(self, refund: str, *, timeout: float | None = None) -> Refund:
        return self._get(f"/v1/refunds/{_word(refund)}", Refund, timeout)

    def ask_refund(self, refund: str, key: str, *, timeout: float | None = None) -> Refund:
        """Lets the store ask the payment provider now what became of it."""
        return self._do("POST", f"/v1/refunds/{_word(refund)}/ask", Refund, timeout, key=key)

    def resolve_refund(
        self, refund: str, request: ResolutionRequest, key: str, *, timeout: float | None = None
    ) -> Refund:
        """Says what a person learned of a refund in doubt. Raises StepUpNeeded without a fresh password, Conflict."""
        return self._do("POST", f"/v1/refunds/{_word(refund)}/resolution", Refund, timeout, body=request, key=key)

    def debit(self, debit: str, *, timeout: float | None = None) -> Debit:
        """An increase after the sale: what became of it."""
        return self._get(f"/v1/debits/{_word(debit)}", Debit, timeout)

    # ------------------------------------------------------------ cases

    def cases(
        self,
        store: str,
        *,
        state: CaseState | None = None,
        assignee: str | None = None,
        channel: Channel | None = None,
        late: bool | None = None,
        mine: bool | None = None,
        approvable: bool | None = None,
        due_before: datetime | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Page[CaseSummary]:
        """What is due first comes first. ``assignee``: a user's name or id; ``late``: undecided past its due time;
        ``mine``: held or proposed by who asks; ``approvable``: on whose proposal who asks may decide."""
        return self._get(
            "/v1/cases",
            Page[CaseSummary],
            timeout,
            store=store,
            state=state,
            assignee=assignee,
            channel=channel,
            late=late,
            mine=mine,
            approvable=approvable,
            due_before=due_before,
            cursor=cursor,
            limit=limit,
        )

    def case_counts(self, store: str, *, timeout: float | None = None) -> CaseCounts:
        return self._get("/v1/cases/counts", CaseCounts, timeout, store=store)

    def case_signals(self, case: str, *, timeout: float | None = None) -> Signals:
        """Earlier cases of the same payment and of the same plates."""
        return self._get(f"/v1/cases/{_word(case)}/signals", Signals, timeout)

    def case(self, case: str, *, timeout: float | None = None) -> Case:
        return self._get(f"/v1/cases/{_word(case)}", Case, timeout)

    def open_case(self, request: CaseRequest, key: str, *, timeout: float | None = None) -> Case:
        return self._do("POST", "/v1/cases", Case, timeout, body=request, key=key)

    def claim_case(self, case: str, version: int, key: str, *, timeout: float | None = None) -> Case:
        """Takes the case: the answer carries a lease. Raises LeaseLost while another holds it, Stale."""
        return self._do("POST", f"/v1/cases/{_word(case)}/claim", Case, timeout, key=key, version=version)

    def renew_lease(self, case: str, token: int, *, timeout: float | None = None) -> Lease:
        """Raises LeaseLost."""
        return self._do("PUT", f"/v1/cases/{_word(case)}/lease", Lease, timeout, body=LeaseRequest(token))

    def release_case(self, case: str, token: int, *, timeout: float | None = None) -> Case:
        """Gives the case back to the queue. Raises LeaseLost."""
        return self._do("DELETE", f"/v1/cases/{_word(case)}/lease", Case, timeout, body=LeaseRequest(token))

    def preview_decision(self, case: str, request: PreviewRequest, *, timeout: float | None = None) -> Effect:
        """What a decision would do to money and stock; changes nothing."""
        return self._do("POST", f"/v1/cases/{_word(case)}/preview", Effect, timeout, body=request)

    def decide_case(
        self, case: str, request: DecisionRequest, version: int, key: str, *, timeout: float | None = None
    ) -> Case:
        """Raises Stale, LeaseLost, or Refused with the problem ``not-covered``."""
        path = f"/v1/cases/{_word(case)}/decision"
        return self._do("POST", path, Case, timeout, body=request, key=key, version=version)

    def approve_case(
        self, case: str, request: ApprovalRequest, version: int, key: str, *, timeout: float | None = None
    ) -> Case:
        """Decides on another's proposal. Raises StepUpNeeded without a fresh password, Stale, NotPermitted."""
        path = f"/v1/cases/{_word(case)}/approval"
        return self._do("POST", path, Case, timeout, body=request, key=key, version=version)

    # ------------------------------------------------------------ evidence

    def case_evidence(self, case: str, *, timeout: float | None = None) -> Evidence:
        """Raises Unavailable while the last of it is still being gathered, a minute after the case was opened at most."""
        return self._get(f"/v1/cases/{_word(case)}/evidence", Evidence, timeout)

    def case_exhibit(self, case: str, sha256: str, *, timeout: float | None = None) -> bytes:
        """The bytes of one exhibit, such as a picture. Raises BadAnswer for others than those of that hash."""
        path = f"/v1/cases/{_word(case)}/evidence/{_word(sha256)}"
        data = self._send(Call("GET", path, accept=BYTES), timeout).body
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadAnswer("an exhibit is not what its hash says")
        return data

    def case_file(self, case: str, path: Path, *, timeout: float = FILE_S) -> None:
        """Writes the signed case file to ``path``, whole or not at all. Raises OSError where that cannot be written."""
        self._save(Call("GET", f"/v1/cases/{_word(case)}/file", accept=ZIP), path, timeout)

    # ------------------------------------------------------------ sensors, alerts

    def weights(
        self,
        store: str,
        plates: Sequence[str],
        since: datetime,
        until: datetime,
        *,
        points: int,
        timeout: float | None = None,
    ) -> WeightHistory:
        """Kept readings in at most ``points`` buckets, no extreme lost."""
        query = {"plates": ",".join(plates), "from": since, "to": until, "points": points}
        return self._get(f"/v1/stores/{_word(store)}/weights", WeightHistory, timeout, **query)

    def positions(
        self, store: str, since: datetime, until: datetime, *, timeout: float | None = None
    ) -> PositionHistory:
        query = {"from": since, "to": until}
        return self._get(f"/v1/stores/{_word(store)}/positions", PositionHistory, timeout, **query)

    def alerts(self, store: str, *, timeout: float | None = None) -> list[Alert]:
        return self._list("/v1/alerts", Alert, timeout, store=store)

    # ------------------------------------------------------------ cameras

    def picture(self, camera: str, *, width: int | None = None, timeout: float | None = None) -> Picture:
        """The picture as it is now. Raises Unavailable for a camera that is lost."""
        path = f"/v1/cameras/{_word(camera)}/picture"
        answer = self._send(Call("GET", path, _query({"width": width}), accept=JPEG), timeout)
        return Picture(answer.body, captured_at(answer.headers))

    def picture_at(
        self, camera: str, at: datetime, *, width: int | None = None, timeout: float | None = None
    ) -> Picture:
        """The recorded picture that was shown at a moment. Raises NotFound where nothing was recorded."""
        path = f"/v1/cameras/{_word(camera)}/picture"
        answer = self._send(Call("GET", path, _query({"at": at, "width": width}), accept=JPEG), timeout)
        return Picture(answer.body, captured_at(answer.headers))

    def recording(self, camera: str, since: datetime, until: datetime, *, timeout: float | None = None) -> Recording:
        """From when to when there are pictures, and where in [since, until)."""
        query = {"from": since, "to": until}
        return self._get(f"/v1/cameras/{_word(camera)}/recording", Recording, timeout, **query)

    def clip(self, camera: str, since: datetime, until: datetime, path: Path, *, timeout: float = FILE_S) -> Clip:
        """Writes the pictures taken in [since, until), at most an hour, to ``path`` as an MP4, whole or not at all.

        Raises NotFound where nothing was recorded, OSError where it cannot be written."""
        query = _query({"from": since, "to": until})
        call = Call("GET", f"/v1/cameras/{_word(camera)}/clip", query, accept=MP4)
        return clip_of(self._save(call, path, timeout).headers)

    def previews(
        self,
        camera: str,
        since: datetime,
        until: datetime,
        every_s: float,
        *,
        width: int | None = None,
        timeout: float | None = None,
    ) -> list[Picture]:
        """Small pictures over [since, until), ``every_s`` apart or more; none where nothing was recorded."""
        query = _query({"from": since, "to": until, "every": every_s, "width": width})
        answer = self._send(Call("GET", f"/v1/cameras/{_word(camera)}/previews", query, accept=PARTS), timeout)
        return pictures_of(answer.headers, answer.body)

    def pictures(self, camera: str, *, width: int | None = None) -> Pictures:
        """The camera's live stream, opened when it is first read; a process of its own can open ``live_url`` itself."""
        return Pictures(self.pictures_url(camera, width=width), self.sessions.bearer(), authority=self._authority)

    def pictures_url(self, camera: str, *, width: int | None = None) -> str:
        """The address of the camera's live stream."""
        return live_url(str(self._transport.address), camera, width)

    # ------------------------------------------------------------ the audit log

    def audit(
        self,
        *,
        by: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Page[AuditEntry]:
        """Newest first. ``by``, ``action`` and ``subject`` are compared as they are."""
        query = {"from": since, "to": until, "by": by, "action": action, "subject": subject}
        return self._get("/v1/audit", Page[AuditEntry], timeout, cursor=cursor, limit=limit, **query)

    def audit_head(self, count: int | None = None, *, timeout: float | None = None) -> AuditHead:
        """As it is now, or as it was after ``count`` entries. Raises NotFound if there are not so many."""
        return self._get("/v1/audit/head", AuditHead, timeout, count=count)

    def audit_links(self, after: int, *, timeout: float | None = None) -> AuditLinks:
        """See ``store_client.audit``, which follows them."""
        return self._get("/v1/audit/links", AuditLinks, timeout, after=after)

    # ------------------------------------------------------------ how

    def each(self, page: Callable[..., Page[T]], *args: Any, **named: Any) -> Iterator[T]:
        """Every item of a list, page after page: ``client.each(client.receipts, store, q="milk")``."""
        cursor = None
        while True:
            answer = page(*args, cursor=cursor, **named)
            yield from answer.items
            if answer.next is None:
                return
            cursor = answer.next

    def _list(self, path: str, kind: type[T], timeout: float | None, **query: object) -> list[T]:
        """A list that is short by nature, read to its end."""
        return list(self.each(self._page, path, kind, timeout, query))

    def _page(
        self, path: str, kind: type[T], timeout: float | None, query: Mapping[str, object], *, cursor: str | None
    ) -> Page[T]:
        return self._get(path, Page[kind], timeout, cursor=cursor, **query)  # type: ignore[valid-type]

    def _get(self, path: str, kind: type[T], timeout: float | None, **query: object) -> T:
        return decode(self._send(Call("GET", path, _query(query)), timeout).body, kind)

    def _do(
        self,
        method: Method,
        path: str,
        kind: type[T],
        timeout: float | None,
        *,
        body: msgspec.Struct | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> T:
        """A call that changes something, or (without ``key``) one that may be made twice as well as once."""
        headers = {}
        if key is not None:
            headers["Idempotency-Key"] = key
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        encoded = None if body is None else msgspec.json.encode(body)
        call = Call(method, path, body=encoded, headers=headers, is_repeatable=True)
        return decode(self._send(call, timeout).body, kind)

    def _save(self, call: Call, path: Path, timeout: float) -> Answer:
        """Into a file, whole or not at all."""
        part = path.with_name(path.name + ".part")
        try:
            answer = self._send(call, timeout, into=part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return answer

    def _send(self, call: Call, timeout: float | None, into: Path | None = None) -> Answer:
        token = self.sessions.bearer()
        try:
            return self._transport.send(call, bearer=token, timeout=timeout, into=into)
        except SignedOut as refused:
            try:
                return self._transport.send(call, bearer=self.sessions.renew(token), timeout=timeout, into=into)
            except StoreError as error:
                error.may_be_done = error.may_be_done or refused.may_be_done
                raise


def _word(text: str) -> str:
    """``text`` as one part of a path, whatever is in it."""
    return quote(text, safe="")


def _query(values: Mapping[str, object]) -> dict[str, str]:
    """Parameters as they travel: what is None is left out, moments are RFC 3339 UTC."""
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else str(value)
