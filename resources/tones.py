"""The desk's sounds: short tones that are made, not fetched. The more urgent, the higher and the more often."""

import io
import wave
from typing import Literal, get_args

import numpy as np

ToneName = Literal["high", "medium", "low"]
TONES: tuple[ToneName, ...] = get_args(ToneName)
"""The most urgent first."""
RATE_HZ = 22_050
_LOUD = 0.35
_EDGE_S = 0.012
"""Each note swells and fades for so long: a tone that begins at once clicks."""
_NOTES: dict[ToneName, tuple[tuple[float, float], ...]] = {
    "high": ((880.0, 0.11), (0.0, 0.05), (880.0, 0.11), (0.0, 0.05), (1174.7, 0.2)),
    "medium": ((659.3, 0.14), (0.0, 0.04), (880.0, 0.18)),
    "low": ((523.3, 0.22),),
}
"""(Hz, s) one after the other; 0 Hz is a pause."""


def tone(name: ToneName) -> bytes:
    """As a WAV file: mono, 16 bits."""
    samples = np.concatenate([_note(hertz, seconds) for hertz, seconds in _NOTES[name]])
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((samples * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def _note(hertz: float, seconds: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    if not hertz:
        return np.zeros(len(at_s))
    swell = np.clip(np.minimum(at_s, seconds - at_s) / _EDGE_S, 0.0, 1.0)
    whole = np.sin(2 * np.pi * hertz * at_s) + 0.25 * np.sin(4 * np.pi * hertz * at_s)
    return _LOUD * swell * whole / 1.25
