"""Why a stream to the desk broke."""

from store_client.contract.cause import Cause
from store_client.errors import BadAnswer, NoAnswer, StoreError, TimedOut
from store_client.pictures import PATIENCE_S


def cause_of(error: StoreError, *, has_brought: bool) -> Cause:
    """What the store itself says, if it does. ``has_brought``: pictures had come before."""
    if error.problem.cause is not None:
        return error.problem.cause
    match error:
        case TimedOut():
            return Cause("silent", {"seconds": PATIENCE_S})
        case NoAnswer():
            return Cause("stream_ended") if has_brought else Cause("no_answer", {"reason": error.problem.detail})
        case BadAnswer():
            return Cause("no_video", {"what": error.problem.detail})
    return Cause("refuses_pictures", {"status": f"HTTP {error.problem.status}"})
