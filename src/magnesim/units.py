"""Magnesium amounts, concentrations and times in the units people write, converted in this one place.

Molar mass 24.305 g/mol (standard atomic weight); magnesium is divalent, so 1 mmol is 2 mEq.
"""

MG_PER_MMOL = 24.305
MEQ_PER_MMOL = 2.0
HOURS_A_DAY = 24.0
DAYS_A_WEEK = 7


def mmol_from_mg(mg: float) -> float:
    """Elemental magnesium, mg to mmol."""
    return mg / MG_PER_MMOL


def mg_from_mmol(mmol: float) -> float:
    """Elemental magnesium, mmol to mg."""
    return mmol * MG_PER_MMOL


def mg_from_meq(meq: float) -> float:
    """Elemental magnesium, mEq to mg."""
    return meq / MEQ_PER_MMOL * MG_PER_MMOL


def mmol_l_from_mg_dl(mg_dl: float) -> float:
    """Concentration, mg/dL to mmol/L."""
    return mg_dl * 10.0 / MG_PER_MMOL


def mmol_l_from_meq_l(meq_l: float) -> float:
    """Concentration, mEq/L to mmol/L."""
    return meq_l / MEQ_PER_MMOL
