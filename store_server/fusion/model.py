"""Which fusion this is: told with each event, so that a decision can be judged by what made it."""

MODEL = "floorwalker-fusion-2"
"""Another name for each change of ``store_server.fusion`` that may decide otherwise."""
