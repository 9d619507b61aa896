"""The bodies of many people at once: joints in metres, and the limbs between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store_server.world.painting.figure import Figure
from store_server.world.painting.lens import Floats
from store_server.world.person import Colour, Looks

_UPPER, _FORE = 0.31, 0.29
"""Lengths of the arm, metres."""
_STRIDE = 1.35
"""Metres of two steps."""
_SHOES: Colour = (42, 40, 40)

(
    _HIP_L, _KNEE_L, _FOOT_L, _TOE_L, _HIP_R, _KNEE_R, _FOOT_R, _TOE_R, WAIST, _TOP, _SHOULDER_L, _SHOULDER_R,
    _COLLAR, _NECK, _FACE, _CROWN, _ELBOW_L, _HAND_L, _ELBOW_R, _HAND_R,
) = range(20)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limb:
    """A rounded stroke between two joints with its two radii in metres; ``cloth``: a place in ``colours_of``;
    ``is_detail``: what nobody misses on somebody far away."""

    start: int
    end: int
    thick: float
    thin: float
    cloth: int
    is_detail: bool = False


_SHIRT, _SLEEVE, _TROUSERS, _SKIN, _HAIR, _SHOE = range(6)

LIMBS = (
    Limb(_HIP_L, _KNEE_L, 0.090, 0.068, _TROUSERS),
    Limb(_KNEE_L, _FOOT_L, 0.066, 0.048, _TROUSERS),
    Limb(_FOOT_L, _TOE_L, 0.050, 0.040, _SHOE, is_detail=True),
    Limb(_HIP_R, _KNEE_R, 0.090, 0.068, _TROUSERS),
    Limb(_KNEE_R, _FOOT_R, 0.066, 0.048, _TROUSERS),
    Limb(_FOOT_R, _TOE_R, 0.050, 0.040, _SHOE, is_detail=True),
    Limb(WAIST, _TOP, 0.150, 0.165, _SHIRT),
    Limb(_SHOULDER_L, _SHOULDER_R, 0.088, 0.088, _SHIRT),
    Limb(_COLLAR, _NECK, 0.055, 0.055, _SKIN, is_detail=True),
    Limb(_FACE, _FACE, 0.092, 0.092, _SKIN),
    Limb(_CROWN, _CROWN, 0.103, 0.103, _HAIR),
    Limb(_SHOULDER_L, _ELBOW_L, 0.062, 0.050, _SLEEVE),
    Limb(_ELBOW_L, _HAND_L, 0.046, 0.036, _SKIN),
    Limb(_HAND_L, _HAND_L, 0.046, 0.046, _SKIN, is_detail=True),
    Limb(_SHOULDER_R, _ELBOW_R, 0.062, 0.050, _SLEEVE),
    Limb(_ELBOW_R, _HAND_R, 0.046, 0.036, _SKIN),
    Limb(_HAND_R, _HAND_R, 0.046, 0.046, _SKIN, is_detail=True),
)
STARTS = [limb.start for limb in LIMBS]
ENDS = [limb.end for limb in LIMBS]
THICK = np.array([limb.thick for limb in LIMBS])
THIN = np.array([limb.thin for limb in LIMBS])
IS_DETAIL = np.array([limb.is_detail for limb in LIMBS])


def colours_of(looks: Looks) -> list[Colour]:
    """The colour of each limb."""
    red, green, blue = looks.shirt
    sleeve = (int(red * 0.93), int(green * 0.93), int(blue * 0.93))
    cloths = (looks.shirt, sleeve, looks.trousers, looks.skin, looks.hair, _SHOES)
    return [cloths[limb.cloth] for limb in LIMBS]


def joints_of(figures: Sequence[Figure]) -> Floats:
    """Joints [people, 20, 3] in metres."""
    count = len(figures)
    heading = np.array([f.heading for f in figures])
    tall = np.array([f.looks.height for f in figures])[:, None]
    ahead = np.stack((np.cos(heading), np.sin(heading), np.zeros(count)), axis=1)
    left = np.stack((-ahead[:, 1], ahead[:, 0], np.zeros(count)), axis=1)
    up = np.array([0.0, 0.0, 1.0])
    base = np.array([(f.x, f.y, 0.0) for f in figures])
    hands = np.array([f.hands for f in figures])
    reaching = np.array([f.is_reaching for f in figures])
    walking = np.array([f.is_walking for f in figures])
    swing = (np.sin(np.array([f.stride for f in figures]) * 2 * np.pi / _STRIDE) * walking)[:, None]
    lean = _lean(base + tall * 0.80 * up, hands, reaching)
    hips = base + 0.52 * tall * up + lean * 0.25
    chest = base + 0.79 * tall * up + lean
    joints = np.zeros((count, 20, 3))
    for first, side in ((_HIP_L, 1.0), (_HIP_R, -1.0)):
        step = ahead * (0.26 * side * swing)
        lifted = 0.06 + 0.07 * np.maximum(0.0, -swing * side)
        joints[:, first] = hips + left * (0.09 * side)
        bent = ahead * (0.05 + 0.05 * np.abs(swing)) + lean * 0.15
        joints[:, first + 1] = base + left * (0.095 * side) + step * 0.55 + bent + 0.28 * tall * up
        joints[:, first + 2] = base + left * (0.10 * side) + step + lifted * up
        joints[:, first + 3] = base + left * (0.11 * side) + step + ahead * 0.15 + (lifted - 0.02) * up
    joints[:, WAIST] = hips + 0.02 * up
    joints[:, _TOP] = chest
    joints[:, _COLLAR] = chest + 0.045 * tall * up + ahead * 0.02
    joints[:, _NECK] = chest + 0.075 * tall * up + ahead * 0.02
    joints[:, _FACE] = chest + lean * 0.15 + ahead * 0.045 + 0.135 * tall * up
    joints[:, _CROWN] = chest + lean * 0.15 - ahead * 0.012 + 0.158 * tall * up
    for place, side, elbow in ((0, 1.0, _ELBOW_L), (1, -1.0, _ELBOW_R)):
        shoulder = chest + left * (0.165 * side) + 0.015 * tall * up
        joints[:, _SHOULDER_L + place] = shoulder
        idle_swing = np.where(reaching[:, place, None], 0.0, -0.14 * side * swing)
        wrist = hands[:, place] + ahead * idle_swing
        joints[:, elbow], joints[:, elbow + 1] = _arm(shoulder, wrist, left * (0.4 * side) - ahead * 0.5)
    return joints


def _lean(shoulder: Floats, hands: Floats, reaching: Floats) -> Floats:
    """How far [people, 3] the chest moves so that a reaching hand gets where it has to."""
    apart = hands - shoulder[:, None]
    far = np.maximum(np.linalg.norm(apart, axis=2), 1e-6)
    short = np.clip(far - _UPPER - _FORE, 0.0, 0.62) * reaching
    return np.asarray((apart * (short / far)[..., None]).sum(axis=1))


def _arm(shoulder: Floats, hand: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Elbows and wrists [people, 3] of arms that end as near to ``hand`` as they can, bent downwards and ``back``."""
    apart = hand - shoulder
    far = np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6)
    along = apart / far
    far = np.minimum(far, _UPPER + _FORE - 0.005)
    bend = np.sqrt(np.maximum(0.0, _UPPER**2 - (far / 2) ** 2))
    away = back - np.array([0.0, 0.0, 0.6])
    away = away - along * (away * along).sum(axis=1, keepdims=True)
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return shoulder + along * far / 2 + away * bend, shoulder + along * far
