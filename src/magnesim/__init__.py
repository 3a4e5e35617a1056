"""magnesim: an executable, evidence-calibrated model of oral magnesium in people."""

__version__ = "0.1.0"
