"""A person as given, completed with listed population values; the kidney's work; a population drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnesim.people.kidney import body_surface_area_m2, egfr_ckd_epi_2021, gfr_l_h
from magnesim.people.person import Assumed, Person, complete, population_values

if TYPE_CHECKING:
    from magnesim.people.population import People, Population

__all__ = [
    "Assumed",
    "People",
    "Person",
    "Population",
    "body_surface_area_m2",
    "complete",
    "egfr_ckd_epi_2021",
    "gfr_l_h",
    "population_values",
]


def __getattr__(name: str) -> Any:
    # a safety decision needs a person and no random numbers: NumPy waits until a population is asked for
    if name not in ("People", "Population"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from magnesim.people import population

    return getattr(population, name)
