"""The composition root: builds each part of the store once, connects them, and stops them in reverse order."""

import asyncio
import json
import logging
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from types import FrameType
from typing import TypeVar

from store_client.contract.device import Site
from store_client.contract.ids import new_id
from store_client.contract.live import KINDS, Device, Event, Positions, stream, subject, subjects
from store_client.contract.session import LiveAccess, User
from store_server.broker import Access
from store_server.bus import Bus, NotKept, Stream, bounded
from store_server.cart.checkout import GRACE_US, Checkout
from store_server.clock import Steadiness, wall_us
from store_server.desk.apps import DEMO_APP, Apps, ensure_apps, ensure_demo_app
from store_server.desk.audit import Audit
from store_server.desk.carts import Carts
from store_server.desk.case_file import CaseFiles
from store_server.desk.case_holds import CaseHolds
from store_server.desk.cases import Cases
from store_server.desk.copying import EvidenceWorker
from store_server.desk.doubts import Doubts
from store_server.desk.evidence import CaseEvidence
from store_server.desk.faces import FaceGrants
from store_server.desk.late_evidence import LateEvidence
from store_server.desk.looks import Looks
from store_server.desk.once import Memory
from store_server.desk.products import Products
from store_server.desk.receipts import Receipts
from store_server.desk.refunds import Refunds
from store_server.desk.sandbox import SandboxProvider
from store_server.desk.sessions import Sessions
from store_server.desk.settlement import Settlement
from store_server.desk.shopper import ShopperCases
from store_server.desk.stores import Stores
from store_server.desk.trips import Trips
from store_server.desk.users import FIRST_FILE, Users, ensure_demo_users, ensure_users
from store_server.fusion.fusion import Fusion
from store_server.http.app import build_http
from store_server.http.services import Services
from store_server.http.serving import CannotServe, Serving, serve
from store_server.launched import Launched
from store_server.options import Unusable
from store_server.refusal import Refusal
from store_server.sensing.aligner import Aligner
from store_server.sensing.bookkeeper import Bookkeeper
from store_server.sensing.camera_ring import CameraRing
from store_server.sensing.cameras import Cameras
from store_server.sensing.export.films import Films
from store_server.sensing.export.making import Exports
from store_server.sensing.health import Health
from store_server.sensing.history import History
from store_server.sensing.intake import Intake
from store_server.sensing.levels import MINUTES, SECONDS
from store_server.sensing.recording.video import Video
from store_server.sensing.shown import ShownCameras
from store_server.sensing.sightings import Sightings
from store_server.sensing.veil import Veil
from store_server.sensing.visits import Visits
from store_server.sensing.watch import Watch
from store_server.sensing.whereabouts import Whereabouts
from store_server.sensing.witness import Witness
from store_server.signing import kept_signer
from store_server.stepper import Stepper
from store_server.storage.audit import STORE
from store_server.storage.database import Database, DatabaseUnusable, sqlite_url
from store_server.tidying import tidy_seldom

log = logging.getLogger(__name__)

T = TypeVar("T")

SWITCH_S = 0.000_5
"""Whoever asks waits for the interpreter a dozen times until it is answered, each time for as long as a thread that covers
pictures or fuses may have it. With Python's own 5 ms, the weights of another moment took 347 ms (p99), with this 219
(``tests.benchmarks.jump``)."""
SETTLE_S = 0.5
HOLDS_S = 2.0
MIB = 1 << 20
MOST_BYTES = {"weights": 2048, "positions": 1024, "events": 256, "scans": 64, "health": 128, "alerts": 16}
"""MiB kept of each kind; hours come from the store's policies."""


def run(launched: Launched) -> int:
    """Serves until SIGTERM or Ctrl-C. Returns the exit code; raises Unusable if it cannot begin."""
    sys.setswitchinterval(SWITCH_S)
    return asyncio.run(_run(launched))


async def _run(launched: Launched) -> int:
    stop = asyncio.Event()
    _on_signals(stop)
    async with AsyncExitStack() as stack:
        bus = Bus()
        stack.push_async_callback(bus.close)
        opened, connected, described = await asyncio.gather(
            asyncio.to_thread(_open_database, launched),
            _connect(bus, launched.server),
            _site(launched),
            return_exceptions=True,  # all three are waited for, so that none is left half done
        )
        database = _done(opened)
        stack.callback(database.close)
        _done(connected)
        site = _done(described)
        await _keep(bus, launched, site)
        try:
            line = await _start(stack, launched, database, bus, site)
        except Refusal as refusal:  # the disk is full
            raise Unusable(f"--data: {refusal.detail}") from refusal
        except (OSError, sqlite3.Error) as error:
            raise Unusable(f"--data: {error}") from error
        if launched.process is not None:
            launched.process.go()
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await stop.wait()
        log.info("stopping")
    return 0


