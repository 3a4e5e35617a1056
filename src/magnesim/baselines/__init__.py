"""The two linear models that the body model must beat: Ward 2026 and one compartment.

Both let the kidney excrete in proportion to serum, so the serum change for each mmol/d of urine is fixed.
"""

from magnesim.baselines.linear import Baseline, baselines, steady_state, supplement_change, time_constants_d

__all__ = ["Baseline", "baselines", "steady_state", "supplement_change", "time_constants_d"]
