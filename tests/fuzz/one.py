"""Fuzzes one parser in this process: ``python -m tests.fuzz.one NAME [options of libFuzzer | FILE …]``.

A FILE is read once instead, as an input that was found. Started by ``python -m tests.fuzz``. libFuzzer ends the process,
with another exit code than 0 for an input that crashed the parser or took it longer than ``-timeout``.
"""

import sys
from pathlib import Path

OURS = ["store_client", "store_server", "console", "tests.fuzz"]


def main(words: list[str]) -> int:
    name, options = words[0], words[1:]
    files = [Path(word) for word in options if not word.startswith("-")]
    if files:
        from tests.fuzz.targets import TARGETS  # not watched: atheris need not be there

        target = TARGETS[name]()
        for file in files:
            target.read(file.read_bytes())
        return 0

    import atheris

    with atheris.instrument_imports(include=OURS):
        from tests.fuzz import targets
    from tests.fuzz.mutation import mutated

    target = targets.TARGETS[name]()

    def mutate(data: bytes, longest: int, seed: int) -> bytes:
        return mutated(data, longest, seed, target.form, atheris.Mutate)

    corpus = [option for option in options if option.startswith("--corpus=")]
    place = Path(corpus[0].partition("=")[2])
    place.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (place / f"seed-{number:03}").write_bytes(seed)
    rest = [option for option in options if option not in corpus]
    atheris.Setup([sys.argv[0], f"-max_len={target.longest}", *rest, str(place)], target.read, custom_mutator=mutate)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
