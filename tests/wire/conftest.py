"""Hypothesis without its stop-watch: how long an example takes is the machine's affair."""

from hypothesis import settings

settings.register_profile("floorwalker", deadline=None)
settings.load_profile("floorwalker")
