"""One example of each struct of the contract."""

import struct
from datetime import UTC, datetime
from typing import Any

import msgspec

from store_client.contract import (
    audit,
    camera,
    cart,
    case,
    case_file,
    cause,
    device,
    evidence,
    export,
    faces,
    live,
    page,
    planogram,
    problem,
    product,
    receipt,
    recording,
    refund,
    sensor,
    session,
    store,
    trip,
)
from store_client.contract.moment import to_micros
from store_client.contract.money import Money

AT = datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)
US = to_micros(AT)
GTIN = "09521234543213"
OTHER_GTIN = "09520000000011"


def _id(number: int) -> str:
    return f"0198c0de-0000-7000-8000-{number:012x}"


def _eur(minor: int) -> Money:
    return Money(minor, "EUR")


_HEAD: dict[str, Any] = {"epoch": "0198c0de", "seq": 41, "measured_at": US, "sent_at": US + 1_500}
_EVENT: dict[str, Any] = {**_HEAD, "id": _id(1), "store": "s1"}
_HAND = live.Hand(1.5, 2.25, 1.1, 0.8)
_ALTERNATIVE = live.Alternative(gtin=GTIN, quantity=1, trip=_id(2), probability=0.75, reasons=["crossed_hands"])
_HANDLING: dict[str, Any] = {
    **_EVENT,
    "trip": _id(2),
    "gtin": GTIN,
    "quantity": 1,
    "plates": ["1.2.3"],
    "grams": -250.5,
    "probability": 0.75,
    "x": 1.5,
    "y": 2.25,
    "z": 1.1,
    "alternatives": [_ALTERNATIVE],
    "reasons": ["crossed_hands"],
}
_CART_LINE = cart.CartLine(
    gtin=GTIN,
    name="Oat milk",
    quantity=2,
    unit_price=_eur(199),
    amount=_eur(398),
    tax_rate=700,
    confidence=0.97,
    taken_at=US,
    plates=["1.2.3"],
    events=[_id(1)],
)
_CART = cart.Cart(trip=_id(2), store="s1", version=3, lines=[_CART_LINE], total=_eur(398), tax=_eur(26))
_GATE = planogram.Gate("g1", "Entrance", 0.0, 4.0, 1.2, 0.0)
_GONDOLA = planogram.Gondola(
    1, "Dairy", [planogram.Point(1, 1), planogram.Point(2, 1), planogram.Point(2, 2)], 1.5, 1.8
)
_PLATE = planogram.Plate("1.2.3", 1, 2, 3, 1.5, 1.25, 0.9, 0.1, 0.4)
_FACING = planogram.Facing("f1", GTIN, ["1.2.3"], 8)
_PLANOGRAM = planogram.Planogram(
    "s1", 4, AT, [planogram.Point(0, 0), planogram.Point(10, 8)], [_GATE], [_GONDOLA], [_PLATE], [_FACING]
)
_POSE = camera.Pose(1, 2, 3, 4, 5, 0, 1.5)
_CAMERA = camera.Camera("c1", "s1", "Aisle 1", "simulated", 1280, 720, [640, 1280], _POSE)
_PRODUCT = product.Product(GTIN, "Oat milk", _eur(199), 700, 1043.5, "Dairy")
_POLICIES = store.Policies(30, _eur(5000), 24, 4, 24, _eur(40_000), 48, 744, 48, 4096)
_STORE = store.Store("s1", "Corner", "Europe/Berlin", "EUR", "included", _POLICIES)
_CAUSE = cause.Cause("silent", {"seconds": 4.0})
_DEVICE = live.Device(
    id="c1",
    kind="camera",
    name="Aisle 1",
    state="late",
    last_seen=US,
    rate_hz=9.8,
    gaps=2,
    clock_offset_us=-350,
    clock_drift_ppm=-12.5,
    detail="sent nothing for 4 s",
    causes=[_CAUSE],
)
_ALERT = live.Alert(
    id=_id(9),
    store="s1",
    priority="high",
    kind="camera_lost",
    device="c1",
    title="Camera Aisle 1 is lost",
    consequence="Picks at gondolas 1 and 2 are less sure",
    action="Check its power",
    raised_at=US,
    cause=_CAUSE,
)
_CLAIMED = case.ClaimedLine(1, 0)
_ADDED = case.AddedLine(OTHER_GTIN, 1)
_DECIDED = case.DecidedLine(1, 1, OTHER_GTIN)
_LEASE = case.Lease(7, _id(20), AT)
_CASE_LINE = case.CaseLine(
    line=1,
    gtin=GTIN,
    name="Oat milk",
    billed_quantity=2,
    claimed_quantity=0,
    decided_quantity=1,
    unit_price=_eur(199),
    gross=_eur(398),
    confidence=0.6,
    events=[_id(1)],
)
_TAX = case.TaxChange(700, _eur(-186), _eur(-13))
_STOCK = case.StockChange(GTIN, 1)
_DECISION = case.Decision(
    decided_at=AT,
    decided_by="Ada",
    reason="not_taken",
    lines=[_DECIDED],
    added=[_ADDED],
    goodwill=_eur(0),
    message="Sorry",
    correction=_id(5),
    refund=_id(6),
    debit=_id(12),
    is_agreed=True,
)
_HISTORY = case.HistoryEntry(
    at=AT, by="Ada", what="refund failed", detail="declined by the bank", causes=[cause.Cause("declined")]
)
_CASE_HEAD: dict[str, Any] = {
    "id": _id(4),
    "store": "s1",
    "number": 12,
    "receipt": _id(3),
    "receipt_number": 1001,
    "visit": 77,
    "opened_at": AT,
    "due_at": AT,
    "channel": "shopper",
    "claimed_worth": _eur(398),
}
_LIMIT = case.LimitUse("receipt", _eur(6000), _eur(5000))
_PROPOSAL = case.Proposal(decision=_DECISION, amount=_eur(6000), limits=[_LIMIT], expires_at=AT)
_APPROVAL = case.Approval(at=AT, by="Ben", is_approved=False, note="Ask for the picture of the shelf")
_CASE = case.Case(
    **_CASE_HEAD,
    state="decided",
    version=4,
    message="I never took that",
    lines=[_CASE_LINE],
    added=[_ADDED],
    assignee=_id(20),
    lease=_LEASE,
    decision=_DECISION,
    history=[_HISTORY],
    language="de",
    proposal=_PROPOSAL,
    approvals=[_APPROVAL],
)
_RECEIPT_LINE = receipt.ReceiptLine(
    line=1,
    gtin=GTIN,
    name="Oat milk",
    quantity=2,
    unit_price=_eur(199),
    discount=_eur(0),
    tax_rate=700,
    net=_eur(372),
    tax=_eur(26),
    gross=_eur(398),
    confidence=0.6,
    plates=["1.2.3"],
    events=[_id(1)],
    taken_at=AT,
    reasons=["crossed_hands"],
)
_CORRECTION_LINE = receipt.CorrectionLine(
    line=1, gtin=GTIN, quantity=-1, tax_rate=700, net=_eur(-186), tax=_eur(-13), gross=_eur(-199)
)
_CORRECTION = receipt.Correction(
    id=_id(5),
    receipt=_id(3),
    case=_id(4),
    made_at=AT,
    made_by="Ada",
    reason="not_taken",
    lines=[_CORRECTION_LINE],
    goodwill=_eur(0),
    net=_eur(-186),
    tax=_eur(-13),
    gross=_eur(-199),
    refund=_id(6),
)
_STANDING = receipt.StandingLine(
    line=1, quantity=1, net=_eur(186), tax=_eur(13), gross=_eur(199), refundable_quantity=1, refundable=_eur(199)
)
_RECEIPT_HEAD: dict[str, Any] = {
    "id": _id(3),
    "store": "s1",
    "number": 1001,
    "visit": 77,
    "issued_at": AT,
    "total": _eur(398),
}
_SUMMARY = receipt.ReceiptSummary(
    **_RECEIPT_HEAD, stands=_eur(199), units=2, card="visa 4242", first_product="Oat milk", payment="captured"
)
_EARLIER = case.EarlierCase(
    id=_id(10),
    number=12,
    opened_at=AT,
    state="decided",
    summary="Oat milk 2 → 1",
    reason="not_taken",
    refunded=_eur(199),
    plates=["1.2.3"],
)
_STEP = refund.RefundStep(AT, "approved", "by Ben", [cause.Cause("done_by", {"who": "Ben"})])
_USER = session.User(_id(20), "Ada", "agent", ["floor", "cases", "faces"], _eur(5000))
_ACCESS = session.LiveAccess("nats://127.0.0.1:4222", "desk", "secret", ["s1"])
_TRIP = trip.Trip(_id(2), "s1", 77, "left", AT, "g1", AT, 2, _id(3), _eur(398), 2, True)
_PICKED = live.Picked(**_HANDLING)
_SERIES = sensor.PlateSeries("1.2.3", [US], [99.5], [None])
_SPAN = recording.RecordedSpan("cam1", US, US + 60_000_000)
_EXPORTED_CAMERA = export.ExportedCamera(id="cam1", name="Aisle", gaps=[_SPAN])
_EXPORTED_FILE = export.ExportedFile(
    name="aisle.mp4",
    kind="clip",
    sha256="ab" * 32,
    bytes=3_000_000,
    cameras=["cam1"],
    begins_at=US,
    ends_at=US + 60_000_000,
    items=900,
    clock_error_us=1_500,
)
_FIX = sensor.PositionFix(US, "t1", _id(2), 1.5, 2.25)
_TRACK = device.Track("t1", 1.5, 2.25, 0.9, (_HAND,))
_SOURCE = device.CameraSource("c1", "Aisle 1", {640: "http://127.0.0.1:8080/c1/640"})
_WRONG = problem.FieldError("lines[0].claimed_quantity", "more than was billed")

