"""Kidney: filtered load less reabsorption with a maximum and splay.

Reabsorption R per litre of filtrate is the smooth minimum of the load L and the maximum T, the
non-rectangular hyperbola theta*R^2 - (L + T)*R + L*T = 0: nothing is lost at zero load, the curve bends
near T, and above it urine rises with the load (`rude1980`, `cellphos_clinsci51`). The sharpness theta is
not guessed: it follows from the reference serum, the reference urine (`joosten2013`) and T. Only + - * /
and one square root are used, so the fast kernel vectorises.
"""

import sympy as sp

from magnesim.body.blood import SERUM
from magnesim.body.notation import HOURS_PER_DAY, TIME, Assignment, Compartment, Flux, Output, parameter

COMPARTMENTS = (Compartment("urine", "left with urine", "outside"),)

_load = parameter("ultrafilterable_share") * parameter("serum_reference")
_reabsorbed = parameter("reabsorbed_reference")
_maximum = parameter("tubular_maximum")

ASSIGNMENTS = (
    Assignment(
        "reabsorbed_reference",
        _load - parameter("urine_reference") / (HOURS_PER_DAY * parameter("gfr_reference")),
        "mmol/L",
        "reabsorbed per litre of filtrate at the reference serum and urine",
    ),
    Assignment(
        "tubular_maximum",
        _reabsorbed * (1 + parameter("tubular_reserve")),
        "mmol/L",
        "reabsorptive maximum per litre of filtrate",
    ),
    Assignment(
        "tubular_sharpness",
        ((_load + _maximum) * _reabsorbed - _load * _maximum) / _reabsorbed**2,
        "1",
        "sharpness of the bend that gives the reference urine at the reference serum",
    ),
    Assignment(
        "tubular_maximum_person",
        _maximum * parameter("tubular_maximum_factor"),
        "mmol/L",
        "reabsorptive maximum per litre of filtrate of this person",
    ),
)

FILTERED_LOAD = parameter("ultrafilterable_share") * SERUM


def reabsorbed(load: sp.Expr, maximum: sp.Expr, sharpness: sp.Expr) -> sp.Expr:
    """Magnesium reabsorbed per litre of filtrate, mmol/L: the smaller root of the hyperbola."""
    total = load + maximum
    return (total - sp.sqrt(total**2 - 4 * sharpness * load * maximum)) / (2 * sharpness)


CIRCADIAN = 1 + parameter("circadian_amplitude") * sp.cos(
    2 * sp.pi / 24 * (TIME - parameter("circadian_peak"))
)

EXCRETION = (
    parameter("gfr")
    * CIRCADIAN
    * (
        FILTERED_LOAD
        - reabsorbed(FILTERED_LOAD, parameter("tubular_maximum_person"), parameter("tubular_sharpness"))
    )
)

FLUXES = (Flux("excretion", "extracellular", "urine", EXCRETION),)

OUTPUTS = (Output("urine_mmol_h", EXCRETION, "mmol/h", "urinary magnesium"),)
