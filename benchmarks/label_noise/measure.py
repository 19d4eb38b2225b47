"""Runs a command and prints, as its last line, its CPU seconds and its peak memory in MiB.

    python measure.py COMMAND …

A process of its own, and a small one: a child's peak memory starts from that of the process that forks it.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> None:
    process = subprocess.Popen(sys.argv[1:])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    print(f"\n{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss / 1024}")
    sys.exit(1 if process.returncode else 0)


if __name__ == "__main__":
    main()
