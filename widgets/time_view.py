"""The span of time that a graph looks at: panned, zoomed, or following what is live. No Qt."""

MIN_WIDTH_US = 1_000_000
MAX_WIDTH_US = 48 * 3_600_000_000


class TimeView:
    """``start_us`` to ``end_us``, over ``pixels``. While following, the right edge goes with store time in whole pixels,
    so that the picture is pushed along and not drawn anew between them."""

    def __init__(self, width_us: int = 60_000_000) -> None:
        self.pixels = 1
        self.is_following = True
        self._width = width_us
        self._start = 0
        self._now = 0

    @property
    def start_us(self) -> int:
        return self._start

    @property
    def end_us(self) -> int:
        return self._start + self._width

    @property
    def width_us(self) -> int:
        return self._width

    @property
    def now_us(self) -> int:
        return self._now

    @property
    def us_per_pixel(self) -> float:
        return self._width / max(1, self.pixels)

    def to_x(self, at_us: float) -> float:
        return (at_us - self._start) / self.us_per_pixel

    def to_us(self, x: float) -> int:
        return self._start + round(x * self.us_per_pixel)

    def advance(self, now_us: int) -> bool:
        """Store time is now ``now_us``; True if the picture moves with it."""
        self._now = now_us
        return self.is_following and self._go_live()

    def _go_live(self) -> bool:
        pixel = max(1.0, self.us_per_pixel)
        start = round(-(-self._now // pixel) * pixel) - self._width
        moved = start != self._start
        self._start = start
        return moved

    def follow(self, width_us: int | None = None) -> None:
        self._width = self._held(width_us or self._width)
        self.is_following = True
        self._go_live()

    def show(self, start_us: int, end_us: int) -> None:
        self._width = self._held(end_us - start_us)
        self._start = start_us
        self.is_following = False

    def pan(self, pixels: float) -> None:
        """Moves the view by whole pixels into the future (negative: into the past) and stops following."""
        self.is_following = False
        self._start += round(round(pixels) * self.us_per_pixel)
        if self._now:
            self._start = min(self._start, self._now - self._width // 10)

    def zoom(self, factor: float, x: float) -> None:
        """Shows ``factor`` × the time; what is at ``x`` stays there, or what is newest while following."""
        width = self._held(round(self._width * factor))
        if self.is_following:
            self._width = width
            self._go_live()
            return
        anchor = self.to_us(x)
        self._start = anchor - round((anchor - self._start) * width / self._width)
        self._width = width

    @staticmethod
    def _held(width_us: int) -> int:
        return min(max(width_us, MIN_WIDTH_US), MAX_WIDTH_US)
