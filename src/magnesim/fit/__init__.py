"""Calibration of the body model against human data: figures, the experiments that give them, the posterior."""
