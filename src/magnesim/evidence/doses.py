"""How much magnesium the trials of a pool gave."""

from __future__ import annotations

from magnesim.evidence.comparisons import arms
from magnesim.evidence.trials import TrialEffect


def doses_of(effect: TrialEffect) -> list[tuple[float | None, str]]:
    """Elemental mg a day of the arms behind an effect, each with its basis; once where arms took the same.

    The basis is `elemental`, `salt_converted`, or `unclear`: as printed, and it may be the mass of the salt.
    """
    taken = [arms()[effect.study_id, arm] for arm in effect.treatments if (effect.study_id, arm) in arms()]
    return list(dict.fromkeys((arm["elemental_mg_per_day"], arm["dose_basis"] or "unclear") for arm in taken))


def clear_dose(effect: TrialEffect) -> float | None:
    """The one dose of a trial in elemental mg a day; None where it is open, or the arms took several."""
    doses = doses_of(effect)
    if len(doses) != 1 or doses[0][1] == "unclear":
        return None
    return doses[0][0]
