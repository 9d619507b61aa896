"""``python -m tests.wire --renew`` writes the golden messages anew, from what the code of today sends."""

import argparse

from tests.wire.examples import EXAMPLES
from tests.wire.golden import FOLDER, renew

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    parser.add_argument("--renew", action="store_true", required=True, help="write the golden messages anew")
    parser.parse_args()
    renew()
    parser.exit(0, f"{len(EXAMPLES)} messages in {FOLDER}\n")
