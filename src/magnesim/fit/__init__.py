"""Calibration of the body model: human figures, the experiments that give them, the posterior."""
