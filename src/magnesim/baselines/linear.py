"""Linear models of magnesium, solved exactly: x' = rates @ x + entry * absorbed.

Amounts in mmol, concentrations in mmol/L, time in days. Parameters stand in `baselines.csv` under the
symbols of the equations. A linear model answers a supplement alike from any steady state, so the change is
solved by itself, from zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from magnesim.errors import InputError
from magnesim.tables import rows
from magnesim.units import mmol_from_mg

if TYPE_CHECKING:
    import numpy as np

SETTLED_D = 1e6
"""Days after which nothing moves any more; the exponential of a much longer time would overflow."""


@dataclass(frozen=True)
class Baseline:
    """A published type of model to compare with.

    Attributes:
        name: what to call it by.
        source: where it comes from, in words.
        doi: of the source; empty where there is none.
        equations: as text, one a line, in the symbols of `baselines.csv`.
    """

    name: str
    label: str
    source: str
    doi: str
    equations: str


@dataclass(frozen=True)
class _System:
    """One linear model with its numbers in place.

    Attributes:
        rates: change of every state with every state, 1/d, (state, state).
        entry: change of every state with absorbed magnesium, 1/L, (state,).
        serum: total serum, mmol/L, for one mmol/L of the first state.
        urine: urine, mmol/d, for one mmol/L of the first state.
    """

    rates: np.ndarray
    entry: np.ndarray
    serum: float
    urine: float


def _ward2026(p: Mapping[str, float]) -> _System:
    """States s (free, serum), n (bone), t (free, tissue), mmol/L."""
    import numpy as np

    Ve = p["Vs"] * (1 + p["x1"]) + p["Vr"] * p["x2"]
    Vn, Vt = p["phi"] * p["VN"], p["VT"] * (1 + p["x3"])
    rates = [
        [-(p["g"] + p["mu"] + p["k"]) / Ve, p["mum"] / Ve, p["km"] / Ve],
        [p["mu"] / Vn, -p["mum"] / Vn, 0.0],
        [p["k"] / Vt, 0.0, -p["km"] / Vt],
    ]
    return _System(np.array(rates), np.array([1 / Ve, 0.0, 0.0]), 1 + p["x1"], p["g"])


def _one_compartment(p: Mapping[str, float]) -> _System:
    """State c (total serum), mmol/L; everything that is cleared is urine."""
    import numpy as np

    return _System(np.array([[-p["CL"] / p["V"]]]), np.array([1 / p["V"]]), 1.0, p["CL"])


_MODELS: dict[str, tuple[Baseline, Callable[[Mapping[str, float]], _System]]] = {
    "ward2026": (
        Baseline(
            "ward2026",
            "linear model of serum, bone and tissue",
            "Ward 2026, ACS Omega",
            "10.1021/acsomega.5c06910",
            "s' = (-(g + mu + k)*s + mum*n + km*t + absorbed)/Ve\n"
            "n' = (mu*s - mum*n)/(phi*VN)\n"
            "t' = (k*s - km*t)/(VT*(1 + x3))\n"
            "Ve = Vs*(1 + x1) + Vr*x2\n"
            "serum = (1 + x1)*s\n"
            "urine = g*s",
        ),
        _ward2026,
    ),
    "one_compartment": (
        Baseline(
            "one_compartment",
            "one compartment with a constant clearance",
            "textbook form; numbers from the project notes on physiology",
            "",
            "c' = (-CL*c + absorbed)/V\nserum = c\nurine = CL*c",
        ),
        _one_compartment,
    ),
}


def baselines() -> tuple[Baseline, ...]:
    """The models to beat, the published one first."""
    return tuple(baseline for baseline, _ in _MODELS.values())


def _system(name: str) -> _System:
    """The model of this name with the values of its table.

    Raises:
        InputError: no such model.
    """
    if name not in _MODELS:
        raise InputError(f'baseline "{name}"', f"allowed are {', '.join(_MODELS)}.", next(iter(_MODELS)))
    _, build = _MODELS[name]
    table = rows(Path(__file__).parent / "baselines.csv")
    return build({row["name"]: float(row["value"]) for row in table if row["model"] == name})


def steady_state(name: str, absorbed_mmol_d: float) -> tuple[float, ...]:
    """Where every state settles, mmol/L, in the order of the equations.

    Args:
        name: of the model.
        absorbed_mmol_d: magnesium absorbed, mmol/d, for ever.

    Raises:
        InputError: no such model, or a negative amount.
    """
    import numpy as np

    system = _system(name)
    _not_negative("absorbed_mmol_d", absorbed_mmol_d, "6")
    return tuple((-np.linalg.solve(system.rates, system.entry) * absorbed_mmol_d).tolist())


def time_constants_d(name: str) -> tuple[float, ...]:
    """Time constants of the model, d, shortest first.

    Raises:
        InputError: no such model.
    """
    import numpy as np

    # exchange between compartments alone can be made symmetric, so no eigenvalue has an imaginary part
    return tuple(np.sort(-1 / np.linalg.eigvals(_system(name).rates).real).tolist())


def supplement_change(
    name: str, dose_mg_d: float, days: float, absorbed_share: float = 0.30
) -> tuple[float, float]:
    """What a supplement changes from the model's own steady state: serum, mmol/L, and urine, mmol/d.

    Args:
        name: of the model.
        dose_mg_d: elemental magnesium, mg/d, taken evenly over the day.
        days: how long it has been taken.
        absorbed_share: share of the dose that is absorbed, 0 to 1.

    Raises:
        InputError: no such model, a negative dose or time, or a share outside 0 to 1.
    """
    system = _system(name)
    _not_negative("dose_mg_d", dose_mg_d, "365")
    _not_negative("days", days, "84")
    if not 0 <= absorbed_share <= 1:
        raise InputError(
            f"absorbed_share {absorbed_share}", "a share from 0 to 1 is allowed.", "absorbed_share 0.30"
        )
    first = _first_state_after(system, days) * mmol_from_mg(dose_mg_d) * absorbed_share
    return system.serum * first, system.urine * first


def _first_state_after(system: _System, days: float) -> float:
    """Change of the first state, mmol/L, after so many days of 1 mmol/d absorbed."""
    import numpy as np
    from scipy.linalg import expm

    # a last state that stays at 1 carries the constant entry, so one exponential is the exact solution
    size = len(system.entry)
    augmented = np.zeros((size + 1, size + 1))
    augmented[:size, :size], augmented[:size, size] = system.rates, system.entry
    return float(expm(augmented * min(days, SETTLED_D))[0, size])


def _not_negative(name: str, value: float, example: str) -> None:
    """Refuse what is below 0, without end or not a number."""
    if not 0 <= value < math.inf:
        raise InputError(f"{name} {value}", "a number of 0 or more is allowed.", f"{name} {example}")
