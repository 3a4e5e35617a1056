"""The two points of the standard normal that intervals are told by, once for all rooms."""

MIDDLE_90 = 1.6448536269514722
"""Half the width of the middle 90 %, in standard deviations."""
MIDDLE_95 = 1.959963984540054
"""Half the width of the middle 95 %, in standard deviations."""