async def _start(
    stack: AsyncExitStack, launched: Launched, database: Database, bus: Bus, site: Site
) -> dict[str, object]:
    """Builds and starts all parts; returns the line that says so."""
    clock, store = launched.clock, launched.store
    announce = _announce(bus, launched)
    signer = await asyncio.to_thread(kept_signer, launched.folder.path)
    audit = Audit(database, signer, clock.now_us)
    await asyncio.to_thread(audit.record_alone, STORE, "started", f"store:{store}")
    stores = Stores(database, clock.now_us)
    users = Users(database, site.store.currency, wall_us)
    await asyncio.to_thread(stores.install, site)
    apps = Apps(database, wall_us)
    passwords = await asyncio.to_thread(_users, launched, users, apps)

    provider = SandboxProvider(launched.folder.path / "provider.sqlite", clock.now_us)
    stack.callback(provider.close)
    settlement = Stepper("settlement", Settlement(database, provider, clock.now_us).step, SETTLE_S)
    stack.push_async_callback(asyncio.to_thread, settlement.end)
    settlement.start()
    evidence = EvidenceWorker(database, store, clock.now_us, Steadiness(speed=clock.speed))
    copying = Stepper("evidence", evidence.step, SETTLE_S)
    stack.push_async_callback(asyncio.to_thread, copying.end)
    copying.start()

    cameras = Cameras(site, launched.options.cameras, clock)
    stack.push_async_callback(cameras.stop)
    cameras.start()
    history = History(bus, site.planogram)
    whereabouts = Whereabouts(history.tracked)
    veil = Veil(lambda: cameras.of(store), whereabouts, clock.now_us, site.planogram.gondolas)
    stack.callback(veil.close)
    cameras.listen(veil.heard)
    stack.callback(cameras.unlisten, veil.heard)
    video = await asyncio.to_thread(Video, launched.folder.path / "recordings", site.store, cameras, veil, clock)
    stack.push_async_callback(video.stop)
    video.start()
    holding = Stepper("holds", CaseHolds(database, store, video.holds).step, HOLDS_S)
    stack.push_async_callback(asyncio.to_thread, holding.end)
    holding.start()
    health = Health(site.planogram, clock.speed)
    fusion = Fusion(site.planogram, site.products, new_id=lambda: new_id(clock.now_us() // 1_000))
    visits = Visits(site.planogram, new_id=lambda: new_id(clock.now_us() // 1_000))
    is_real = launched.site is not None  # a world or a recording begins anew at each start, with other people
    heed = LateEvidence(clock.now_us)
    checkout = Checkout(database, store, grace_us=GRACE_US if is_real else 0, heed=heed)
    if is_real:
        visits.resume(await asyncio.to_thread(checkout.under_way), clock.now_us())
    ring = CameraRing(cameras, store, clock)
    aligner = Aligner(cameras, store, clock, health.tracker.clock)

    def devices() -> list[Device]:
        return watch.devices.newest()

    witness = Witness(
        site.planogram,
        Sightings(database, store),
        history,
        ring,
        clock,
        devices,
        site.store.policies.retention_hours_weights,
    )

    def tell(events: Sequence[Event]) -> None:
        announce(events)
        witness.told(events)

    def seen(positions: Positions) -> None:
        ring.seen(positions)
        whereabouts.seen(positions)
        aligner.seen(positions)

    bookkeeper = Bookkeeper(fusion, checkout, clock, tell)
    watch = Watch(
        site.planogram,
        bus,
        clock,
        health,
        bookkeeper,
        cameras.devices,
        launched.heal,
        video.trouble,
        video.left_out,
    )
    intake = Intake(site.planogram, bus, clock, health, visits, bookkeeper, seen)
    stack.push_async_callback(ring.stop)
    stack.push_async_callback(witness.stop)
    stack.push_async_callback(watch.stop)
    stack.push_async_callback(aligner.stop)
    ring.start()
    aligner.start()
    witness.start()
    stack.push_async_callback(asyncio.to_thread, bookkeeper.end)
    bookkeeper.start()
    await intake.start()
    watch.start()

    exports = await asyncio.to_thread(
        Exports,
        launched.folder.path / "exports",
        site,
        video.archive,
        history,
        signer,
        lambda: cameras.of(store),
        devices,
        clock.now_us,
    )
    memory = Memory(database, clock.now_us)
    looks = Looks(audit, clock.now_us)
    services = Services(
        sessions=Sessions(database, users, wall_us),
        stores=stores,
        products=Products(database),
        trips=Trips(database),
        carts=Carts(database, memory, clock.now_us, announce),
        receipts=Receipts(database),
        cases=Cases(database, memory, clock.now_us, announce, Steadiness(speed=clock.speed)),
        evidence=CaseEvidence(database, looks),
        case_files=CaseFiles(database, signer, clock.now_us, Films(video.archive)),
        refunds=Refunds(database, memory, clock.now_us),
        doubts=Doubts(database, memory, clock.now_us),
        apps=apps,
        shopper=ShopperCases(database, memory, clock.now_us, announce),
        audit=audit,
        history=history,
        cameras=ShownCameras(cameras, veil),
        recordings=video.recordings,
        looks=looks,
        exports=exports,
        faces=FaceGrants(database, users, stores, wall_us),
        veil=veil,
        devices=watch.devices,
        alerts=watch.alerts,
        live_access=_live_access(launched.desk, store),
    )
    approvals = Stepper("approvals", services.cases.expire, SETTLE_S)
    stack.push_async_callback(asyncio.to_thread, approvals.end)
    approvals.start()
    serving = await _serve(launched, services)
    stack.push_async_callback(serving.stop)
    tidy_seldom()
    line: dict[str, object] = {"ready": True, "http": serving.url, "live": launched.desk.url, "stores": [store]}
    return line | ({"demo": passwords} if passwords else {})


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def asked_to_stop(_signal: int, _frame: FrameType | None) -> None:
        if not loop.is_closed():  # asked once more while the last children end
            loop.call_soon_threadsafe(stop.set)

    signal.signal(signal.SIGINT, asked_to_stop)
    signal.signal(signal.SIGTERM, asked_to_stop)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, asked_to_stop)


def _open_database(launched: Launched) -> Database:
    try:
        database = Database(launched.options.database or sqlite_url(launched.folder.path / "store.sqlite"))
        database.migrate()
    except DatabaseUnusable as error:
        raise Unusable(f"--database: {error}") from error
    return database


def _done(result: T | BaseException) -> T:
    if isinstance(result, BaseException):
        raise result
    return result


async def _connect(bus: Bus, access: Access) -> None:
    try:
        await bus.connect(access)
    except NotKept as error:
        raise Unusable(f"--nats: {access.url}: {error}") from error


async def _site(launched: Launched) -> Site:
    if launched.site is not None:
        return launched.site
    assert launched.process is not None
    site = await asyncio.to_thread(launched.process.site)
    if site.store.id != launched.store:
        raise Unusable(f"the devices are of the store {site.store.id!r}, not of {launched.store!r}")
    return site


async def _keep(bus: Bus, launched: Launched, site: Site) -> None:
    policies = site.store.policies
    hours = {"weights": policies.retention_hours_weights}
    streams = [
        Stream(
            stream(launched.store, kind),
            subjects(launched.store, kind),
            hours.get(kind, policies.retention_hours_positions),
            MOST_BYTES[kind] * MIB,
        )
        for kind in KINDS
    ]
    for resolution, kept_hours, mebibytes in (
        (SECONDS, policies.retention_hours_weights, 512),
        (MINUTES, policies.retention_hours_positions, 256),
    ):
        name = resolution.stream(launched.store)
        streams.append(Stream(name, resolution.subject(launched.store, "*"), kept_hours, mebibytes * MIB))
    try:
        await bus.keep(bounded(streams, launched.folder.path))
    except NotKept as error:
        raise Unusable(str(error)) from error


def _users(launched: Launched, users: Users, apps: Apps) -> dict[str, str]:
    """Makes who shall be able to sign in, and which apps may ask; returns the passwords that may be shown: a demo's."""
    folder = launched.folder.path
    if launched.options.is_demo:
        passwords = {str(role): password for role, password in ensure_demo_users(users, folder).items()}
        return passwords | {DEMO_APP: ensure_demo_app(apps, folder)}
    made = ensure_users(users, folder, {user.name: user.role for user in launched.options.users})
    made += ensure_apps(apps, folder, launched.options.apps)
    if made:
        log.warning("new: %s; their first passwords and keys are in %s", ", ".join(made), folder / FIRST_FILE)
    return {}


def _announce(bus: Bus, launched: Launched) -> Callable[[Sequence[Event]], None]:
    """From any thread: publishes events on the loop, in the order in which they were told."""
    loop = asyncio.get_running_loop()
    name = subject(launched.store, "events")

    async def publish(events: Sequence[Event]) -> None:
        for event in events:
            await bus.publish(name, event, launched.clock.now_us())

    def announce(events: Sequence[Event]) -> None:
        if not loop.is_closed():
            asyncio.run_coroutine_threadsafe(publish(events), loop)

    return announce


def _live_access(desk: Access, store: str) -> Callable[[User], LiveAccess | None]:
    access = LiveAccess(desk.url, desk.user, desk.password, [store])

    def of(user: User) -> LiveAccess | None:
        return access if "floor" in user.permissions else None

    return of


async def _serve(launched: Launched, services: Services) -> Serving:
    try:
        return await serve(build_http(services), launched.options.host, launched.options.port)
    except CannotServe as error:
        raise Unusable(f"--http: {error}") from error
