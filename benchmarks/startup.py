"""How long a command takes from a cold process: help, evidence, and a warm answer for one person.

Run: `.venv/bin/python benchmarks/startup.py [--rounds R]`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "help": ["--help"],
    "evidence": ["evidence", "sbp", "--json"],
    "simulate": ["simulate", "--form", "citrate", "--dose-mg", "300", "--json"],
    "answer": ["answer", "--goal", "sleep", "--form", "citrate", "--dose-mg", "300", "--age", "62", "--json"],
}


def main() -> None:
    """Run each command several times in turn and print the median and the least."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(asked.rounds + 1):
        for name, words in COMMANDS.items():
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-m", "magnesim.cli", *words], capture_output=True, check=False)
            seconds[name].append(time.perf_counter() - begun)
    for name, seen in seconds.items():
        # the first run of each may compile
        print(f"{name:10s} median {statistics.median(seen[1:]):.2f} s, least {min(seen[1:]):.2f} s")


if __name__ == "__main__":
    main()
