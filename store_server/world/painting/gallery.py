"""The painters of all cameras of a store, and what each of them has still to hear of."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from store_server.world.layout import CAMERA_SIZES
from store_server.world.painting.backdrop import Backdrop, Layer, Placed, flatten
from store_server.world.painting.faces import join
from store_server.world.painting.figure import figure_of
from store_server.world.painting.fixtures import Fixtures, is_before, make_barrier
from store_server.world.painting.goods import make_goods
from store_server.world.painting.lens import Lens
from store_server.world.painting.painter import Painter, Scene
from store_server.world.painting.room import Room
from store_server.world.simulation import Simulation
from store_server.world.stock import Display


class Gallery:
    """Makes a painter when a camera is first looked at in a size. ``time_zone``: of the stamps in the pictures."""

    def __init__(self, simulation: Simulation, time_zone: str) -> None:
        self._simulation = simulation
        self._zone = ZoneInfo(time_zone)
        self._room = Room(simulation.layout.plan)
        self._shapes = {article.product.gtin: make_goods(article) for article in simulation.catalogue}
        self._barrier = make_barrier(simulation.layout)
        self._fixtures = Fixtures(simulation.layout, simulation.stock.displays)
        self._painters: dict[tuple[str, int], Painter] = {}
        self._heard: dict[tuple[str, int], int] = {}

    def look(self, camera: str, width: int, at_us: int) -> tuple[Painter, Scene]:
        """Who paints that picture, and what there is to paint. To be called where the simulation is stepped."""
        key = (camera, width)
        simulation = self._simulation
        if key not in self._painters:
            self._painters[key] = self._painter(camera, width)
            changed = set(range(len(simulation.stock.displays)))
        else:
            changed = simulation.stock.changed_since(self._heard[key], at_us)
        self._heard[key] = at_us
        ahead = max(0.0, min(0.2, (at_us - simulation.now_us) / 1e6))
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)
        return self._painters[key], Scene(
            moment.astimezone(self._zone).strftime("%Y-%m-%d  %H:%M:%S"),
            [figure_of(person, at_us, ahead) for person in simulation.people],
            {number: self._placed(simulation.stock.displays[number]) for number in changed},
        )

    def _placed(self, display: Display) -> list[Placed]:
        angle = self._simulation.layout.rack_of(display.plates[0]).angle
        placed = []
        for column in display.units:
            for row, unit in enumerate(reversed(column)):
                if unit.spot is not None:
                    placed.append(Placed(unit.article, unit.spot, angle, 1.0 - 0.09 * min(row, 4)))
        return placed

    def _painter(self, camera: str, width: int) -> Painter:
        simulation, layout = self._simulation, self._simulation.layout
        found = next(c for c in simulation.cameras if c.id == camera)
        assert found.pose is not None
        lens = Lens(found.pose, width, dict(CAMERA_SIZES)[width])
        nothing = flatten(join([]), lens)
        layers = [Layer(flatten(self._barrier, lens), (), nothing, nothing)]
        shown: dict[tuple[int, int], list[int]] = {}
        for number, display in enumerate(simulation.stock.displays):
            rack, shelf, _ = layout.indices(display.plates[0])
            if is_before(layout.plan.racks[rack], found.pose):
                shown.setdefault((rack, shelf), []).append(number)
        for level in self._fixtures.levels(found.pose):
            displays = tuple(shown.get((level.rack, level.shelf), ()))
            layers.append(Layer(flatten(level.before, lens), displays, nothing, flatten(level.after, lens)))
        return Painter(found.name, lens, Backdrop(lens, self._room, self._shapes, layers), self._shapes)
