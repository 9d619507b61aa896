"""Everything a desk asks of its store, as typed calls.

Every call answers structs of ``store_client.contract``, raises a StoreError (see ``store_client.errors``), takes
``timeout`` (seconds for the whole call) and may be made from any thread. ``key`` is an idempotency key: made with
``new_id()`` and saved before the call, so that the same key asks for the same thing however often it is sent.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from store_client.calls import FILE_S, parameters, word
from store_client.camera_calls import CameraCalls
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
from store_client.contract.refund import Debit, Refund, ResolutionRequest
from store_client.contract.sensor import PositionHistory, WeightHistory
from store_client.contract.session import LiveAccess, Session
from store_client.contract.store import Store
from store_client.contract.trip import Inside, Trip, TripDetail, TripState
from store_client.errors import BadAnswer, Refused, SignedOut
from store_client.export_calls import ExportCalls
from store_client.transport import Call

BYTES, ZIP = "application/octet-stream", "application/zip"
BLURRED = "blurred"


class StoreClient(CameraCalls, ExportCalls):
    """A desk's connection to one store. Raises ValueError for an address that is not safe to use."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every call under way, in any thread, with Closed. Does not sign out."""
        self._transport.close()

    @property
    def store_version(self) -> str:
        """Of the program that answers; "" until it has."""
        return self._transport.store_version

    def knock(self) -> None:
        """Whether a store answers at all, before anybody is signed in. Raises BadAnswer where something else does."""
        try:
            self._transport.send(Call("GET", "/v1/stores"))
        except SignedOut:
            return
        except Refused as error:
            raise BadAnswer(f"what answers there is no store ({error})", error.problem.status) from error

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
        return self._get(f"/v1/stores/{word(store)}", Store, timeout)

    def planogram(self, store: str, *, at: datetime | None = None, timeout: float | None = None) -> Planogram:
        """As it is now, or as it was at a moment."""
        return self._get(f"/v1/stores/{word(store)}/planogram", Planogram, timeout, at=at)

    def devices(self, store: str, *, timeout: float | None = None) -> list[Device]:
        return self._list(f"/v1/stores/{word(store)}/devices", Device, timeout)

    def cameras(self, store: str, *, timeout: float | None = None) -> list[Camera]:
        return self._list(f"/v1/stores/{word(store)}/cameras", Camera, timeout)

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
        return self._get(f"/v1/products/{word(gtin)}", Product, timeout)

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
        return self._get(f"/v1/trips/{word(trip)}", TripDetail, timeout)

    def inside(self, store: str, since: datetime, until: datetime, *, timeout: float | None = None) -> Inside:
        """Who was in the store in [since, until), at most an hour, and their carts as they were."""
        return self._get(f"/v1/stores/{word(store)}/inside", Inside, timeout, **{"from": since, "to": until})

    def cart(self, trip: str, *, timeout: float | None = None) -> Cart:
        return self._get(f"/v1/carts/{word(trip)}", Cart, timeout)

    def change_cart(self, trip: str, change: CartChangeRequest, key: str, *, timeout: float | None = None) -> Cart:
        """Adds or takes back units in a living cart. Raises Conflict once the shopper has left."""
        return self._do("POST", f"/v1/carts/{word(trip)}/changes", Cart, timeout, body=change, key=key)

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
        return self._get(f"/v1/receipts/{word(receipt)}", Receipt, timeout)

    def refund(self, refund: str, *, timeout: float | None = None) -> Refund:
        return self._get(f"/v1/refunds/{word(refund)}", Refund, timeout)

    def ask_refund(self, refund: str, key: str, *, timeout: float | None = None) -> Refund:
        """Lets the store ask the payment provider now what became of it."""
        return self._do("POST", f"/v1/refunds/{word(refund)}/ask", Refund, timeout, key=key)

    def resolve_refund(
        self, refund: str, request: ResolutionRequest, key: str, *, timeout: float | None = None
    ) -> Refund:
        """Says what a person learned of a refund in doubt. Raises StepUpNeeded without a fresh password, Conflict."""
        return self._do("POST", f"/v1/refunds/{word(refund)}/resolution", Refund, timeout, body=request, key=key)

    def resolve_doubt(
        self, doubt: str, request: ResolutionRequest, key: str, *, timeout: float | None = None
    ) -> Receipt:
        """The same of a payment or a debit, by the key that its receipt names."""
        return self._do("POST", f"/v1/doubts/{word(doubt)}/resolution", Receipt, timeout, body=request, key=key)

    def debit(self, debit: str, *, timeout: float | None = None) -> Debit:
        """An increase after the sale: what became of it."""
        return self._get(f"/v1/debits/{word(debit)}", Debit, timeout)

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
        return self._get(f"/v1/cases/{word(case)}/signals", Signals, timeout)

    def case(self, case: str, *, timeout: float | None = None) -> Case:
        return self._get(f"/v1/cases/{word(case)}", Case, timeout)

    def open_case(self, request: CaseRequest, key: str, *, timeout: float | None = None) -> Case:
        return self._do("POST", "/v1/cases", Case, timeout, body=request, key=key)

    def claim_case(self, case: str, version: int, key: str, *, timeout: float | None = None) -> Case:
        """Takes the case: the answer carries a lease. Raises LeaseLost while another holds it, Stale."""
        return self._do("POST", f"/v1/cases/{word(case)}/claim", Case, timeout, key=key, version=version)

    def renew_lease(self, case: str, token: int, *, timeout: float | None = None) -> Lease:
        """Raises LeaseLost."""
        return self._do("PUT", f"/v1/cases/{word(case)}/lease", Lease, timeout, body=LeaseRequest(token))

    def release_case(self, case: str, token: int, *, timeout: float | None = None) -> Case:
        """Gives the case back to the queue. Raises LeaseLost."""
        return self._do("DELETE", f"/v1/cases/{word(case)}/lease", Case, timeout, body=LeaseRequest(token))

    def preview_decision(self, case: str, request: PreviewRequest, *, timeout: float | None = None) -> Effect:
        """What a decision would do to money and stock; changes nothing."""
        return self._do("POST", f"/v1/cases/{word(case)}/preview", Effect, timeout, body=request)

    def decide_case(
        self, case: str, request: DecisionRequest, version: int, key: str, *, timeout: float | None = None
    ) -> Case:
        """Raises Stale, LeaseLost, or Refused with the problem ``not-covered``."""
        path = f"/v1/cases/{word(case)}/decision"
        return self._do("POST", path, Case, timeout, body=request, key=key, version=version)

    def approve_case(
        self, case: str, request: ApprovalRequest, version: int, key: str, *, timeout: float | None = None
    ) -> Case:
        """Decides on another's proposal. Raises StepUpNeeded without a fresh password, Stale, NotPermitted."""
        path = f"/v1/cases/{word(case)}/approval"
        return self._do("POST", path, Case, timeout, body=request, key=key, version=version)

    # ------------------------------------------------------------ evidence

    def case_evidence(self, case: str, *, timeout: float | None = None) -> Evidence:
        """Raises Unavailable while the last of it is still being gathered, a minute after the case was opened at most."""
        return self._get(f"/v1/cases/{word(case)}/evidence", Evidence, timeout)

    def case_exhibit(self, case: str, sha256: str, *, faces: str | None = None, timeout: float | None = None) -> bytes:
        """The bytes of one exhibit. Those of a picture show no faces without a grant: the hash is of the original.

        Raises BadAnswer for others than those of that hash, where they are said to be them."""
        path = f"/v1/cases/{word(case)}/evidence/{word(sha256)}"
        answer = self._send(Call("GET", path, parameters({"faces": faces}), accept=BYTES), timeout)
        is_original = faces is not None or answer.headers.get("x-faces") != BLURRED
        if is_original and hashlib.sha256(answer.body).hexdigest() != sha256:
            raise BadAnswer("an exhibit is not what its hash says")
        return answer.body

    def case_file(self, case: str, path: Path, *, faces: str | None = None, timeout: float = FILE_S) -> None:
        """Writes the signed case file to ``path``, whole or not at all. It holds the pictures as they were taken.

        Raises FacesNeeded without a grant where there are pictures, OSError where it cannot be written."""
        query = parameters({"faces": faces})
        self._save(Call("GET", f"/v1/cases/{word(case)}/file", query, accept=ZIP), path, timeout)

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
        return self._get(f"/v1/stores/{word(store)}/weights", WeightHistory, timeout, **query)

    def positions(
        self, store: str, since: datetime, until: datetime, *, timeout: float | None = None
    ) -> PositionHistory:
        query = {"from": since, "to": until}
        return self._get(f"/v1/stores/{word(store)}/positions", PositionHistory, timeout, **query)

    def alerts(self, store: str, *, timeout: float | None = None) -> list[Alert]:
        return self._list("/v1/alerts", Alert, timeout, store=store)

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
