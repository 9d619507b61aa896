"""The size of a JPEG, read from its header (ITU-T T.81, B.2.2) without decoding it."""

_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels; (0, 0) where the header does not say."""
    at = 2
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        at += 2 + max(2, int.from_bytes(jpeg[at + 2 : at + 4], "big"))
    return 0, 0
