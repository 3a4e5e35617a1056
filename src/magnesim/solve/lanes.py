"""The integrator of the fast engine: Tsit5 over a group of people at once (structure of arrays).

This text is appended to the generated equations (`generate.py`), so that numba compiles both together and
keeps the result on disk. It is not imported by itself. Arrays are (variable, lane); a lane is one person.
Between two of its own events each lane runs in its own time, scaled to [0, 1], so that personal clock
times cost nothing; the step is shared and set by the worst lane. Method: Tsitouras 2011,
doi:10.1016/j.camwa.2011.06.002.
"""

import numpy as np
from numba import njit

A21 = 0.161
A31, A32 = -0.008480655492356989, 0.335480655492357
A41, A42, A43 = 2.8971530571054935, -6.359448489975075, 4.3622954328695815
A51, A52, A53, A54 = 5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525
A61, A62, A63, A64, A65 = (
    5.86145544294642,
    -12.92096931784711,
    8.159367898576159,
    -0.071584973281401,
    -0.028269050394068383,
)
A71, A72, A73, A74, A75, A76 = (
    0.09646076681806523,
    0.01,
    0.4798896504144996,
    1.379008574103742,
    -3.290069515436081,
    2.324710524099774,
)
E1, E2, E3, E4, E5, E6, E7 = (
    -0.00178001105222577714,
    -0.0008164344596567469,
    0.007880878010261995,
    -0.1447110071732629,
    0.5823571654525552,
    -0.45808210592918697,
    1.0 / 66.0,
)
C2, C3, C4, C5 = 0.161, 0.327, 0.9, 0.9800255409045097
SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
SMALLEST_STEP = 1e-9
HUGE = 1e300


@njit(cache=True, error_model="numpy")
def advance(y, start, length, p, rtol, atol, first_step, work):
    """Take every lane from `start` over `length` hours, in place; gives the last good step, or -1."""
    n, lanes = y.shape
    k1, k2, k3, k4, k5, k6, k7, stage, new, clock = (
        work[0],
        work[1],
        work[2],
        work[3],
        work[4],
        work[5],
        work[6],
        work[7],
        work[8],
        work[9],
    )
    s = 0.0
    h = min(first_step, 1.0)
    rates(start, y, p, length, k1)
    kept = h
    while s < 1.0:
        last = s + h >= 1.0 - 1e-14
        if last:
            h = 1.0 - s
        for i in range(n):
            for j in range(lanes):
                stage[i, j] = y[i, j] + h * A21 * k1[i, j]
        for j in range(lanes):
            clock[0, j] = start[j] + (s + C2 * h) * length[j]
        rates(clock[0], stage, p, length, k2)
        for i in range(n):
            for j in range(lanes):
                stage[i, j] = y[i, j] + h * (A31 * k1[i, j] + A32 * k2[i, j])
        for j in range(lanes):
            clock[0, j] = start[j] + (s + C3 * h) * length[j]
        rates(clock[0], stage, p, length, k3)
        for i in range(n):
            for j in range(lanes):
                stage[i, j] = y[i, j] + h * (A41 * k1[i, j] + A42 * k2[i, j] + A43 * k3[i, j])
        for j in range(lanes):
            clock[0, j] = start[j] + (s + C4 * h) * length[j]
        rates(clock[0], stage, p, length, k4)
        for i in range(n):
            for j in range(lanes):
                stage[i, j] = y[i, j] + h * (
                    A51 * k1[i, j] + A52 * k2[i, j] + A53 * k3[i, j] + A54 * k4[i, j]
                )
        for j in range(lanes):
            clock[0, j] = start[j] + (s + C5 * h) * length[j]
        rates(clock[0], stage, p, length, k5)
        for i in range(n):
            for j in range(lanes):
                stage[i, j] = y[i, j] + h * (
                    A61 * k1[i, j] + A62 * k2[i, j] + A63 * k3[i, j] + A64 * k4[i, j] + A65 * k5[i, j]
                )
        for j in range(lanes):
            clock[0, j] = start[j] + (s + h) * length[j]
        rates(clock[0], stage, p, length, k6)
        for i in range(n):
            for j in range(lanes):
                new[i, j] = y[i, j] + h * (
                    A71 * k1[i, j]
                    + A72 * k2[i, j]
                    + A73 * k3[i, j]
                    + A74 * k4[i, j]
                    + A75 * k5[i, j]
                    + A76 * k6[i, j]
                )
        rates(clock[0], new, p, length, k7)
        worst = 0.0
        finite = True
        for i in range(n):
            for j in range(lanes):
                error = h * (
                    E1 * k1[i, j]
                    + E2 * k2[i, j]
                    + E3 * k3[i, j]
                    + E4 * k4[i, j]
                    + E5 * k5[i, j]
                    + E6 * k6[i, j]
                    + E7 * k7[i, j]
                )
                scale = atol + rtol * max(abs(y[i, j]), abs(new[i, j]))
                ratio = abs(error) / scale
                worst = max(worst, ratio)
                finite = finite and ratio < HUGE
        if not finite:
            # max() drops a NaN, so a step that gave one is told apart here and never accepted
            worst = HUGE
        if worst <= 1.0:
            s = 1.0 if last else s + h
            for i in range(n):
                for j in range(lanes):
                    y[i, j] = new[i, j]
                    k1[i, j] = k7[i, j]
            if not last:
                kept = h
        factor = GROW if worst == 0.0 else min(GROW, max(SHRINK, SAFETY * worst**-0.2))
        h = h * factor
        if h < SMALLEST_STEP and s < 1.0:
            return -1.0
        if worst <= 1.0 and last:
            kept = max(kept, min(h, 1.0))
    return kept


@njit(cache=True, error_model="numpy")
def days(y, p, event_time, event_amount, entry, n_days, rtol, atol, daily, within, steps):
    """Run every lane through whole days.

    Args:
        y: amounts, mmol, (state, lane); at the end of the last day on return.
        p: parameters, (parameter, lane).
        event_time: clock hours, (event, lane), rising; the last row is the end of the day.
        event_amount: mmol that enter at each event but the last, (event - 1, entry, lane).
        entry: state index of each entry compartment.
        n_days: how many days.
        rtol, atol: tolerance of a step, relative and in mmol.
        daily: filled with the amounts at the start of each day, (day, state, lane), where it has days.
        within: filled with the amounts at each event of the last day, before it acts, (event, state, lane).
        steps: step sizes kept between days, (event - 1,).

    Returns:
        True where every step was taken.
    """
    n, lanes = y.shape
    work = np.empty((10, n, lanes))
    length = np.empty(lanes)
    for day in range(n_days):
        if day < daily.shape[0]:
            daily[day] = y
        for e in range(event_time.shape[0] - 1):
            if day == n_days - 1 and within.shape[0] > 0:
                within[e] = y
            for c in range(entry.shape[0]):
                for j in range(lanes):
                    y[entry[c], j] += event_amount[e, c, j]
            moving = False
            for j in range(lanes):
                length[j] = event_time[e + 1, j] - event_time[e, j]
                moving = moving or length[j] > 0.0
            if moving:
                kept = advance(y, event_time[e], length, p, rtol, atol, steps[e], work)
                if kept < 0.0:
                    return False
                steps[e] = kept
    if within.shape[0] > 0:
        within[event_time.shape[0] - 1] = y
    return True
