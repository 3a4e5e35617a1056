"""Gut: emptying, dissolution in acid, uptake along the bowel, secretion, stool.

Uptake at each site is saturable plus linear (`fine1991a`); a meal's own magnesium shares the route, so
splitting a dose or parting it from a meal acts through the saturable term alone. First-order passage with
plain saturation cannot give what was seen: about 1.7 mmol a meal by the saturable route whether the load is
3 or 42 mmol. Uptake is therefore held back by the load itself (substrate inhibition), as the channel is
closed by magnesium inside the cell (TRPM6, half effect 0.51 mmol/L). The linear term carries the 7 % of
intake that is taken up at high loads. Food leaves the stomach slowly, which spreads the load.
"""

import sympy as sp

from magnesim.body.notation import HOURS_PER_DAY, Assignment, Compartment, Flux, amount, parameter

COMPARTMENTS = (
    Compartment("stomach_solid", "undissolved salt in the stomach", "gut"),
    Compartment("stomach_liquid", "dissolved magnesium in the stomach, without a meal", "gut"),
    Compartment("stomach_food", "dissolved magnesium in the stomach, with a meal", "gut"),
    Compartment("duodenum", "duodenum", "gut"),
    Compartment("jejunum", "jejunum", "gut"),
    Compartment("ileum", "ileum", "gut"),
    Compartment("colon", "dissolved magnesium in the colon", "gut"),
    Compartment("gut_unavailable", "undissolved or bound magnesium past the stomach", "gut"),
    Compartment("faeces", "left with the stool", "outside"),
)

SMALL_BOWEL = ("duodenum", "jejunum", "ileum")
UPTAKE_SITES = (*SMALL_BOWEL, "colon")


def _residence(site: str) -> sp.Expr:
    """Mean time at a site, h."""
    if site == "colon":
        return parameter("colon_transit_time")
    return parameter("small_bowel_transit_time") * parameter(f"{site}_transit_share")


ASSIGNMENTS = (
    Assignment(
        "passive_uptake_rate",
        parameter("passive_share") / (1 - parameter("passive_share")) / parameter("small_bowel_transit_time"),
        "1/h",
        "linear uptake that takes the passive share of a load in one passage",
    ),
)


def uptake(site: str) -> sp.Expr:
    """Uptake at one site, mmol/h: saturable and held back by its own load, plus linear in the small bowel.

    Sites are compared by what the whole small bowel would hold at the same passage, so that the long stay
    in the colon does not by itself saturate it; `*_uptake_share` is the share of what is taken up, not of
    a rate.
    """
    density = amount(site) * parameter("small_bowel_transit_time") / _residence(site)
    crowding = parameter("uptake_half") + density + density**2 / parameter("uptake_inhibition")
    capacity = parameter("uptake_capacity") * parameter(f"{site}_uptake_share") / _residence(site)
    linear = parameter("passive_uptake_rate") * amount(site) if site in SMALL_BOWEL else 0
    return parameter("gut_uptake_factor") * (capacity * density / crowding + linear)


_dissolution = parameter("dissolution_rate") * parameter("gastric_acid_factor") * amount("stomach_solid")

FLUXES = (
    Flux("dissolution", "stomach_solid", "stomach_liquid", _dissolution),
    Flux(
        "emptying_solid",
        "stomach_solid",
        "gut_unavailable",
        amount("stomach_solid") / parameter("solid_emptying_time"),
    ),
    Flux(
        "emptying_liquid",
        "stomach_liquid",
        "duodenum",
        amount("stomach_liquid") / parameter("liquid_emptying_time"),
    ),
    Flux(
        "emptying_food", "stomach_food", "duodenum", amount("stomach_food") / parameter("food_emptying_time")
    ),
    Flux("transit_duodenum", "duodenum", "jejunum", amount("duodenum") / _residence("duodenum")),
    Flux("transit_jejunum", "jejunum", "ileum", amount("jejunum") / _residence("jejunum")),
    Flux("transit_ileum", "ileum", "colon", amount("ileum") / _residence("ileum")),
    *(Flux(f"uptake_{site}", site, "extracellular", uptake(site)) for site in UPTAKE_SITES),
    Flux(
        "secretion",
        "extracellular",
        "duodenum",
        parameter("endogenous_secretion")
        / HOURS_PER_DAY
        * amount("extracellular")
        / parameter("extracellular_reference"),
    ),
    Flux("stool_dissolved", "colon", "faeces", amount("colon") / parameter("colon_transit_time")),
    Flux(
        "stool_unavailable",
        "gut_unavailable",
        "faeces",
        amount("gut_unavailable") / parameter("colon_transit_time"),
    ),
)
