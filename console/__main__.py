"""``python -m console``: options in, exit code out.

The embedded store is started before Qt is even loaded: both take most of a second, and neither needs the other.
"""

import importlib
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from console.embedded import EmbeddedStore
from console.options import BadOptions, Embedded, Options, parse
from console.paths import Paths, find_paths
from console.storage.settings import PLACE, LastPlace, Settings
from store_client.address import Address

BRIEF_SPEED = 2.0
"""Of a tour's simulated day: somebody pays sooner, and shoppers still walk."""


def main(words: Sequence[str]) -> int:
    """0: ended as asked; 1: something that was asked for failed; 2: options that make no sense, or a data folder that
    is in use or cannot be written, for the reason on standard error."""
    with ExitStack() as own:
        try:
            options = parse(words)
        except (BadOptions, OSError) as error:
            sys.stderr.write(f"console: {error}\n")
            return 2
        try:
            paths = paths_of(options, own)
            paths.make()
        except OSError as error:
            return _refuse(str(error), options)
        options = where_it_was(options, paths)
        try:
            embedded = _start_store(options, paths)
        except OSError as error:
            desk = importlib.import_module("console.begin")
            desk.say(desk.NO_STORE, options, error.strerror or str(error))
            return 2
        desk = importlib.import_module("console.begin")
        return int(desk.run(options, paths, embedded))


def paths_of(options: Options, own: ExitStack) -> Paths:
    """Where the desk keeps its files. A tour of the embedded store gets a folder that ends with it (``own``), unless one
    is named: its day goes faster, and must not bring receipts of tomorrow into the store that people work at."""
    if not options.is_brief or options.embedded is None or options.data is not None:
        return find_paths(options.data)
    folder = own.enter_context(TemporaryDirectory(prefix="floorwalker-", ignore_cleanup_errors=True))
    paths = find_paths(Path(folder))
    return paths if options.tour is None else replace(paths, logs=options.tour)


def where_it_was(options: Options, paths: Paths) -> Options:
    """With the store at which the desk was last, where the options name none; without any at its first start, or where it
    cannot be read any more: then the window asks."""
    nowhere = LastPlace()
    place = Settings(paths.settings).get(PLACE, nowhere)
    if options.store is not None or options.embedded is not None or place is nowhere:
        return options
    if place.store_url is not None and not _is_address(place.store_url):
        return options  # the file was damaged
    return replace(options, store=place.store_url, is_embedded_again=place.store_url is None)


def _is_address(url: str) -> bool:
    try:
        Address.parse(url)
    except ValueError:
        return False
    return True


def _start_store(options: Options, paths: Paths) -> EmbeddedStore | None:
    if options.embedded is None and not options.is_embedded_again:
        return None
    how = options.embedded or Embedded()
    if options.is_brief and how.speed is None and how.recording is None:
        how = replace(how, speed=BRIEF_SPEED)
    store = EmbeddedStore(how, paths.store)
    store.start()
    return store


def _refuse(reason: str, options: Options) -> int:
    importlib.import_module("console.begin").say(reason, options)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
