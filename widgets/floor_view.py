"""From metres on the floor to pixels on the map and back: y goes up the plan and down the screen. No Qt."""

from collections.abc import Sequence

from widgets.floor_plan import Corner

MIN_SCALE, MAX_SCALE = 4.0, 1_500.0


class FloorView:
    """``scale``: pixels a metre; ``left``, ``top``: where the plan's origin lies, in pixels."""

    def __init__(self) -> None:
        self.scale = 50.0
        self.left = 0.0
        self.top = 0.0
        self.is_fitted = True

    def to_screen(self, x: float, y: float) -> Corner:
        return self.left + x * self.scale, self.top - y * self.scale

    def to_floor(self, x: float, y: float) -> Corner:
        return (x - self.left) / self.scale, (self.top - y) / self.scale

    def fit(self, outline: Sequence[Corner], width: float, height: float, margin: float) -> None:
        """Shows all of the outline in the middle of ``width`` × ``height`` pixels."""
        self.is_fitted = True
        if not outline or width <= 2 * margin or height <= 2 * margin:
            return
        xs, ys = [x for x, _ in outline], [y for _, y in outline]
        across, up = max(max(xs) - min(xs), 0.1), max(max(ys) - min(ys), 0.1)
        self.scale = min((width - 2 * margin) / across, (height - 2 * margin) / up)
        self.left = width / 2 - (min(xs) + across / 2) * self.scale
        self.top = height / 2 + (min(ys) + up / 2) * self.scale

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Brings the plan nearer by ``factor``; what lies at pixel (x, y) stays there."""
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        self.left = x + (self.left - x) * scale / self.scale
        self.top = y + (self.top - y) * scale / self.scale
        self.scale = scale
        self.is_fitted = False

    def pan(self, x: float, y: float) -> None:
        """Moves the plan by pixels."""
        self.left += x
        self.top += y
        self.is_fitted = False
