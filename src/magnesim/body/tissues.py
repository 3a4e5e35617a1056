"""Cells, muscle, bone and red cells: how much they hold, how much they give back, and how slowly.

A pool P moves toward P0*(1 + e*(C/C0 - 1)) with time constant tau. The elasticity e is the share of the
pool that follows serum: tracer exchanges with the whole pool, net release does not (notes on
`fatemi1991`, `wallach1988`). e and tau trade against each other over three weeks; that ridge is stated
in the parameters table. Deep bone is fed from exchangeable bone and returns magnesium by resorption.
"""

import sympy as sp

from magnesim.body.blood import SERUM_RATIO
from magnesim.body.notation import HOURS_PER_DAY, Assignment, Compartment, Flux, amount, parameter

POOLS = (
    ("fast_cells", "soft tissue and other cells"),
    ("muscle", "muscle"),
    ("bone_exchangeable", "exchangeable bone"),
    ("red_cells", "red cells"),
)

_bone = parameter("weight") * parameter("body_magnesium") * parameter("bone_share")

ASSIGNMENTS = (
    Assignment(
        "fast_cells_reference",
        parameter("weight") * parameter("body_magnesium") * parameter("soft_tissue_share"),
        "mmol",
        "soft-tissue magnesium at the reference serum",
    ),
    Assignment(
        "muscle_reference",
        parameter("weight") * parameter("body_magnesium") * parameter("muscle_share"),
        "mmol",
        "muscle magnesium at the reference serum",
    ),
    Assignment(
        "bone_exchangeable_reference",
        _bone * parameter("bone_exchangeable_share"),
        "mmol",
        "exchangeable bone magnesium at the reference serum",
    ),
    Assignment(
        "bone_deep_reference",
        _bone * (1 - parameter("bone_exchangeable_share")),
        "mmol",
        "deep bone magnesium at the reference serum",
    ),
    Assignment(
        "red_cells_reference",
        parameter("weight") * parameter("body_magnesium") * parameter("red_cell_share"),
        "mmol",
        "red-cell magnesium at the reference serum",
    ),
)

COMPARTMENTS = (
    *(Compartment(name, label, "tissue", parameter(f"{name}_reference")) for name, label in POOLS),
    Compartment("bone_deep", "deep bone", "tissue", parameter("bone_deep_reference")),
)


def net_uptake(pool: str) -> sp.Expr:
    """Net flow from the extracellular fluid into a pool, mmol/h."""
    reference = parameter(f"{pool}_reference")
    wanted = 1 + parameter(f"{pool}_elasticity") * (SERUM_RATIO - 1)
    return reference / (HOURS_PER_DAY * parameter(f"{pool}_time")) * (wanted - amount(pool) / reference)


FLUXES = (
    *(Flux(f"net_uptake_{pool}", "extracellular", pool, net_uptake(pool)) for pool, _ in POOLS),
    Flux(
        "bone_accretion",
        "bone_exchangeable",
        "bone_deep",
        parameter("bone_deep_reference")
        / (HOURS_PER_DAY * parameter("bone_deep_time"))
        * amount("bone_exchangeable")
        / parameter("bone_exchangeable_reference"),
    ),
    Flux(
        "bone_resorption",
        "bone_deep",
        "bone_exchangeable",
        amount("bone_deep") / (HOURS_PER_DAY * parameter("bone_deep_time")),
    ),
)
