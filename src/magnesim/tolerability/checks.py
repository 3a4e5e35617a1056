"""What the model gives for each anchor, with the noise of its numbers, against what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from magnesim.normal import se_from_interval
from magnesim.tolerability.anchors import Anchor, anchors
from magnesim.tolerability.fit import log_spared_of, middle_dose, trials
from magnesim.tolerability.parameters import SEED, constants, draws

DRAWS = 4000
ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Check:
    """One figure as seen, and the middle 90 % of what the model would give in the same setting.

    Attributes:
        anchor: the anchor; `excess of` it for a difference from its own placebo group.
        seen: the figure, or both ends of a range.
    """

    anchor: str
    seen: tuple[float, float]
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether what was seen is among what the model would give."""
        return self.low <= self.seen[1] and self.seen[0] <= self.high


def checks() -> list[Check]:
    """Every anchor with a figure: in a new trial of that size, with a background that is not known."""
    values, rng = draws(DRAWS), np.random.default_rng(SEED)
    typical = dict(values)
    score = np.log(values["background"] / (1 - values["background"]))
    new = score + values["background_spread"] * rng.standard_normal(DRAWS)
    values |= {"background": 1 / (1 + np.exp(-new))}
    found = []
    for arms in (*trials("fit"), *trials("check")):
        seen = {arm.anchor: _count(arm, _share(arm, values, rng), rng) for arm in arms}
        found += [_against(arm.anchor, arm.events / arm.n, seen[arm.anchor]) for arm in arms]
        if len(arms) == 2:
            # the two arms share a background, so that their difference asks more of the drug term
            given, placebo = arms
            excess = given.events / given.n - placebo.events / placebo.n
            name = f"excess of {given.anchor}"
            found.append(_against(name, excess, seen[given.anchor] - seen[placebo.anchor]))
    for row in anchors():
        if row.kind == "difference":
            noise = se_from_interval(row.low, row.high) * rng.standard_normal(DRAWS)
            drawn = _share(row, values, rng) - values["background"] + noise
            found.append(_against(row.anchor, row.figure, drawn))
        elif row.kind == "belief":
            drawn = -np.expm1(log_spared_of(row, middle_dose(row), typical, constants()))
            found.append(_against(row.anchor, (row.low, row.high), drawn))
        elif row.kind == "range":
            found.append(_against(row.anchor, (row.low, row.high), _share(row, values, rng)))
    return found


def _share(row: Anchor, values: Mapping[str, np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Share with loose stools, (draw,); a dose that can be read in two ways is drawn."""
    readings = [-np.expm1(log_spared_of(row, dose, values, constants())) for dose in row.doses_mmol]
    which = rng.integers(len(readings), size=DRAWS)
    return np.choose(which, readings)


def _count(row: Anchor, share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share counted among so many people, (draw,)."""
    return rng.binomial(round(row.n), share) / row.n


def _against(name: str, seen: float | tuple[float, float], drawn: np.ndarray) -> Check:
    low, high = (float(end) for end in np.quantile(drawn, ENDS))
    return Check(name, seen if isinstance(seen, tuple) else (seen, seen), low, high)
