"""The documents of a recording, one JSON object a line, as far as they are used."""

import msgspec

from store_client.contract.moment import Moment


class Stored(msgspec.Struct, frozen=True):
    """When a document reached the store's services."""

    date: Moment = msgspec.field(name="$date")


class _GondolaId(msgspec.Struct, frozen=True):
    id: int


class _ShelfId(msgspec.Struct, frozen=True):
    gondola_id: _GondolaId
    shelf_index: int = 0


class PlateRef(msgspec.Struct, frozen=True):
    shelf_id: _ShelfId
    plate_index: int = 0

    @property
    def indices(self) -> tuple[int, int, int]:
        return self.shelf_id.gondola_id.id, self.shelf_id.shelf_index, self.plate_index


class _ShelfOfBatch(msgspec.Struct, frozen=True):
    shelf_id: _ShelfId


class _Values(msgspec.Struct, frozen=True):
    data: str
    shape: tuple[int, int, int]


class _PlateData(msgspec.Struct, frozen=True):
    plate_id: _ShelfOfBatch
    values: _Values
    freq_samp: float = 60.0


class _PlateDocument(msgspec.Struct, frozen=True):
    plate_data: _PlateData


class PlateLine(msgspec.Struct, frozen=True):
    """plate_data.json. ``timestamp``: epoch seconds when the batch was complete."""

    timestamp: float
    date_time: Stored
    document: _PlateDocument


class Axes(msgspec.Struct, frozen=True):
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


class Joint(msgspec.Struct, frozen=True):
    """A joint of a body. ``point``: inches; None or without any coordinate where it was not seen."""

    point: dict[str, float] | None = None
    score: float = 0.0

    @property
    def axes(self) -> Axes | None:
        return Axes(**{k: v for k, v in self.point.items() if k in ("x", "y", "z")}) if self.point else None


class _TargetId(msgspec.Struct, frozen=True):
    id: str


class Target(msgspec.Struct, frozen=True):
    target_id: _TargetId
    target_state: str = ""
    head: Joint | None = None
    neck: Joint | None = None
    l_wrist: Joint | None = None
    r_wrist: Joint | None = None


class _Targets(msgspec.Struct, frozen=True):
    targets: list[Target] = []


class _TargetDocument(msgspec.Struct, frozen=True):
    targets: _Targets = msgspec.field(default_factory=_Targets)


class TargetLine(msgspec.Struct, frozen=True):
    """full_targets.json. ``timestamp``: epoch seconds when the pictures were taken."""

    timestamp: float
    date_time: Stored
    document: _TargetDocument


class _ProductId(msgspec.Struct, frozen=True):
    id: str = ""


class _Transform(msgspec.Struct, frozen=True):
    translation: Axes = msgspec.field(default_factory=Axes)
    rotation: Axes = msgspec.field(default_factory=Axes)


class Box(msgspec.Struct, frozen=True):
    """A box in metres: ``dim_x`` along the shelf, ``dim_y`` into it, from the front left corner of its floor."""

    transform: _Transform
    dim_x: float
    dim_y: float
    dim_z: float = 0.0


class FacingLine(msgspec.Struct, frozen=True):
    """planogram.json."""

    plate_ids: list[PlateRef]
    global_coordinates: Box
    planogram_product_id: _ProductId = msgspec.field(default_factory=_ProductId)


class _Metadata(msgspec.Struct, frozen=True):
    name: str = ""
    weight: float | None = None
    price: float | None = None


class ProductLine(msgspec.Struct, frozen=True):
    """products.json."""

    product_id: _ProductId
    metadata: _Metadata
