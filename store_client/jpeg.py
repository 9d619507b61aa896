"""The size of a JPEG, read from its header (ITU-T T.81, B.2.2) without decoding it."""

_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_NONE = frozenset({0x00, 0xFF})
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels; (0, 0) where the header does not say. Bytes between two markers are passed over, as
    decoders do."""
    at = 2
    while at + 9 <= len(jpeg):
        at = jpeg.find(b"\xff", at)
        if at < 0 or at + 9 > len(jpeg):
            break
        marker = jpeg[at + 1]
        if marker in _NONE:
            at += 1
        elif marker in _ALONE:
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        else:
            at += 2 + max(2, int.from_bytes(jpeg[at + 2 : at + 4], "big"))
    return 0, 0
