"""Runs a program for as long as standard input stays open: ``python -I -S guard.py PROGRAM [ARGUMENT …]``.

A broker does not notice that whoever started it was killed. This does, on every system: the pipe to its standard
input closes with the parent, whatever ended it. (PR_SET_PDEATHSIG exists on Linux only, job objects on Windows only.)
Ends with the exit code of the program.
"""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType

PATIENCE_S = 3.0


def end(program: "subprocess.Popen[bytes]") -> None:
    program.terminate()
    try:
        program.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        program.kill()


def end_at_eof(program: "subprocess.Popen[bytes]") -> None:
    while sys.stdin.buffer.read(4096):
        pass
    end(program)


def main() -> None:
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)

    def asked_to_end(_signal: int, _frame: FrameType | None) -> None:
        program.terminate()

    signal.signal(signal.SIGTERM, asked_to_end)
    threading.Thread(target=end_at_eof, args=(program,), daemon=True).start()
    code = program.wait()
    os._exit(code if code >= 0 else 128 - code)  # not sys.exit: the thread sits in a read that nobody may interrupt


if __name__ == "__main__":
    main()
