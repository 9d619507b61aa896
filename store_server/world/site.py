"""What the simulated store says of itself before it sends."""

from store_client.contract.device import CameraSource, Site
from store_client.contract.money import Money
from store_client.contract.store import Policies, Store
from store_server.world.catalogue import CURRENCY
from store_server.world.layout import CAMERA_SIZES
from store_server.world.simulation import Simulation

_NAMES = {"small": "Corner Store", "reference": "Market Street", "stress": "Central Station"}
TIME_ZONE = "Europe/Berlin"


def make_site(simulation: Simulation, pictures: str) -> Site:
    """``pictures``: address of the picture server, without a path."""
    policies = Policies(
        refund_window_days=30,
        approval_limit=Money(1_000, CURRENCY),  # so low that a whole basket passes it: a demo shows four eyes at work
        case_due_hours=48,
        retention_hours_weights=4,
        retention_hours_positions=24,
        agent_day_limit=Money(20_000, CURRENCY),
        approval_hours=24,
        retention_mib_video=4_096,
    )
    store = Store(
        id=simulation.store,
        name=_NAMES[simulation.layout.plan.name],
        time_zone=TIME_ZONE,
        currency=CURRENCY,
        tax="included",
        policies=policies,
    )
    sources = [
        CameraSource(camera.id, camera.name, {width: f"{pictures}/{camera.id}/{width}" for width, _ in CAMERA_SIZES})
        for camera in simulation.cameras
    ]
    return Site(store, simulation.planogram, simulation.products, simulation.cameras, sources)
