"""How figures are written in the sentences of this room."""

from __future__ import annotations

from collections.abc import Sequence

from magnesim.figures import figure

Interval = tuple[float, float]

SMALLEST_P = 0.0001


def number(value: float, digits: int = 3) -> str:
    """A figure with so many significant digits, as everywhere."""
    return figure(value, digits)


def with_interval(estimate: float, ci: Interval | None, unit: str = "") -> str:
    """`-1.6 points (-3.3 to 0.05)`."""
    head = f"{number(estimate)} {unit}".strip()
    return f"{head} (no interval)" if ci is None else f"{head} ({number(ci[0])} to {number(ci[1])})"


def listed(names: Sequence[str], most: int = 6) -> str:
    """`a, b and c`; long lists are cut and counted."""
    if len(names) > most:
        return ", ".join(names[:most]) + f" and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def p_in_words(p: float) -> str:
    """`p 0.014`; a tiny one as a bound: figures printed to a few digits do not carry it."""
    return f"p below {SMALLEST_P:g}" if p < SMALLEST_P else f"p {number(p, 2)}"


def percent(share: float) -> str:
    """A share of one as whole percent."""
    return f"{100.0 * share:.0f} %"


def weeks_in_words(weeks: float) -> str:
    """`1 week`, `8.7 weeks`; less than a week in days."""
    if weeks < 1.0:
        return counted(round(7.0 * weeks), "day")
    shown = number(weeks, 2)
    return f"{shown} week" if shown == "1" else f"{shown} weeks"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 trial`, `3 trials`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
