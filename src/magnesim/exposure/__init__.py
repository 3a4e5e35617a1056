"""What a regimen does in a body: the exposure that effects are judged against."""

from magnesim.exposure.mechanisms import Mechanism
from magnesim.exposure.simulation import BodyState, Simulation, simulate

__all__ = ["BodyState", "Mechanism", "Simulation", "simulate"]
