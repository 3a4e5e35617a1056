"""How figures are written for a person: significant digits, a true minus, no exponent."""

import math

MINUS = "−"
PROPER = ("Hamilton", "Athens", "Epworth", "Pittsburgh", "International", "Beck")
"""First words that keep their capital inside a sentence."""


def figure(value: float, digits: int = 2) -> str:
    """A figure with so many significant digits, a true minus, and no exponent."""
    if value == 0 or abs(value) < 1e-9:
        return "0"
    places = max(0, digits - 1 - _order(value))
    text = f"{abs(value):.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + text


def _order(value: float) -> int:
    return math.floor(math.log10(abs(value)))


def signed(value: float, digits: int = 2) -> str:
    """A change with its sign."""
    return ("+" if value > 0 else "") + figure(value, digits)


def span(low: float, high: float, digits: int = 2) -> str:
    """Two limits."""
    return f"{figure(low, digits)} to {figure(high, digits)}"


def mid_sentence(label: str) -> str:
    """A label as it stands inside a sentence: its first letter small, unless it is a name or abbreviation."""
    words = label.split(" ")
    named = any(word[:1].isupper() for word in words[1:]) or any(word[1:2].isupper() for word in words)
    return label if named or words[0] in PROPER else label[:1].lower() + label[1:]


def percent(share: float) -> str:
    """A probability in whole percent, with its ends said as limits."""
    if share < 0.01:
        return "under 1 %"
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"
