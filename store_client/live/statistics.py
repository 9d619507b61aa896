"""What came, and what did not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KindStatistics:
    """Counts since the feed was made, of one kind of message.

    ``gaps``: times that something was missing; ``healed``: messages then read back; ``lost``: messages gone for good;
    ``dropped``: given up because the reader was slow; ``repeated``: came twice; ``bad``: garbage or cut short.
    ``delay_us``: of the last message, from sending to receiving; ``age_us``: from measuring to receiving.
    """

    received: int = 0
    repeated: int = 0
    gaps: int = 0
    healed: int = 0
    lost: int = 0
    dropped: int = 0
    bad: int = 0
    other_version: int = 0
    delay_us: int | None = None
    age_us: int | None = None


@dataclass(slots=True)
class Tally:
    """The same, counting. Written by the feed's thread alone; a snapshot may be taken from any."""

    received: int = 0
    repeated: int = 0
    gaps: int = 0
    healed: int = 0
    lost: int = 0
    bad: int = 0
    other_version: int = 0
    delay_us: int | None = None
    age_us: int | None = None

    def snapshot(self, dropped: int) -> KindStatistics:
        return KindStatistics(
            received=self.received,
            repeated=self.repeated,
            gaps=self.gaps,
            healed=self.healed,
            lost=self.lost,
            dropped=dropped,
            bad=self.bad,
            other_version=self.other_version,
            delay_us=self.delay_us,
            age_us=self.age_us,
        )
