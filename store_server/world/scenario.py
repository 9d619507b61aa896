"""The days that the simulated store can have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scenario:
    """``inside``: how many shoppers the day aims at; ``ramp_seconds``: how soon after the start.

    ``browse_seconds``: how long one looks at a shelf before taking something, in the mean; ``group_share``: of
    entries, on which several people enter on one code; ``return_share``: of picks, that are put back (it makes 24 %
    of events put-backs); ``lost_per_minute``: how often the tracker loses somebody.
    """

    name: str
    floor_plan: str
    inside: int
    ramp_seconds: float
    browse_seconds: float
    group_share: float = 0.12
    return_share: float = 0.34
    elsewhere_share: float = 0.08
    handover_share: float = 0.02
    hesitation_share: float = 0.08
    lost_per_minute: float = 0.0
    has_faults: bool = False


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("quiet", "small", inside=3, ramp_seconds=60.0, browse_seconds=7.0),
        Scenario("steady", "reference", inside=10, ramp_seconds=90.0, browse_seconds=7.0),
        Scenario("rush", "reference", inside=25, ramp_seconds=120.0, browse_seconds=7.0, lost_per_minute=0.5),
        Scenario("stress", "stress", inside=100, ramp_seconds=120.0, browse_seconds=22.0, lost_per_minute=1.0),
        Scenario(
            "trouble",
            "reference",
            inside=12,
            ramp_seconds=90.0,
            browse_seconds=7.0,
            lost_per_minute=1.0,
            has_faults=True,
        ),
    )
}
