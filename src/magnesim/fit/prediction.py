"""What the model gives for experiments: many draws of the parameters at once, each design run once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from magnesim.body.entry import enters, infused, salt
from magnesim.body.parameters import typical
from magnesim.fit.design import Design, body_of
from magnesim.fit.experiments import Experiment
from magnesim.intake import meals
from magnesim.solve import engine
from magnesim.solve.measured_serum import state_at_serum
from magnesim.solve.steady import periodic_state
from magnesim.units import mg_from_mmol

RESIDUAL = 1e-6
TOLERANCE = 1e-5
SERUM_CLOSE = 1e-4
PIECES_AN_HOUR = 12
Go = Callable[[np.ndarray, engine.Schedule, int], engine.Run]
"""Takes a state through a day that repeats, so many times."""


@dataclass(frozen=True)
class Draws:
    """Draws of what is not known: factors on parameters and on availability by compound, (draw,) each."""

    count: int
    factors: Mapping[str, np.ndarray] = field(default_factory=dict)
    available: Mapping[str, np.ndarray] = field(default_factory=dict)


def predict(experiments: Sequence[Experiment], draws: Draws) -> np.ndarray:
    """What each draw gives for each experiment, (experiment, draw); NaN where a draw has no steady state."""
    runs = {design: _run(design, draws) for design in dict.fromkeys(one.design for one in experiments)}
    given = np.full((len(experiments), draws.count), np.nan)
    for i, one in enumerate(experiments):
        run = runs[one.design]
        if run.settled.size == 0:
            continue
        given[i, run.settled] = one.scale * READINGS[one.reading](run, one)
    return given


@dataclass(frozen=True)
class _Run:
    """One design, run for the draws that have a steady state.

    Attributes:
        settled: places of those draws.
        before, course: the day before and the days of the design.
        before_times, course_times: clock hours of `within` of each.
        entered: mmol that the doses brought in all, (draw,).
        ate: mmol eaten on a day of the design, (draw,).
    """

    design: Design
    settled: np.ndarray
    parameters: np.ndarray
    before: engine.Run
    course: engine.Run
    before_times: np.ndarray
    course_times: np.ndarray
    entered: np.ndarray
    ate: np.ndarray

    def parameter(self, name: str) -> np.ndarray:
        """A parameter or an assignment, (draw,)."""
        found: np.ndarray = self.parameters[engine.parameter_index(name)]
        return found

    def last_day(self, name: str, *, before: bool = False) -> np.ndarray:
        """What a sink or a counter took on the last day, (draw,)."""
        daily = (self.before if before else self.course).daily
        place = engine.state_index(name)
        gained: np.ndarray = daily[-1, place] - daily[-2, place]
        return gained

    def serum(self, *, before: bool = False) -> np.ndarray:
        """Serum averaged over the last day, mmol/L, (draw,)."""
        return self.last_day("serum_hours", before=before) / 24.0

    def store(self, *names: str) -> np.ndarray:
        """Stores at the end over the same stores at the start, (draw,)."""
        places = [engine.state_index(name) for name in names]
        ratio: np.ndarray = self.course.daily[-1, places].sum(axis=0) / self.before.daily[0, places].sum(
            axis=0
        )
        return ratio

    def output(self, name: str, hour: float | None, *, before: bool = False) -> np.ndarray:
        """A model output at a clock hour of the last day, or at its start, (draw,)."""
        run, times = (self.before, self.before_times) if before else (self.course, self.course_times)
        at = 0 if hour is None else int(np.argmin(np.abs(times - hour)))
        read = engine.equations().outputs(times[at], run.within[at], self.parameters)
        value: np.ndarray = np.broadcast_to(
            read[engine.equations().OUTPUTS.index(name)], (self.parameters.shape[1],)
        )
        return value


def _entries(design: Design, draws: Draws, eaten: float, *, doses: bool) -> list[tuple[float, np.ndarray]]:
    """Clock hour and amounts by entry compartment of everything taken in a day, (entry, draw)."""
    taken = [(meal.time_h, "food", meal.mmol, True) for meal in meals(mg_from_mmol(eaten)) if eaten > 0]
    if doses:
        taken += [(one.hour, one.compound, one.mmol, one.with_meal) for one in design.given]
    entries = []
    for hour, compound, amount, with_meal in taken:
        if compound == "iv":
            pieces = max(1, round(design.infusion_h * PIECES_AN_HOUR))
            piece = np.repeat(np.array(infused(amount / pieces))[:, None], draws.count, axis=1)
            entries += [(hour + design.infusion_h * i / pieces, piece) for i in range(pieces)]
            continue
        factor = draws.available.get(compound)
        if factor is None:
            split = np.repeat(np.array(enters(compound, amount, with_meal))[:, None], draws.count, axis=1)
        else:
            split = np.array([enters(compound, amount, with_meal, float(x)) for x in factor]).T
        entries.append((hour, split))
    return entries


def _schedule(
    entries: list[tuple[float, np.ndarray]], draws: Draws, looks: tuple[float, ...]
) -> engine.Schedule:
    """Everybody's day: the same hours, amounts by draw."""
    nothing = (0.0,) * len(infused(0.0))
    frame = engine.Schedule.of([(hour, nothing) for hour, _ in entries], draws.count, looks)
    amounts = frame.amount_mmol.copy()
    for hour, split in entries:
        at = np.abs(frame.time_h[:-1, 0] - engine.on_model_day(hour))
        amounts[int(np.argmin(at))] += split
    return engine.Schedule(frame.time_h, amounts)


