"""Many people through twelve weeks: this engine, libroadrunner, diffrax and SciPy on the same equations.

Run: `.venv/bin/python benchmarks/population.py [--json] [--people N] [--rounds R]`. One core, engines in
turn, medians of the rounds, each at its loosest tolerance within the limit of error: 2e-5, and 1e-6 for
`_fine`. Needs the extras `magnesim[sbml]`, and diffrax for its column. Everybody has three meals and two
doses a day and starts from the steady state on the diet. "Error" is the largest relative error over people,
days and outputs (serum, urine, uptake, muscle, bone) against this engine at 1e-12, which the tests hold
against SciPy; slow engines are checked on fewer people.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numba
import numpy as np

from magnesim.body.entry import ENTRY, enters
from magnesim.body.parameters import between_person_draws, typical
from magnesim.solve import engine
from magnesim.solve.steady import periodic_state

DAYS = 84
MEALS = ((7.5, 0.25), (12.5, 0.35), (18.5, 0.40))
DOSES = (8.0, 20.0)
DIET_MMOL, DOSE_MMOL = 10.0, 6.0
FLOWS = ("urine", "absorbed", "serum_hours")
STORES = ("muscle", "bone_exchangeable")
DEFAULT_ERROR, FINE_ERROR = 2e-5, 1e-6


@dataclass
class Case:
    """The people: parameters, steady state, a day with meals and doses."""

    parameters: np.ndarray
    start: np.ndarray
    schedule: engine.Schedule
    reference: np.ndarray

    def error(self, daily: np.ndarray) -> float:
        """Largest relative error of the outputs of the first people, from amounts (day, state, person)."""
        people = min(daily.shape[2], self.reference.shape[2])
        ours, exact = outputs(daily[:, :, :people]), outputs(self.reference[:, :, :people])
        return float(np.max(np.abs(ours / exact - 1)))


@dataclass
class Engine:
    """One competitor: what it runs, on how many people, and what was seen."""

    name: str
    people: int
    run: Callable[[], np.ndarray]
    seconds: list[float] = field(default_factory=list)
    max_rel_error: float = 0.0

    @property
    def people_per_s(self) -> float:
        """People a second, median of the rounds."""
        return self.people / statistics.median(self.seconds)


def outputs(daily: np.ndarray) -> np.ndarray:
    """What people look at, day by day: flows of the day and stores at its end, (day, output, person)."""
    flows = [np.diff(daily[:, engine.state_index(name)], axis=0) for name in FLOWS]
    return np.stack([*flows, *(daily[1:, engine.state_index(name)] for name in STORES)], axis=1)


def case_of(people: int, checked: int) -> Case:
    """Draw the people and find their steady state and the exact course of the first of them."""
    parameters = engine.parameter_array(typical(), between_person_draws(people, 1), people)
    meals = [(hour, enters("food", DIET_MMOL * share, True)) for hour, share in MEALS]
    doses = [(hour, enters("citrate", DOSE_MMOL, False)) for hour in DOSES]
    start = periodic_state(parameters, engine.Schedule.of(meals, people), residual=1e-8)
    schedule = engine.Schedule.of(meals + doses, people)
    first = np.arange(min(checked, people))
    exact = engine.run(
        start[:, first],
        parameters[:, first],
        schedule.only(first),
        DAYS,
        relative_tolerance=1e-12,
        absolute_tolerance=1e-12,
    )
    return Case(parameters, start, schedule, exact.daily)


def ours(case: Case, relative: float, absolute: float) -> Callable[[], np.ndarray]:
    """This engine at a tolerance."""

    def run() -> np.ndarray:
        return engine.run(
            case.start,
            case.parameters,
            case.schedule,
            DAYS,
            relative_tolerance=relative,
            absolute_tolerance=absolute,
        ).daily

    return run


def libroadrunner(case: Case, people: int, tolerance: float) -> Callable[[], np.ndarray]:
    """The exported SBML in libroadrunner (CVODE), one person after another in one loaded model."""
    import roadrunner

    from magnesim.export.names import symbol_ids
    from magnesim.export.sbml import sbml

    day = [
        (float(hour), dict(zip(ENTRY, map(float, amounts), strict=True)))
        for hour, amounts in zip(
            case.schedule.time_h[:-1, 0], case.schedule.amount_mmol[:, :, 0], strict=True
        )
        if amounts.any()
    ]
    runner = roadrunner.RoadRunner(sbml(typical(), day))
    runner.integrator.relative_tolerance = tolerance
    runner.integrator.absolute_tolerance = tolerance * 1e-2
    ids = symbol_ids()
    states = [ids[name] for name in engine.equations().STATES]
    parameters = [ids[name] for name in engine.equations().PARAMETERS]
    runner.timeCourseSelections = states

    def run() -> np.ndarray:
        daily = np.empty((DAYS + 1, len(states), people))
        for person in range(people):
            runner.resetAll()
            values = (*case.parameters[:, person], *case.start[:, person])
            for name, value in zip((*parameters, *states), values, strict=True):
                runner[name] = float(value)
            daily[:, :, person] = runner.simulate(0, 24 * DAYS, DAYS + 1)
        return daily

    return run


def scipy(case: Case, people: int, tolerance: float) -> Callable[[], np.ndarray]:
    """SciPy's LSODA on the plain right-hand side, event by event."""
    from scipy.integrate import solve_ivp

    entry = [engine.state_index(name) for name in ENTRY]

    def run() -> np.ndarray:
        daily = np.empty((DAYS + 1, case.start.shape[0], people))
        times = case.schedule.time_h[:, 0]
        for person in range(people):
            p, y = case.parameters[:, person], case.start[:, person].copy()
            for day in range(DAYS):
                daily[day, :, person] = y
                for event in range(times.size - 1):
                    y[entry] += case.schedule.amount_mmol[event, :, person]
                    if times[event + 1] > times[event]:
                        solved = solve_ivp(
                            lambda t, x, p=p: engine.equations().reference_rates(t, x, p),
                            times[event : event + 2],
                            y,
                            method="LSODA",
                            rtol=tolerance,
                            atol=tolerance * 1e-2,
                        )
                        y = solved.y[:, -1]
            daily[DAYS, :, person] = y
        return daily

    return run


