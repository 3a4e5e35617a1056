"""Loose stools from magnesium that is not absorbed: how likely, how sure, and on what data it rests."""

from magnesim.tolerability.model import LooseStool, loose_stool, probability, stool_weight_g, weight_of
from magnesim.tolerability.parameters import central, draws

__all__ = [
    "LooseStool",
    "central",
    "draws",
    "loose_stool",
    "probability",
    "stool_weight_g",
    "weight_of",
]
