"""What a bundle starts: the desk; or with ``-m MODULE …`` one of its children, as Python itself would.

A bundle has one program, and the desk's children (store, world, broker's guard, decoders) are modules of it.
"""

import os
import runpy
import sys


def main() -> None:
    if sys.stdout is None or sys.stderr is None:  # a program of Windows' that was started without a terminal
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for as long as it runs
    if sys.argv[1:2] == ["-m"] and len(sys.argv) > 2:
        name = sys.argv[2]
        del sys.argv[1:3]
    else:
        name = "console"
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