def diffrax(case: Case, people: int, tolerance: float) -> Callable[[], np.ndarray]:
    """diffrax Tsit5, people by vmap, events by scan; compiled before the clock starts."""
    import inspect

    import diffrax as dfx
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    text = inspect.getsource(engine.equations().reference_rates).replace("np.", "jnp.")
    scope = {"jnp": jnp, "functools": __import__("functools")}
    exec(text, scope)
    times = jnp.asarray(case.schedule.time_h[:, 0])
    entry = jnp.array([engine.state_index(name) for name in ENTRY])
    term = dfx.ODETerm(lambda t, y, p: jnp.stack(scope["reference_rates"](t, y, p)))
    controller = dfx.PIDController(rtol=tolerance, atol=tolerance * 1e-2)

    def stretch(y, event, p):
        begin, end, amounts = event
        y = y.at[entry].add(amounts)
        solved = dfx.diffeqsolve(
            term, dfx.Tsit5(), begin, end, 0.05, y, p, stepsize_controller=controller, max_steps=4096
        )
        return solved.ys[-1], None

    def one(y, p, amounts):
        def day(y, _):
            end, _ = jax.lax.scan(lambda z, e: stretch(z, e, p), y, (times[:-1], times[1:], amounts))
            return end, end

        _, ends = jax.lax.scan(day, y, None, length=DAYS)
        return jnp.concatenate([y[None], ends])

    everybody = jax.jit(jax.vmap(one, in_axes=(1, 1, 2), out_axes=2))
    # a stretch of no length would hold up the solver; the day's first look is one
    arguments = (
        jnp.asarray(case.start[:, :people]),
        jnp.asarray(case.parameters[:, :people]),
        jnp.asarray(case.schedule.amount_mmol[:, :, :people]),
    )
    np.asarray(everybody(*arguments))
    return lambda: np.asarray(everybody(*arguments))


Maker = Callable[[float], Callable[[], np.ndarray]]


def loosest(
    name: str, people: int, make: Maker, tolerances: tuple[float, ...], case: Case, limit: float
) -> Engine:
    """The engine at the loosest of its tolerances whose error stays within the limit."""
    for tolerance in tolerances:
        one = Engine(name, people, make(tolerance))
        one.max_rel_error = case.error(one.run())
        if one.max_rel_error <= limit:
            return one
    raise SystemExit(f"{name}: no tolerance of {tolerances} reaches {limit:g}")


def engines_within(limit: float, case: Case, people: int, suffix: str) -> list[Engine]:
    """Every engine within one limit of error."""
    grid = (1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7, 1e-8)
    loose = 1e-5 if limit >= DEFAULT_ERROR else 5e-7
    found = [
        loosest(f"ours{suffix}", people, lambda t: ours(case, t, max(t, loose)), grid, case, limit),
        loosest(f"libroadrunner{suffix}", 8, lambda t: libroadrunner(case, 8, t), grid, case, limit),
    ]
    try:
        few = (1e-4, 1e-5, 1e-6, 1e-7)
        found.append(loosest(f"diffrax{suffix}", 64, lambda t: diffrax(case, 64, t), few, case, limit))
    except ImportError:
        sys.stderr.write("diffrax is not installed: its column is left out\n")
    return found


def main() -> None:
    """Run every engine in turn and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--people", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    numba.set_num_threads(1)
    case = case_of(asked.people, 32)
    engines = [
        *engines_within(DEFAULT_ERROR, case, asked.people, ""),
        *engines_within(FINE_ERROR, case, asked.people, "_fine"),
        loosest("scipy", 1, lambda t: scipy(case, 1, t), (1e-6, 1e-8), case, DEFAULT_ERROR),
    ]
    for _ in range(asked.rounds):
        for one in engines:
            begun = time.perf_counter()
            one.run()
            one.seconds.append(time.perf_counter() - begun)
    report(engines, asked.json)


def report(engines: list[Engine], as_json: bool) -> None:
    """The figures: people a second and error of each, and ratios at equal error."""
    seen = {one.name: one for one in engines}
    ratios = {
        f"ratio_to_{rival}{suffix}": seen[f"ours{suffix}"].people_per_s
        / seen[f"{rival}{suffix}"].people_per_s
        for rival in ("libroadrunner", "diffrax")
        for suffix in ("", "_fine")
        if f"{rival}{suffix}" in seen
    }
    if as_json:
        figures = {
            name: {"people_per_s": one.people_per_s, "max_rel_error": one.max_rel_error}
            for name, one in seen.items()
        }
        print(json.dumps(figures | ratios))
        return
    for name, one in seen.items():
        print(f"{name:20s} {one.people_per_s:10.1f} people/s   largest error {one.max_rel_error:.1e}")
    for name, ratio in ratios.items():
        print(f"{name:30s} {ratio:.1f}")


if __name__ == "__main__":
    main()
