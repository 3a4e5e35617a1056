"""What a regimen does in a body, or in many: the exposure that effects are judged against."""

from magnesim.exposure.crowd import Crowd, simulate_people
from magnesim.exposure.mechanisms import Mechanism
from magnesim.exposure.outline import Outline, outline, outlines
from magnesim.exposure.simulation import BodyState, Simulation, simulate

__all__ = [
    "BodyState",
    "Crowd",
    "Mechanism",
    "Outline",
    "Simulation",
    "outline",
    "outlines",
    "simulate",
    "simulate_people",
]
