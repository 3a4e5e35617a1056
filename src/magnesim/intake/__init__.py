"""What is taken and eaten: compounds, doses in words, regimens, and the magnesium of meals."""

from magnesim.intake.compounds import Compound, Form, compound, compounds, forms, variants
from magnesim.intake.day import Day, read_day
from magnesim.intake.diet import Meal, is_near_a_meal, meals
from magnesim.intake.dose_text import Dose, UnclearSaltError, read_dose
from magnesim.intake.regimen import DoseEvent, Regimen, default_times, regimen_from

__all__ = [
    "Compound",
    "Day",
    "Dose",
    "DoseEvent",
    "Form",
    "Meal",
    "Regimen",
    "UnclearSaltError",
    "compound",
    "compounds",
    "default_times",
    "forms",
    "is_near_a_meal",
    "meals",
    "read_day",
    "read_dose",
    "regimen_from",
    "variants",
]
