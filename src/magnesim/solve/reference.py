"""The trusted solver: SciPy at tight tolerance on the plain right-hand side, one person, event by event.

It shares the equations with the kernel and nothing else; the tests hold the kernel against it.
"""

from __future__ import annotations

import numpy as np

from magnesim.body.entry import ENTRY
from magnesim.solve.engine import Schedule, equations, state_index

RELATIVE_TOLERANCE = 1e-12
ABSOLUTE_TOLERANCE_MMOL = 1e-13


def reference_run(state: np.ndarray, parameters: np.ndarray, schedule: Schedule, n_days: int) -> np.ndarray:
    """Amounts of one person at the start of each day and at the end, mmol, (day + 1, state).

    Args:
        state: amounts at the start, mmol, (state,).
        parameters: with the assignments, (parameter,).
        schedule: a day of one person.
        n_days: how many days.
    """
    from scipy.integrate import solve_ivp

    def rates(time_h: float, y: np.ndarray) -> np.ndarray:
        return np.array(equations().reference_rates(time_h, y, parameters), dtype=float)

    entry = [state_index(name) for name in ENTRY]
    times = schedule.time_h[:, 0]
    y = state.copy()
    days = [y.copy()]
    for _ in range(n_days):
        for event in range(times.size - 1):
            y[entry] += schedule.amount_mmol[event, :, 0]
            if times[event + 1] > times[event]:
                solved = solve_ivp(
                    rates,
                    (times[event], times[event + 1]),
                    y,
                    method="DOP853",
                    rtol=RELATIVE_TOLERANCE,
                    atol=ABSOLUTE_TOLERANCE_MMOL,
                )
                y = solved.y[:, -1]
        days.append(y.copy())
    return np.array(days)
