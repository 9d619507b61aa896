"""A person as a camera sees one: legs, trunk, head, arms that reach, what the hands hold, and a soft shadow."""

import math
from dataclasses import dataclass

import numpy as np

from store_server.world.catalogue import Article
from store_server.world.painting.lens import Floats
from store_server.world.person import Colour, Looks, Person, Place

_UPPER, _FORE = 0.31, 0.29
"""Lengths of the arm, metres."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody at one moment. ``stride``: metres walked, which swing the legs; ``hands``: left, right, and what each
    holds; ``is_reaching`` for each; ``bag``: how many things are carried."""

    x: float
    y: float
    heading: float
    stride: float
    is_walking: bool
    looks: Looks
    hands: tuple[Place, Place]
    is_reaching: tuple[bool, bool]
    holds: tuple[Article | None, Article | None]
    bag: int


def figure_of(person: Person, at_us: int, ahead_seconds: float) -> Figure:
    """``person`` as seen at ``at_us``, ``ahead_seconds`` after its last step."""
    x, y = person.x + person.vx * ahead_seconds, person.y + person.vy * ahead_seconds
    left, right = person.arms
    hands = []
    for arm in (left, right):
        hx, hy, hz = person.hand(arm, at_us)
        hands.append((hx, hy, hz) if arm.is_busy(at_us) else (hx + x - person.x, hy + y - person.y, hz))
    holds = [next((shown[2] for shown in arm.shows if shown[0] <= at_us < shown[1]), None) for arm in (left, right)]
    return Figure(
        x=x,
        y=y,
        heading=person.heading,
        stride=person.walked,
        is_walking=math.hypot(person.vx, person.vy) > 0.12,
        looks=person.looks,
        hands=(hands[0], hands[1]),
        is_reaching=(left.is_busy(at_us), right.is_busy(at_us)),
        holds=(holds[0], holds[1]),
        bag=len(person.carried),
    )


@dataclass(frozen=True, slots=True)
class Limb:
    """A rounded stroke between two joints (numbers in ``Skeleton.joints``) with its two radii in metres."""

    start: int
    end: int
    thick: float
    thin: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Skeleton:
    joints: Floats
    limbs: list[Limb]


def _dimmed(colour: Colour, share: float) -> Colour:
    red, green, blue = colour
    return int(red * share), int(green * share), int(blue * share)


def skeleton(figure: Figure) -> Skeleton:
    """Joints [n, 3] in metres, and the limbs between them."""
    looks, tall = figure.looks, figure.looks.height
    ahead = np.array([math.cos(figure.heading), math.sin(figure.heading), 0.0])
    left = np.array([-ahead[1], ahead[0], 0.0])
    base = np.array([figure.x, figure.y, 0.0])
    lean = _lean(figure, base, tall)
    swing = math.sin(figure.stride * 2 * math.pi / 1.35) if figure.is_walking else 0.0
    joints: list[Floats] = []
    limbs: list[Limb] = []

    def joint(place: Floats) -> int:
        joints.append(place)
        return len(joints) - 1

    hip_mid = base + _up(0.52 * tall) + lean * 0.25
    chest = base + _up(0.79 * tall) + lean
    for side in (1, -1):
        step = ahead * (0.26 * swing * side)
        hip = joint(hip_mid + left * (0.09 * side))
        bent = ahead * (0.05 + 0.05 * abs(swing)) + lean * 0.15
        knee = joint(base + left * (0.095 * side) + step * 0.55 + bent + _up(0.28 * tall))
        lifted = 0.06 + 0.07 * max(0.0, -swing * side)
        foot = joint(base + left * (0.10 * side) + step + _up(lifted))
        toe = joint(base + left * (0.11 * side) + step + ahead * 0.15 + _up(lifted - 0.02))
        limbs += [
            Limb(hip, knee, 0.090, 0.068, looks.trousers),
            Limb(knee, foot, 0.066, 0.048, looks.trousers),
            Limb(foot, toe, 0.050, 0.040, (42, 40, 40)),
        ]
    waist, top = joint(hip_mid + _up(0.02)), joint(chest)
    shoulders = [joint(chest + left * (0.165 * side) + _up(0.015 * tall)) for side in (1, -1)]
    limbs.append(Limb(waist, top, 0.150, 0.165, looks.shirt))
    limbs.append(Limb(shoulders[0], shoulders[1], 0.088, 0.088, looks.shirt))
    collar = joint(chest + _up(0.045 * tall) + ahead * 0.02)
    neck = joint(chest + _up(0.075 * tall) + ahead * 0.02)
    face = joint(chest + lean * 0.15 + ahead * 0.045 + _up(0.135 * tall))
    crown = joint(chest + lean * 0.15 - ahead * 0.012 + _up(0.158 * tall))
    limbs += [
        Limb(collar, neck, 0.055, 0.055, looks.skin),
        Limb(face, face, 0.092, 0.092, looks.skin),
        Limb(crown, crown, 0.103, 0.103, looks.hair),
    ]
    for place, shoulder in enumerate(shoulders):
        wrist = np.array(figure.hands[place])
        if figure.is_walking and not figure.is_reaching[place]:
            wrist = wrist + ahead * (0.14 * swing * (-1 if place == 0 else 1))
        elbow, wrist = _arm(joints[shoulder], wrist, left * (0.4 if place == 0 else -0.4) - ahead * 0.5)
        elbow_joint, hand = joint(elbow), joint(wrist)
        sleeve = _dimmed(looks.shirt, 0.93)
        limbs += [
            Limb(shoulder, elbow_joint, 0.062, 0.050, sleeve),
            Limb(elbow_joint, hand, 0.046, 0.036, looks.skin),
            Limb(hand, hand, 0.046, 0.046, looks.skin),
        ]
    return Skeleton(np.array(joints), limbs)


def _up(metres: float) -> Floats:
    return np.array([0.0, 0.0, metres])


def _lean(figure: Figure, base: Floats, tall: float) -> Floats:
    """How far the chest moves so that a reaching hand gets where it has to."""
    lean = np.zeros(3)
    shoulder = base + _up(0.80 * tall)
    for hand, is_reaching in zip(figure.hands, figure.is_reaching, strict=True):
        if is_reaching:
            apart = np.array(hand) - shoulder
            far = float(np.linalg.norm(apart))
            if far > _UPPER + _FORE:
                lean = apart / far * min(far - _UPPER - _FORE, 0.62)
    return lean


def _arm(shoulder: Floats, hand: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Elbow and wrist of an arm that ends as near to ``hand`` as it can."""
    apart = hand - shoulder
    far = float(np.linalg.norm(apart))
    longest = _UPPER + _FORE - 0.005
    if far > longest:
        apart, far = apart * (longest / far), longest
    bend = math.sqrt(max(0.0, _UPPER**2 - (far / 2) ** 2))
    away = back - _up(0.6)
    along = apart / max(far, 1e-6)
    away = away - along * float(away @ along)
    away /= max(float(np.linalg.norm(away)), 1e-6)
    return shoulder + apart / 2 + away * bend, shoulder + apart
