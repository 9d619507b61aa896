"""What a bundle starts: the desk; or with ``-m MODULE …`` one of its children, as Python itself would.

A bundle has one program, and the desk's children (store, world, broker's guard, decoders) are modules of it.
"""

import runpy
import sys


def main() -> None:
    if sys.argv[1:2] == ["-m"] and len(sys.argv) > 2:
        name = sys.argv[2]
        del sys.argv[1:3]
    else:
        name = "console"
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
