"""Brain: cerebrospinal and interstitial fluid behind a saturable, active entry (`oppelt1963`, `ajayi2013`).

Large rises of serum move this pool little; that is what any claim about an oral dose and the brain has
to pass.
"""

from magnesim.body.blood import SERUM_RATIO
from magnesim.body.notation import Assignment, Compartment, Flux, Output, amount, parameter

ASSIGNMENTS = (
    Assignment(
        "brain_reference",
        parameter("csf_reference") * parameter("brain_fluid_volume"),
        "mmol",
        "magnesium of cerebrospinal and interstitial fluid at the reference serum",
    ),
)

COMPARTMENTS = (Compartment("brain", "brain fluid", "brain", parameter("brain_reference")),)

_entry = SERUM_RATIO * (parameter("csf_entry_half") + 1) / (parameter("csf_entry_half") + SERUM_RATIO)

FLUXES = (
    Flux(
        "csf_entry",
        "extracellular",
        "brain",
        parameter("csf_exit_rate") * parameter("brain_reference") * _entry,
    ),
    Flux("csf_exit", "brain", "extracellular", parameter("csf_exit_rate") * amount("brain")),
)

CSF = amount("brain") / parameter("brain_fluid_volume")
CSF_IONISED = CSF * parameter("csf_ionised_share")

OUTPUTS = (
    Output("csf_mmol_l", CSF, "mmol/L", "total magnesium of cerebrospinal fluid"),
    Output("csf_ionised_mmol_l", CSF_IONISED, "mmol/L", "ionised magnesium of cerebrospinal fluid"),
)