_HASH = "5e" * 32
_AUDIT_HEAD = audit.AuditHead(log=_id(9), count=7, hash=_HASH, key="c0" * 32, signature="0a" * 64)
_SHA = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_EXHIBIT = evidence.Exhibit(name=f"exhibits/pictures/{_SHA}.jpg", kind="picture", sha256=_SHA, bytes=40_135)
_SHOWN = evidence.EvidencePicture(
    sha256=_SHA,
    camera="c1",
    camera_name="Aisle 1",
    at=US + 126_000,
    clock_error_us=4_318,
    width=640,
    height=360,
    event=_id(1),
    score=0.75,
)
_TRACE = evidence.PlateTrace(plate="1.2.3", first_at=US, rate_hz=60.0, grams=[5718.868, None, 5406.556])
_FITTED = evidence.FittedStep(
    event=_id(1), plate="1.2.3", begin_at=US, end_at=US + 400_000, before=5718.868, after=5406.556
)
_CLOCK = evidence.SourceClock(device="gondola-1", kind="gondola", offset_us=-41_859, error_us=10_535)
_LACKING = evidence.Lacking(
    kind="positions",
    event=_id(1),
    detail="4.1 of 20 s without anybody's position",
    cause=cause.Cause("nobody_tracked", {"seconds": 4.1, "of": 20.0}),
)
_CLIP = case_file.CaseClip(
    name="clips/001-cam1.mp4",
    camera="cam1",
    camera_name="Aisle 1",
    first_at=US,
    last_at=US + 9_900_000,
    clock_error_us=4_000,
    frames=100,
    sha256=_SHA,
    bytes=812_345,
)
_LACKING_CLIP = case_file.LackingClip(
    camera="cam2",
    camera_name="Aisle 2",
    begins_at=US,
    ends_at=US + 10_000_000,
    detail="nothing was recorded then, or it is gone",
    cause=cause.Cause("not_recorded"),
)

