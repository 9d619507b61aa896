"""What the store recorded of its cameras. All times are µs UTC of the store's clock."""

import msgspec


class RecordedSpan(msgspec.Struct, frozen=True):
    """[``begins_at``, ``ends_at``) of a camera."""

    camera: str
    begins_at: int
    ends_at: int


class Recording(msgspec.Struct, frozen=True):
    """``begins_at``, ``ends_at``: when the oldest and the newest picture that are kept were taken, None if there are
    none; ``spans``: where there are pictures within what was asked for, in order; what lies between are gaps."""

    camera: str
    begins_at: int | None
    ends_at: int | None
    spans: list[RecordedSpan]
