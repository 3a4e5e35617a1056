"""Extracellular magnesium: the fast pool in which serum is measured, and the loss with sweat."""

from magnesim.body.notation import HOURS_PER_DAY, Assignment, Compartment, Flux, Output, amount, parameter

ASSIGNMENTS = (
    Assignment(
        "extracellular_volume",
        parameter("weight")
        * (parameter("plasma_share") + parameter("ultrafilterable_share") * parameter("interstitial_share")),
        "L",
        "volume in which total serum magnesium would give the extracellular amount",
    ),
    Assignment(
        "extracellular_reference",
        parameter("extracellular_volume") * parameter("serum_reference"),
        "mmol",
        "extracellular magnesium at the reference serum magnesium",
    ),
)

COMPARTMENTS = (
    Compartment("extracellular", "extracellular fluid", "blood", parameter("extracellular_reference")),
    Compartment("sweat", "left with sweat", "outside"),
)

SERUM = amount("extracellular") / parameter("extracellular_volume")
SERUM_RATIO = amount("extracellular") / parameter("extracellular_reference")

FLUXES = (
    Flux("sweat_loss", "extracellular", "sweat", parameter("sweat_loss") / HOURS_PER_DAY * SERUM_RATIO),
)

OUTPUTS = (Output("serum_mmol_l", SERUM, "mmol/L", "total serum magnesium"),)