_DOUBT = receipt.Doubt(kind="debit", key=_id(12), amount=_eur(249), case=_id(4))
_BILLED = receipt.Receipt(
    **_RECEIPT_HEAD,
    trip=_id(2),
    left_at=AT,
    lines=[_RECEIPT_LINE],
    net=_eur(372),
    tax=_eur(26),
    card="visa 4242",
    hash="ab" * 32,
    is_doubtful=True,
    corrections=[_CORRECTION],
    standing=[_STANDING],
    stands=_eur(199),
    refundable=_eur(199),
    payment="captured",
    cases=[_id(4)],
    doubts=[_DOUBT],
)

_REFUND = refund.Refund(
    id=_id(6),
    store="s1",
    receipt=_id(3),
    case=_id(4),
    correction=_id(5),
    amount=_eur(199),
    state="submitting",
    attempts=1,
    steps=[_STEP],
    proposed_by="ada",
    approved_by="ben",
    advice="Ask the provider",
    key=_id(11),
    is_forgotten=True,
)

_DEBIT = refund.Debit(
    id=_id(12),
    receipt=_id(3),
    case=_id(4),
    correction=_id(5),
    made_at=AT,
    amount=_eur(249),
    state="pending",
    is_agreed=True,
)

HTTP: list[msgspec.Struct] = [
    _eur(-1299),
    page.Page([_SUMMARY], "cursor"),
    problem.Problem(
        "More than what can be refunded",
        422,
        f"{problem.PREFIX}not-covered",
        "12.99",
        "/v1/x",
        [_WRONG],
        cause.Cause("line_returned", {"line": 1.0, "left": 2.0}),
    ),
    _WRONG,
    session.SignInRequest("ada", "secret"),
    session.RefreshRequest("refresh"),
    session.StepUpRequest("secret"),
    faces.FacesRequest("a child is looked for", "secret", _id(4)),
    faces.FacesGrant(_id(13), "ada", AT),
    session.Session("token", AT, "refresh", _USER, _ACCESS, AT),
    _USER,
    _ACCESS,
    _STORE,
    _STORE.policies,
    _PLANOGRAM,
    _PLANOGRAM.outline[1],
    _GATE,
    _GONDOLA,
    _PLATE,
    _FACING,
    _CAMERA,
    _POSE,
    _PRODUCT,
    _TRIP,
    trip.PathPoint(AT, 1.5, 2.25),
    trip.TripDetail(_TRIP, [_PICKED], [trip.PathPoint(AT, 1.5, 2.25)]),
    trip.CartThen(US, _CART),
    trip.Stay(_TRIP, [trip.CartThen(US, _CART)]),
    trip.Inside("s1", US, US + 60_000_000, [trip.Stay(_TRIP, [trip.CartThen(US, _CART)])]),
    cart.CartChangeRequest(GTIN, -1, "put back unseen"),
    _RECEIPT_LINE,
    _CORRECTION_LINE,
    _CORRECTION,
    _STANDING,
    _SUMMARY,
    _BILLED,
    _CLAIMED,
    _ADDED,
    _DECIDED,
    case.CaseRequest(_id(3), [_CLAIMED], [_ADDED], "I never took that", "shopper", "de"),
    _LEASE,
    case.LeaseRequest(7),
    case.PreviewRequest([_DECIDED], [_ADDED], 100, True),
    _TAX,
    _STOCK,
    case.Effect(_eur(-186), [_TAX], _eur(-199), _eur(199), [_STOCK], False, _eur(50), _eur(20), [_LIMIT]),
    _LIMIT,
    _PROPOSAL,
    _APPROVAL,
    case.ApprovalRequest(False, "Ask for the picture of the shelf"),
    case.ShopperCaseRequest(_id(3), "code-1", [_CLAIMED], [_ADDED], "I never took that", "de"),
    case.ShopperCase(
        id=_id(4), number=13, receipt=_id(3), state="decided", opened_at=AT, due_at=AT, answer="We are sorry"
    ),
    case.CaseCounts(open=5, claimed=2, awaiting_approval=1, decided=40, closed=0, late=3, mine=1, approvable=1),
    _EARLIER,
    case.Signals([_EARLIER], []),
    case.DecisionRequest(lease=7, reason="not_taken", lines=[_DECIDED], added=[_ADDED], goodwill=100, message="Sorry"),
    _DECISION,
    _HISTORY,
    _CASE_LINE,
    _CASE,
    case.CaseSummary(
        **_CASE_HEAD, state="claimed", assignee=_id(20), summary="2 × Oat milk", proposed_by="ada", version=4
    ),
    _STEP,
    _REFUND,
    refund.ResolutionRequest("settled", "ref-4711", "seen in the provider's portal"),
    _DEBIT,
    _DOUBT,
    _SERIES,
    sensor.WeightHistory("s1", 500_000, US, [_SERIES]),
    _FIX,
    sensor.PositionHistory("s1", None, [_FIX]),
    _SPAN,
    recording.Recording("cam1", US - 1, US + 60_000_001, [_SPAN]),
    _SOURCE,
    device.Site(_STORE, _PLANOGRAM, [_PRODUCT], [_CAMERA], [_SOURCE]),
    audit.AuditEntry(
        position=7,
        at=AT,
        by="ada",
        action="decided",
        subject=f"case:{_id(4)}",
        detail='{"detail":"not_taken"}',
        hash=_HASH,
    ),
    _AUDIT_HEAD,
    audit.AuditLinks(after=6, contents=[_HASH]),
    _EXHIBIT,
    _SHOWN,
    _TRACE,
    _FITTED,
    _CLOCK,
    _LACKING,
    case_file.CaseRecord(case=_CASE, receipt=_BILLED, refunds=[_REFUND], debits=[_DEBIT]),
    case_file.FileManifest(
        case=_id(4),
        number=12,
        store="s1",
        made_at=AT,
        made_by="ada",
        model="floorwalker-fusion-1",
        evidence=_SHA,
        exhibits=[_EXHIBIT],
        record=_SHA,
        clips=[_CLIP],
        lacking_clips=[_LACKING_CLIP],
    ),
    _CLIP,
    _LACKING_CLIP,
    case_file.FileSignature(_SHA, 2 * _SHA),
    _EXPORTED_CAMERA,
    _EXPORTED_FILE,
    export.ExportManifest(
        store="s1",
        name="Corner shop",
        time_zone="Europe/Berlin",
        begins_at=US,
        ends_at=US + 60_000_000,
        kind="clips",
        faces="clear",
        made_at=AT,
        made_by="ada",
        software="0.1.0",
        cameras=[_EXPORTED_CAMERA],
        clocks=[_CLOCK],
        files=[_EXPORTED_FILE],
        lacking=["positions of this span are not kept"],
        causes=[cause.Cause("positions_not_kept")],
    ),
    evidence.Evidence(
        case=_id(4),
        trip=_id(2),
        copied_at=AT,
        begins_at=US - 10_000_000,
        ends_at=US + 10_000_000,
        events=[_PICKED],
        pictures=[_SHOWN],
        traces=[_TRACE],
        steps=[_FITTED],
        fixes=[_FIX],
        visits={_id(2): 77},
        planogram=_PLANOGRAM,
        products=[_PRODUCT],
        clocks=[_CLOCK],
        model="floorwalker-fusion-1",
        lacking=[_LACKING],
        exhibits=[_EXHIBIT],
        manifest=_SHA,
    ),
    audit.SeenHeads("https://store.example", [_AUDIT_HEAD]),
]
LIVE: list[msgspec.Struct] = [
    live.Message(**_HEAD),
    live.Weights(
        **_HEAD,
        gondola=1,
        first_at=US,
        rate_hz=60.0,
        shape=(2, 1, 3),
        grams=struct.pack("<6f", 0.0, 99.5, float("nan"), -1.25, 1e6, 0.241),
    ),
    _HAND,
    live.Position("t1", _id(2), 1.5, 2.25, 0.9, (_HAND,)),
    live.Positions(**_HEAD, people=[live.Position("t1", _id(2), 1.5, 2.25, 0.9, (_HAND,))]),
    _ALTERNATIVE,
    live.Entered(**_EVENT, trip=_id(2), visit=77, gate="g1", people=2),
    live.Left(**_EVENT, trip=_id(2), gate="g1"),
    _PICKED,
    live.PutBack(**_HANDLING, of=_id(8)),
    live.HandedOver(
        **_EVENT, giver=_id(2), taker=_id(7), gtin=GTIN, quantity=1, probability=0.6, reasons=["handed_over"]
    ),
    _CART_LINE,
    _CART,
    live.CartChanged(**_EVENT, cart=_CART),
    live.ReceiptIssued(**_EVENT, trip=_id(2), receipt=_id(3), total=_eur(398), is_doubtful=False),
    live.CaseOpened(**_EVENT, case=_id(4), receipt=_id(3)),
    live.ReviewWanted(**_EVENT, trip=_id(2), event=_id(8), reasons=["no_vision"]),
    live.GateMoved(**_EVENT, gate="g1", state="opened", trip=_id(2)),
    live.DoorMoved(**_EVENT, door="d1", state="slammed"),
    live.Scan(**_HEAD, store="s1", device="cart-3", kind="smart_cart", gtin=GTIN, quantity=1),
    _DEVICE,
    _CAUSE,
    live.Health(**_HEAD, store="s1", devices=[_DEVICE]),
    _ALERT,
    live.AlertMessage(**_HEAD, change="raised", alert=_ALERT),
    _TRACK,
    device.Tracks(**_HEAD, tracks=[_TRACK]),
    device.GateScan(
        **_HEAD, gate="g1", direction="entered", code="code-1", people=2, payment_token="tok", card="visa 4242"
    ),
]
EXAMPLES: dict[str, msgspec.Struct] = {type(example).__name__: example for example in [*HTTP, *LIVE]}
TYPES: dict[str, Any] = {name: type(example) for name, example in EXAMPLES.items()} | {
    "Page": page.Page[receipt.ReceiptSummary]
}
"""As what the bytes of an example are read."""
ON_NATS = frozenset(type(example).__name__ for example in LIVE)
