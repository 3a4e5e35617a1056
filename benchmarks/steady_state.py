"""How long many people take to their periodic steady state, beside a week at the same tolerance.

Run: `.venv/bin/python benchmarks/steady_state.py [--people N] [--json]`.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

from magnesim.body.entry import enters
from magnesim.body.parameters import between_person_draws, typical
from magnesim.solve import engine
from magnesim.solve.steady import STEADY_RESIDUAL, periodic_state

MEALS = ((7.5, 0.25), (12.5, 0.35), (18.5, 0.40))
DIET_MMOL = 10.0
DEFAULT_STEADY = 1e-6


def main() -> None:
    """Time both, at the residual of answers and at the exact one, and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    people = asked.people
    parameters = engine.parameter_array(typical(), between_person_draws(people, 1), people)
    meals = [(hour, enters("food", DIET_MMOL * share, True)) for hour, share in MEALS]
    day = engine.Schedule.of(meals, people)
    few = np.arange(32)
    periodic_state(parameters[:, few], day.only(few))
    content = {}
    for residual in (DEFAULT_STEADY, STEADY_RESIDUAL):
        begun = time.perf_counter()
        state = periodic_state(parameters, day, residual=residual)
        settled = time.perf_counter() - begun
        begun = time.perf_counter()
        tolerance = residual * 0.1
        engine.run(
            state,
            parameters,
            day,
            7,
            relative_tolerance=tolerance,
            absolute_tolerance=tolerance,
            keep_daily=False,
        )
        content[f"residual_{residual:g}"] = {"steady_s": settled, "week_s": time.perf_counter() - begun}
    if asked.json:
        print(json.dumps({"people": people} | content))
        return
    for name, seen in content.items():
        print(
            f"{name}: steady state {seen['steady_s']:.2f} s, a week {seen['week_s']:.2f} s, {people} people"
        )


if __name__ == "__main__":
    main()
