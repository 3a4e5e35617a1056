"""Calibration of the body model against human data."""
