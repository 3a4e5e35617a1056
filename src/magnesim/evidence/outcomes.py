"""What trials measure: the outcomes by key, with their unit, direction, spread and least important change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from magnesim.data import records
from magnesim.errors import InputError

SD_UNITS = ("SD", "SD units")


@dataclass(frozen=True)
class Outcome:
    """One row of `outcomes.csv`.

    Attributes:
        key, label, unit, domain: as in the table; effects are given in `unit`.
        better_direction: `lower`, `higher` or `neutral` (a marker that is neither good nor bad).
        mid: minimal important difference in `unit`, without sign; None where none is known.
        mid_source: the fact it comes from.
        typical_sd: spread between people in `unit`; None where none is known.
        sd_source: the fact it comes from.
    """

    key: str
    label: str
    unit: str
    better_direction: str
    domain: str
    mid: float | None
    mid_source: str | None
    typical_sd: float | None
    sd_source: str | None

    @property
    def usual_measure(self) -> str:
        """`smd` where it is told in SDs, else `md`."""
        return "smd" if self.unit in SD_UNITS else "md"

    def unit_of(self, measure: str | None) -> str:
        """Unit of an estimate of this measure: the outcome's own, SDs, or the logarithm of a ratio."""
        if measure == "smd":
            return "SD"
        return "log ratio" if measure is not None and measure.startswith("log_") else self.unit

    def benefit(self, change: float) -> float:
        """`change` with its sign turned so that better is positive; 0 for a neutral marker."""
        return {"lower": -1.0, "higher": 1.0, "neutral": 0.0}[self.better_direction] * change

    def direction(self, change: float) -> str:
        """What a difference of this sign means: `better on magnesium`; `higher` for a neutral marker."""
        if change == 0.0:
            return "no difference"
        if self.better_direction == "neutral":
            return f"{'higher' if change > 0.0 else 'lower'} on magnesium"
        return f"{'better' if self.benefit(change) > 0.0 else 'worse'} on magnesium"


@cache
def outcomes() -> dict[str, Outcome]:
    """All outcomes by key, in the order of the table."""
    return {
        row["outcome"]: Outcome(
            key=row["outcome"],
            label=row["label"],
            unit=row["unit"],
            better_direction=row["better_direction"],
            domain=row["domain"],
            mid=row["minimal_important_difference"],
            mid_source=row["mid_source"],
            typical_sd=row["typical_sd"],
            sd_source=row["sd_source"],
        )
        for row in records("evidence", "outcomes")
    }


def outcome(key: str) -> Outcome:
    """The outcome of this key, in capitals or not.

    Raises:
        InputError: no such key; names the nearest ones by key and by label.
    """
    known = outcomes()
    if (name := plain_key(key)) in known:
        return known[name]
    names = {k: k for k in known} | {o.label: o.key for o in known.values()}
    raise not_known("outcome", key, names, "magnesim evidence ")


def plain_key(word: str) -> str:
    """A name as the tables write it: small letters, underscores."""
    return "_".join(word.strip().lower().replace("-", " ").split())


def not_known(what: str, given: str, names: dict[str, str], example: str) -> InputError:
    """The error for a name that no table has; `names` by all spellings that it may have been meant for."""
    near = list(dict.fromkeys(names[name] for name in nearest(given, names)))[:4]
    return InputError(
        f"{what} {given.strip() or '(empty)'}",
        f"not known; near it are {', '.join(near)}.",
        example + near[0],
    )


def nearest(word: str, names: Iterable[str], count: int = 6) -> list[str]:
    """The names most like a word that is not among them, the likest first; the first ones for no word."""
    from rapidfuzz import fuzz, process, utils

    known = list(names)
    found = process.extract(word, known, scorer=fuzz.WRatio, processor=utils.default_process, limit=count)
    return [name for name, _, _ in found] or known[:count]


@cache
def forms() -> tuple[str, ...]:
    """What an arm can be asked for by: every compound of `arms.csv`, and salts that nobody has tested.

    `unspecified` and `mixed` are among them: arms of which no more is known.
    """
    arms = {row["compound"] for row in records("evidence", "arms")}
    known = arms | {row["compound"] for row in records("evidence", "compounds")}
    return tuple(sorted(known - {"none", None}))


def checked_form(form: str | None) -> str | None:
    """The form, lower case, where a compound of that name is known; None where none is asked about.

    Raises:
        InputError: no such compound, or an empty name; names the nearest.
    """
    return None if form is None else _checked("form", form, forms())


def _checked(what: str, given: str, known: tuple[str, ...]) -> str:
    if (name := plain_key(given)) in known:
        return name
    raise not_known(what, given, {k: k for k in known}, f"--{what} ")


_GROUPS = ("postmenopause", "women", "pregnancy", "older_adults")


@cache
def populations() -> tuple[str, ...]:
    """Populations that can be asked for: the conditions studied, and a few groups across them."""
    conditions = {row["condition"] for row in records("evidence", "studies") if row["condition"]}
    return tuple(sorted((conditions - {"other", "mixed"}) | set(_GROUPS)))


def checked_population(population: str | None) -> str | None:
    """The population where it is known; None where none is asked about.

    Raises:
        InputError: no such population, or an empty name; names the nearest.
    """
    return None if population is None else _checked("population", population, populations())


def studied_in(study: dict[str, Any], population: str) -> bool:
    """Whether a study (a row of `studies.csv`) was done in this population, as a whole."""
    if population == "women":
        return study["pct_female"] == 100.0
    if population == "older_adults":
        return study["age_mean"] is not None and study["age_mean"] >= 60.0
    if population == "postmenopause" and study["menopause"] == "post":
        return True
    if population == "pregnancy":
        return bool(study["condition"] == "pregnancy_cramps")
    return bool(study["condition"] == population)
