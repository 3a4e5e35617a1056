"""Kidney function from creatinine, and filtration of this body from the indexed estimate."""

import math


def egfr_ckd_epi_2021(creatinine_mg_dl: float, age: float, sex: str) -> float:
    """Estimated glomerular filtration rate, mL/min/1.73 m2, race-free creatinine equation.

    Args:
        creatinine_mg_dl: serum creatinine, mg/dL.
        age: years.
        sex: `female` or `male`.

    Source: Inker et al. 2021, CKD-EPI, doi:10.1056/NEJMoa2102953.
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine_mg_dl / kappa
    return 142.0 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.200 * 0.9938**age * factor


def body_surface_area_m2(weight_kg: float, height_cm: float) -> float:
    """Body surface area, m2, Mosteller 1987 (doi:10.1056/NEJM198710223171717)."""
    return math.sqrt(weight_kg * height_cm / 3600.0)


def gfr_l_h(egfr: float, weight_kg: float, height_cm: float) -> float:
    """Filtration of this body, L/h, from the estimate indexed to 1.73 m2."""
    ml_min = egfr * body_surface_area_m2(weight_kg, height_cm) / 1.73
    return ml_min * 60.0 / 1000.0
