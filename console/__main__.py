"""``python -m console``: options in, exit code out.

The embedded store is started before Qt is even loaded: both take most of a second, and neither needs the other.
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import replace

from console.embedded import EmbeddedStore
from console.options import BadOptions, Embedded, Options, parse
from console.paths import Paths, find_paths

BRIEF_SPEED = 2.0
"""Of a tour's simulated day: somebody pays sooner, and shoppers still walk."""


def main(words: Sequence[str]) -> int:
    """0: ended as asked; 1: something that was asked for failed; 2: options that make no sense, or a data folder that
    is in use or cannot be written, for the reason on standard error."""
    try:
        options = parse(words)
        paths = find_paths(options.data)
        paths.make()
    except (BadOptions, OSError) as error:
        sys.stderr.write(f"console: {error}\n")
        return 2
    embedded = _start_store(options, paths)
    desk = importlib.import_module("console.begin")
    return int(desk.run(options, paths, embedded))


def _start_store(options: Options, paths: Paths) -> EmbeddedStore | None:
    if options.store is not None:
        return None
    how = options.embedded or Embedded()
    if options.is_brief and how.speed is None and how.recording is None:
        how = replace(how, speed=BRIEF_SPEED)
    store = EmbeddedStore(how, paths.store)
    store.start()
    return store


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
