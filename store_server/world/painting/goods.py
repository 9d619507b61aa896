"""How an article looks: bottles, cans, cartons, boxes, bags, cups, jars, bars and trays in its colours."""

import colorsys

from store_server.world.catalogue import Article
from store_server.world.painting.faces import Colour, Faces, box, face, join, turned

_SILVER: Colour = (206, 208, 212)
_WHITE: Colour = (240, 238, 232)


def _hue(degrees: int, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(degrees / 360, saturation, value)
    return red * 255, green * 255, blue * 255


def make_goods(article: Article) -> Faces:
    """One unit, standing on z = 0 about the origin, its front towards x."""
    body = _hue(article.hue, 0.62, 0.86)
    second = _hue(article.lid_hue, 0.55, 0.70)
    label = _hue(article.hue, 0.16, 0.97)
    radius, high = article.width / 2, article.height
    match article.form:
        case "bottle":
            glass = _hue(article.hue, 0.38, 0.74)
            rings = [
                (0.0, radius, glass), (0.22 * high, radius, label), (0.27 * high, radius, body),
                (0.50 * high, radius, label), (0.55 * high, radius, glass), (0.70 * high, radius * 0.85, glass),
                (0.84 * high, radius * 0.36, glass), (0.90 * high, radius * 0.36, second), (high, radius * 0.38, second),
            ]  # fmt: skip
            return turned(rings, second)
        case "can":
            rings = [
                (0.0, radius * 0.9, _SILVER),
                (0.05 * high, radius, body),
                (0.42 * high, radius, label),
                (0.62 * high, radius, body),
                (0.93 * high, radius, _SILVER),
                (high, radius * 0.84, _SILVER),
            ]
            return turned(rings, _SILVER)
        case "jar":
            rings = [
                (0.0, radius, body),
                (0.20 * high, radius, label),
                (0.66 * high, radius, body),
                (0.80 * high, radius * 0.9, second),
                (high, radius * 0.9, second),
            ]
            return turned(rings, second)
        case "cup":
            rings = [
                (0.0, radius * 0.74, label),
                (0.30 * high, radius * 0.82, body),
                (0.78 * high, radius * 0.95, label),
                (high, radius, _WHITE),
            ]
            return turned(rings, body)
        case "bag":
            return _bag(article, body, second, label)
        case _:
            return _packet(article, body, second, label)


def _packet(article: Article, body: Colour, second: Colour, label: Colour) -> Faces:
    """A cuboid with a printed front and top."""
    deep, wide, high = article.depth / 2, article.width / 2, article.height
    shell = box(-deep, -wide, 0.0, deep, wide, high, body)
    front = deep + 0.001
    parts = [shell]
    if high > 0.06:
        parts += [
            _front(front, -wide * 0.84, 0.52 * high, wide * 0.84, 0.80 * high, label),
            _front(front, -wide, 0.08 * high, wide, 0.24 * high, second),
            _front(front + 0.001, -wide * 0.35, 0.30 * high, wide * 0.35, 0.46 * high, _WHITE),
        ]
    lid = high + 0.001
    for share, colour in ((0.86, label), (0.5, second)):
        x, y = deep * share * (0.8 if share < 0.6 else 1.0), wide * share
        parts.append(face([(-x, -y, lid), (x, -y, lid), (x, y, lid), (-x, y, lid)], colour))
        lid += 0.001
    return join(parts)


def _bag(article: Article, body: Colour, second: Colour, label: Colour) -> Faces:
    """A cushion: narrow at top and bottom."""
    deep, wide, high = article.depth / 2, article.width / 2, article.height
    thin = deep * 0.25
    corners = [(thin, -wide, 0.0), (deep, -wide * 0.94, high / 2), (thin, -wide, high)]
    right = [(x, -y, z) for x, y, z in corners]
    low = face([corners[0], right[0], right[1], corners[1]], body)
    top = face([corners[1], right[1], right[2], corners[2]], body)
    back = box(-thin, -wide, 0.0, thin, wide, high, second, "xyY")
    sides = [
        face(
            [
                (thin, -wide, high),
                (-thin, -wide, high),
                (-thin, -wide, 0.0),
                (thin, -wide, 0.0),
                (deep, -wide * 0.94, high / 2),
            ],
            body,
        ),
        face(
            [
                (thin, wide, 0.0),
                (-thin, wide, 0.0),
                (-thin, wide, high),
                (thin, wide, high),
                (deep, wide * 0.94, high / 2),
            ],
            body,
        ),
    ]
    band = face(
        [
            (thin + 0.004, -wide, high * 0.86),
            (thin + 0.004, wide, high * 0.86),
            (thin + 0.001, wide, high),
            (thin + 0.001, -wide, high),
        ],
        second,
    )
    bulge = deep * 0.72
    patch = face(
        [
            (bulge, -wide * 0.6, 0.26 * high),
            (bulge, wide * 0.6, 0.26 * high),
            (deep + 0.002, wide * 0.66, 0.52 * high),
            (deep + 0.002, -wide * 0.66, 0.52 * high),
        ],
        label,
    )
    return join([back, *sides, low, top, band, patch])


def _front(x: float, y0: float, z0: float, y1: float, z1: float, colour: Colour) -> Faces:
    return face([(x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1)], colour)
