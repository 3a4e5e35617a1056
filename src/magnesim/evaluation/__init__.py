"""How well the model and the pools foresee what studies saw: `validate` on this or any package."""

from magnesim.evaluation.validation import Validation, validate

__all__ = ["Validation", "validate"]
