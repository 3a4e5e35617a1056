"""The integrator of the fast engine: Tsit5 over groups of `LANES` people at once.

This text is appended to the generated equations (`generate.py`), so that numba compiles both together and
keeps the result on disk. It is not imported by itself. A lane is one person. Arrays of a group are flat,
variable after variable with its `LANES` people side by side, so that every inner loop is a vector loop.
Between two of its own events each lane runs in its own time, scaled to [0, 1], so that personal clock
times cost nothing; the step is shared and set by the worst lane. Groups share nothing, so threads change no
bit. The work of a group is one array with fixed offsets, and arrays start on a cache line: several arrays
would need checks of overlap in every loop, and a vector across two lines costs two loads.
Method: Tsitouras 2011, doi:10.1016/j.camwa.2011.06.002.
"""

import numpy as np
from numba import njit, prange

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
SIZE = len(LENIENCY) * LANES
K1, K2, K3, K4, K5, K6, K7, STAGE, WORK_SIZE = [part * SIZE for part in range(9)]
CACHE_LINE = 8
C2, C3, C4, C5 = 0.161, 0.327, 0.9, 0.9800255409045097
SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
SMALLEST_STEP = 1e-9
HUGE = 1e300


@njit(cache=True)
def aligned(size):
    """An empty array whose first number starts a cache line, (size,)."""
    whole = np.empty(size + CACHE_LINE)
    skip = (-(whole.ctypes.data // 8)) % CACHE_LINE
    return whole[skip : skip + size]


@njit(cache=True)
def aligned_copy(values):
    """A copy that starts a cache line."""
    copy = aligned(values.size)
    copy[:] = values
    return copy


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def set_clock(clock, start, length, s):
    """Clock hours of every lane at a scaled time."""
    for j in range(LANES):
        clock[j] = start[j] + s * length[j]


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def worst_error(errors, y, work, h, rtol, atol):
    """Largest error of a step over its tolerance, over all lanes; HUGE where one is no number.

    The largest ratio of each lane is kept as a pair and compared crosswise, without a division.
    """
    for j in range(LANES):
        errors[j] = 0.0
        errors[LANES + j] = 1.0
        errors[2 * LANES + j] = 0.0
    for i in range(len(LENIENCY)):
        smallest = atol * LENIENCY[i]
        for j in range(LANES):
            at = i * LANES + j
            error = abs(h * (work[K2 + at] + E7 * work[K7 + at]))
            before, after = abs(y[at]), abs(work[STAGE + at])
            scale = smallest + rtol * (before if before > after else after)
            above = error * errors[LANES + j] > errors[j] * scale
            errors[j] = error if above else errors[j]
            errors[LANES + j] = scale if above else errors[LANES + j]
            errors[2 * LANES + j] += error
    worst, total = 0.0, 0.0
    for j in range(LANES):
        worst = max(worst, errors[j] / errors[LANES + j])
        total += errors[2 * LANES + j]
    # a comparison drops a NaN, a sum keeps it: a step that gave one is never accepted
    return worst if total < HUGE else HUGE


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def advance(y, start, length, k, rtol, atol, first_step, work, clock, errors):
    """Take every lane from `start` over `length` hours, in place; gives a first step for tomorrow, or -1."""
    # the compartments outside and the counters feed nothing back: stages need only those inside
    inner = INNER * LANES
    stage = work[STAGE:]
    s = 0.0
    h = min(first_step, 1.0)
    set_clock(clock, start, length, 0.0)
    rates(clock, y, k, length, work[K1:])
    kept = -1.0
    while s < 1.0:
        last = s + h >= 1.0 - 1e-14
        if last:
            h = 1.0 - s
        for i in range(inner):
            work[STAGE + i] = y[i] + h * A21 * work[K1 + i]
        set_clock(clock, start, length, s + C2 * h)
        rates(clock, stage, k, length, work[K2:])
        for i in range(inner):
            work[STAGE + i] = y[i] + h * (A31 * work[K1 + i] + A32 * work[K2 + i])
        set_clock(clock, start, length, s + C3 * h)
        rates(clock, stage, k, length, work[K3:])
        for i in range(inner):
            slope = A41 * work[K1 + i] + A42 * work[K2 + i] + A43 * work[K3 + i]
            work[STAGE + i] = y[i] + h * slope
        set_clock(clock, start, length, s + C4 * h)
        rates(clock, stage, k, length, work[K4:])
        for i in range(inner):
            slope = A51 * work[K1 + i] + A52 * work[K2 + i] + A53 * work[K3 + i] + A54 * work[K4 + i]
            work[STAGE + i] = y[i] + h * slope
        set_clock(clock, start, length, s + C5 * h)
        rates(clock, stage, k, length, work[K5:])
        for i in range(inner):
            slope = A61 * work[K1 + i] + A62 * work[K2 + i] + A63 * work[K3 + i] + A64 * work[K4 + i]
            work[STAGE + i] = y[i] + h * (slope + A65 * work[K5 + i])
        set_clock(clock, start, length, s + h)
        rates(clock, stage, k, length, work[K6:])
        for i in range(SIZE):
            k1, k2, k3 = work[K1 + i], work[K2 + i], work[K3 + i]
            k4, k5, k6 = work[K4 + i], work[K5 + i], work[K6 + i]
            slope = A71 * k1 + A72 * k2 + A73 * k3 + A74 * k4 + A75 * k5 + A76 * k6
            work[STAGE + i] = y[i] + h * slope
            # the second stage is done with: its place takes the error of the first six
            work[K2 + i] = E1 * k1 + E2 * k2 + E3 * k3 + E4 * k4 + E5 * k5 + E6 * k6
        rates(clock, stage, k, length, work[K7:])
        worst = worst_error(errors, y, work, h, rtol, atol)
        factor = GROW if worst == 0.0 else min(GROW, max(SHRINK, SAFETY * worst**-0.2))
        if worst <= 1.0:
            if kept < 0.0:
                # what the first step of this stretch could have been is tomorrow's first guess
                kept = min(1.0, h * factor)
            s = 1.0 if last else s + h
            for i in range(SIZE):
                y[i] = work[STAGE + i]
                work[K1 + i] = work[K7 + i]
        h = h * factor
        if h < SMALLEST_STEP and s < 1.0:
            return -1.0
    return kept


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def days_of_group(amounts, constants, event_time, event_amount, entry, n_days, rtol, atol, daily, within):
    """Run one group through whole days, in place; True where every step was taken.

    Args:
        amounts: mmol, (state x lane).
        constants: of the equations, (constant x lane).
        event_time: clock hours, (event, lane), rising; the last row is the end of the day.
        event_amount: mmol that enter at each event but the last, (event - 1, entry, lane).
        entry: state index of each entry compartment.
        n_days: how many days.
        rtol, atol: tolerance of a step, relative and in mmol.
        daily: filled with the amounts at the start of each day, (day, state x lane), where it has days.
        within: filled with the amounts at each event of the last day, before it acts, (event, state x lane).
    """
    y = aligned_copy(amounts)
    k = aligned_copy(constants)
    work = aligned(WORK_SIZE)
    clock = aligned(LANES)
    errors = aligned(3 * LANES)
    length = aligned(LANES)
    events = event_time.shape[0] - 1
    steps = np.full(events, 0.05)
    for day in range(n_days):
        if day < daily.shape[0]:
            daily[day] = y
        for e in range(events):
            if day == n_days - 1 and within.shape[0] > 0:
                within[e] = y
            for c in range(entry.size):
                for j in range(LANES):
                    y[entry[c] * LANES + j] += event_amount[e, c, j]
            moving = False
            for j in range(LANES):
                length[j] = event_time[e + 1, j] - event_time[e, j]
                moving = moving or length[j] > 0.0
            if moving:
                kept = advance(y, event_time[e], length, k, rtol, atol, steps[e], work, clock, errors)
                if kept < 0.0:
                    return False
                steps[e] = kept
    if within.shape[0] > 0:
        within[events] = y
    amounts[:] = y
    return True


@njit(cache=True, error_model="numpy", parallel=True, fastmath={"contract"})
def days(y, k, event_time, event_amount, entry, n_days, rtol, atol, daily, within, fine):
    """Run many groups, one thread a group; every array has the group as its first axis.

    Args:
        fine: filled with whether a group took every step, (group,).
    """
    for g in prange(y.shape[0]):
        fine[g] = days_of_group(
            y[g], k[g], event_time[g], event_amount[g], entry, n_days, rtol, atol, daily[g], within[g]
        )
