"""What simulated devices send, and on which subjects."""

from store_client.contract.device import GateScan, Tracks
from store_client.contract.live import Scan, Weights

DeviceMessage = Weights | Tracks | GateScan | Scan


def subject(store: str, message: DeviceMessage) -> str:
    """The NATS subject on which a device of ``store`` sends ``message``."""
    match message:
        case Weights():
            part = f"plates.{message.gondola}"
        case Tracks():
            part = "tracks"
        case GateScan():
            part = "gates"
        case Scan():
            part = "scans"
    return f"device.{store}.{part}"
