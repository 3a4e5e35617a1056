"""Kidney function from creatinine, and filtration of this body from the indexed estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

    FloatOrArray = TypeVar("FloatOrArray", float, np.ndarray)

CKD_EPI_2021 = {"female": (0.7, -0.241, 1.012), "male": (0.9, -0.302, 1.0)}
"""Creatinine at the bend in mg/dL, exponent below it, and factor, by sex."""

ABOVE_THE_BEND = -1.200
BY_YEAR_OF_AGE = 0.9938


def egfr_ckd_epi_2021(creatinine_mg_dl: float, age: float, sex: str) -> float:
    """Estimated glomerular filtration rate, mL/min/1.73 m2, race-free creatinine equation.

    Args:
        creatinine_mg_dl: serum creatinine, mg/dL.
        age: years.
        sex: `female` or `male`.

    Source: Inker et al. 2021, CKD-EPI, doi:10.1056/NEJMoa2102953.
    """
    bend, below, factor = CKD_EPI_2021[sex]
    ratio = creatinine_mg_dl / bend
    return 142.0 * min(ratio, 1.0) ** below * max(ratio, 1.0) ** ABOVE_THE_BEND * BY_YEAR_OF_AGE**age * factor


def egfr_ckd_epi_2021_of(creatinine_mg_dl: np.ndarray, age: np.ndarray, female: np.ndarray) -> np.ndarray:
    """The same equation for many people, mL/min/1.73 m2, (person,); `female` is True or False for each."""
    import numpy as np

    of_sex = zip(CKD_EPI_2021["female"], CKD_EPI_2021["male"], strict=True)
    bend, below, factor = (np.where(female, woman, man) for woman, man in of_sex)
    ratio = creatinine_mg_dl / bend
    bent = np.minimum(ratio, 1.0) ** below * np.maximum(ratio, 1.0) ** ABOVE_THE_BEND
    egfr: np.ndarray = 142.0 * bent * BY_YEAR_OF_AGE**age * factor
    return egfr


def body_surface_area_m2(weight_kg: FloatOrArray, height_cm: FloatOrArray) -> FloatOrArray:
    """Body surface area, m2, Mosteller 1987 (doi:10.1056/NEJM198710223171717)."""
    return (weight_kg * height_cm / 3600.0) ** 0.5


def gfr_l_h(egfr: FloatOrArray, weight_kg: FloatOrArray, height_cm: FloatOrArray) -> FloatOrArray:
    """Filtration of this body or of each of many, L/h, from the estimate indexed to 1.73 m2."""
    ml_min = egfr * body_surface_area_m2(weight_kg, height_cm) / 1.73
    return ml_min * 60.0 / 1000.0