def _values(design: Design) -> dict[str, float]:
    values = typical() | body_of(design)
    oral = [one.compound for one in design.given if one.compound != "iv"]
    return values | {"dissolution_rate": salt(oral[0] if oral else "food").dissolution_rate}


def _run(design: Design, draws: Draws) -> _Run:
    eaten = _schedule(_entries(design, draws, design.habitual_mmol_d, doses=False), draws, design.looks)
    course = _schedule(_entries(design, draws, design.diet_mmol_d, doses=True), draws, design.looks)
    if design.empty_gut:
        parameters = engine.parameter_array(_values(design), dict(draws.factors), draws.count)
        state = engine.at_reference(parameters)
    else:
        parameters, state = _settled(design, draws, eaten)
    there = np.flatnonzero(np.isfinite(state).all(axis=0))
    times = eaten.time_h[:, 0], course.time_h[:, 0]
    parameters, state, eaten, course = (
        parameters[:, there],
        state[:, there],
        eaten.only(there),
        course.only(there),
    )

    def go(begin: np.ndarray, day: engine.Schedule, days: int) -> engine.Run:
        return engine.run(
            begin,
            parameters,
            day,
            days,
            relative_tolerance=TOLERANCE,
            absolute_tolerance=TOLERANCE,
        )

    if design.empty_gut:
        before, after = _followed(go, state, eaten, course, design.days)
    else:
        before, after = go(state, eaten, 1), go(state, course, design.days)
    return _Run(
        design,
        there,
        parameters,
        before,
        after,
        *times,
        course.daily_mmol - (0.0 if design.empty_gut else eaten.daily_mmol),
        course.daily_mmol,
    )


def _followed(
    go: Go, state: np.ndarray, nothing: engine.Schedule, loads: engine.Schedule, days: int
) -> tuple[engine.Run, engine.Run]:
    """A day with loads and as many without as were asked, beside the same days without any."""
    ends = []
    for first in (nothing, loads):
        begun = go(state, first, 1)
        rest = go(begun.daily[-1], nothing, days)
        ends.append(engine.Run(np.concatenate([begun.daily[:1], rest.daily[-1:]]), rest.within))
    return ends[0], ends[1]


def _settled(design: Design, draws: Draws, eaten: engine.Schedule) -> tuple[np.ndarray, np.ndarray]:
    """Parameters and steady state; a measured serum is honoured by the tubular maximum of these people."""
    values = _values(design)
    if design.serum is None:
        parameters = engine.parameter_array(values, dict(draws.factors), draws.count)
        return parameters, periodic_state(parameters, eaten, residual=RESIDUAL, strict=False)
    return state_at_serum(
        values,
        draws.factors,
        draws.count,
        eaten,
        design.serum,
        close=SERUM_CLOSE,
        residual=RESIDUAL,
        strict=False,
        relative_tolerance=TOLERANCE,
        absolute_tolerance=TOLERANCE,
    )


