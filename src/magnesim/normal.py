"""The two points of the standard normal that intervals are told by, once for all rooms."""

MIDDLE_90 = 1.6448536269514722
"""Half the width of the middle 90 %, in standard deviations."""
MIDDLE_95 = 1.959963984540054
"""Half the width of the middle 95 %, in standard deviations."""


def se_from_interval(low: float, high: float) -> float:
    """Standard error that a 95 % interval implies, normal; limits on the scale of the effect."""
    return (high - low) / (2 * MIDDLE_95)
