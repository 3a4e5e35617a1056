"""The figures that the model is held to (`anchors.csv`), and what each left unabsorbed.

No trial measured what was left in the gut, so it follows from the dose: a load D leaves D - A(D) with
A(D) = Vmax D / (K + D) + p D (`fine1991a`), less is absorbed of oxide and hydroxide. The constants and the
ranges of what was not printed stand in `inputs.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.tables import typed_rows
from magnesim.tolerability.model import weight_of
from magnesim.units import mmol_from_mg

if TYPE_CHECKING:
    from magnesim.tolerability.model import FloatOrArray

OXIDE_LIKE = ("oxide", "hydroxide")


@dataclass(frozen=True)
class Anchor:
    """One figure: a count of people, a difference of shares, a belief, a range, or words only.

    Attributes:
        use: `fit`; `check`, held out of the fit; or `no`.
        kind: `count` (events of n), `difference` (figure with limits of 95 %), `belief` (middle 90 %),
            `range` (ends as printed), `words` (nothing to reckon with).
        dose_mg_d: elemental magnesium, mg a day; `other_dose_mg_d` where it can be read in two ways.
        doses_per_day: NaN where it is not printed.
        events: people with loose stools; a fraction where only a percentage was printed.
        misfit: why the model misses it; empty where it does not.
    """

    anchor: str
    study_id: str
    arm_id: str
    use: str
    kind: str
    outcome: str
    compound: str
    dose_mg_d: float
    other_dose_mg_d: float
    doses_per_day: float
    weeks: float
    n: float
    events: float
    figure: float
    low: float
    high: float
    misfit: str
    source: str
    note: str

    @property
    def doses_mmol(self) -> tuple[float, ...]:
        """The daily dose, mmol, in each way that it can be read."""
        given = (self.dose_mg_d, self.other_dose_mg_d)
        return tuple(mmol_from_mg(mg) for mg in given if not math.isnan(mg))


@cache
def anchors() -> tuple[Anchor, ...]:
    """The rows of `anchors.csv`."""
    return typed_rows(Path(__file__).parent / "anchors.csv", Anchor, gaps=True)


def unabsorbed(anchor: Anchor, dose_mmol: float, constants: Mapping[str, float]) -> tuple[float, float]:
    """What a daily dose leaves in the gut, and the largest load of it, mmol; doses are taken as equal."""
    if dose_mmol == 0:
        return 0.0, 0.0
    doses = constants["unprinted_doses"] if math.isnan(anchor.doses_per_day) else anchor.doses_per_day
    load = dose_mmol / doses
    uptake = 1.0 - _oxide_share(anchor.compound, constants) * (1.0 - constants["oxide_uptake"])
    left = load - uptake * absorbed(load, constants)
    return left * doses, left


def absorbed(load_mmol: float, constants: Mapping[str, float]) -> float:
    """Magnesium absorbed from one load of a dissolved salt, mmol (`fine1991a`); never more than the load."""
    saturable = constants["uptake_capacity"] * load_mmol / (constants["uptake_half"] + load_mmol)
    return min(load_mmol, saturable + constants["passive_share"] * load_mmol)


def weight(
    anchor: Anchor, values: Mapping[str, FloatOrArray], constants: Mapping[str, float]
) -> FloatOrArray:
    """How much of what is left counts; of the pooled trials a part gave oxide."""
    if anchor.compound == "none":
        return 1.0
    if anchor.kind == "difference":
        return 1.0 - constants["pool_oxide_share"] * (1.0 - values["oxide_weight"])
    return weight_of(anchor.compound, values)


def _oxide_share(compound: str, constants: Mapping[str, float]) -> float:
    if compound == "mixed":
        return constants["pool_oxide_share"]
    return float(compound in OXIDE_LIKE)