def status_and_change(design: Design, draws: Draws) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Serum before (mmol/L), and what a design changes in serum (mmol/L) and urine (mmol/d), (draw,) each."""
    run = _run(design, draws)
    serum, urine = run.serum(before=True), run.last_day("urine", before=True)
    return serum, run.serum() - serum, run.last_day("urine") - urine


def exposure_of(design: Design) -> dict[str, float]:
    """What a design changes in the typical body: net uptake (mmol/d), serum (mmol/L), stores (mmol)."""
    run = _run(design, Draws(1))

    def kept(*, before: bool) -> float:
        taken = run.last_day("absorbed", before=before) - run.last_day("secreted", before=before)
        return float(taken[0])

    # what lies in the gut is not in store
    places = [engine.state_index(name) for name in engine.equations().REFERENCED]
    stores = [float(daily[places, 0].sum()) for daily in (run.course.daily[-1], run.before.daily[0])]
    return {
        "absorbed_mmol_d": kept(before=False) - kept(before=True),
        "serum_mmol_l": float(run.serum()[0] - run.serum(before=True)[0]),
        "stores_mmol": stores[0] - stores[1],
    }


def weekly_change(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """What a design changes by the last day of each week in the typical body: serum and urine, (week,)."""
    run = _run(design, Draws(1))
    serum, urine = (
        np.diff(run.course.daily[:, engine.state_index(name), 0])[6::7] for name in ("serum_hours", "urine")
    )
    return serum / 24.0 - run.serum(before=True)[0], urine - run.last_day("urine", before=True)[0]


def _load_absorbed(run: _Run, _one: Experiment) -> np.ndarray:
    place = engine.state_index("absorbed")
    taken = [of.daily[-1, place] - of.daily[0, place] for of in (run.course, run.before)]
    share: np.ndarray = (taken[0] - taken[1]) / run.entered
    return share


def _serum(run: _Run, one: Experiment) -> np.ndarray:
    return run.serum() if one.at_hour is None else run.output("serum_mmol_l", one.at_hour)


def _percent(run: _Run, hour: float) -> np.ndarray:
    """Serum over the same hour of the day before, so that the day's own swing drops out, %."""
    start = run.output("serum_mmol_l", hour, before=True)
    return 100.0 * (run.output("serum_mmol_l", hour) / start - 1.0)


def _csf(run: _Run, _one: Experiment) -> np.ndarray:
    return run.output("csf_mmol_l", None)


def _balance(run: _Run, _one: Experiment) -> np.ndarray:
    return run.ate - run.last_day("urine") - run.last_day("faeces")


READINGS = {
    "absorbed": lambda run, _: 1.0 - run.last_day("faeces") / run.ate,
    "load_absorbed": _load_absorbed,
    "urine_gain_share": lambda run, _: (
        (run.last_day("urine") - run.last_day("urine", before=True)) / run.entered
    ),
    "faeces": lambda run, _: run.last_day("faeces"),
    "faeces_share": lambda run, _: run.last_day("faeces") / run.ate,
    "faeces_over_urine": lambda run, _: run.last_day("faeces") / run.last_day("urine"),
    "urine": lambda run, _: run.last_day("urine"),
    "urine_change": lambda run, _: run.last_day("urine") - run.last_day("urine", before=True),
    "urine_ratio": lambda run, _: run.last_day("urine") / run.last_day("urine", before=True),
    "serum": _serum,
    "serum_ratio": lambda run, _: run.serum() / run.serum(before=True),
    "serum_change": lambda run, _: run.serum() - run.serum(before=True),
    "serum_percent": lambda run, one: _percent(run, one.at_hour),
    "serum_percent_max": lambda run, one: np.max([_percent(run, hour) for hour in one.design.looks], axis=0),
    "serum_max": lambda run, one: np.max(
        [run.output("serum_mmol_l", hour) for hour in one.design.looks or run.course_times[:-1]], axis=0
    ),
    "balance": _balance,
    "tubular_maximum": lambda run, _: run.parameter("tubular_maximum"),
    "csf": _csf,
    "csf_ratio": lambda run, one: (
        run.output("csf_mmol_l", one.at_hour) / run.output("csf_mmol_l", one.at_hour, before=True)
    ),
    "csf_over_serum": lambda run, _: _csf(run, _) / run.serum(),
    "red_cells_ratio": lambda run, _: run.store("red_cells"),
    "bone_ratio": lambda run, _: run.store("bone_exchangeable", "bone_deep"),
    "muscle_ratio": lambda run, _: run.store("muscle"),
    "calcitriol_ratio": lambda run, _: (
        run.output("calcitriol_relative", None) / run.output("calcitriol_relative", None, before=True)
    ),
}
"""How each figure is read off a run, (draw,) each; keys are those of `readings.csv`."""
