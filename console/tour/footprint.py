"""How much memory the desk takes, its decoders included."""

from collections.abc import Sequence

import psutil

MIB = 1 << 20


def footprint_mib(decoders: Sequence[int]) -> dict[str, float]:
    """Proportional share (PSS) where the system tells it, so that what processes share counts once; else resident."""
    own = _mib(psutil.Process())
    children = sum(_mib(psutil.Process(pid)) for pid in decoders if psutil.pid_exists(pid))
    return {"console_mib": round(own, 1), "decoders_mib": round(children, 1), "total_mib": round(own + children, 1)}


def _mib(process: psutil.Process) -> float:
    info = process.memory_full_info()
    return float(getattr(info, "pss", 0) or info.rss) / MIB
