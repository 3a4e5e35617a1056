"""A person as given, completed with listed population values, and the size of the kidney's work."""

from magnesim.people.kidney import body_surface_area_m2, egfr_ckd_epi_2021, gfr_l_h
from magnesim.people.person import Assumed, Person, complete

__all__ = ["Assumed", "Person", "body_surface_area_m2", "complete", "egfr_ckd_epi_2021", "gfr_l_h"]
