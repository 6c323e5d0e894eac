"""A world without a daemon: two players walk towards each other until one sees the other.

python examples/headless_world.py
"""

from mmod.items.templates import shipped_catalogue
from mmod.world.engine import Engine
from mmod.world.settings import EngineSettings


def main() -> None:
    engine = Engine(EngineSettings(catalogue=shipped_catalogue()), seed=1)
    engine.add_or_update_player("ada", "Ada", (-100.0, 0.0), (3.0, 0.0))
    engine.add_or_update_player("bob", "Bob", (100.0, 0.0), (-3.0, 0.0))
    while not any(entity.id == "bob" for entity in engine.query_aoi(engine.player("ada").pos, 128.0, "ada")):
        engine.step()
    print(f"after {engine.now:.2f} s Ada at x {engine.player('ada').pos.x:.2f} sees Bob")
    print(engine.metrics_snapshot())


if __name__ == "__main__":
    main()
