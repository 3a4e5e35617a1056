"""How much magnesium an amount of a salt holds: first what labels print, then chemistry, else a question.

The label wins over the formula (a 400 mg oxide tablet prints 240 mg, not 241 mg). A mass of a salt with
several variants is never converted in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from magnesim.data import records
from magnesim.errors import UnclearError
from magnesim.intake.compounds import ROUNDING, Compound, Synonym, forms, variants

SALT_FROM_MG = 1000.0
"""From here on a mass that names an organic salt is the salt: no tablet holds a gram of magnesium itself."""
LARGEST_FRACTION = 0.61
"""Just above oxide, the salt with the most magnesium by mass (60.3 %)."""


@dataclass(frozen=True)
class Content:
    """Elemental magnesium in one stated amount.

    Attributes:
        low_mg: elemental, mg; the lowest reading.
        high_mg: the highest reading; equal to `low_mg` where the amount is clear.
        basis: `elemental`, `salt_converted`, `mmol`, `meq`, `percent` or `label`.
        variant: variant that the conversion stands on, or None.
        per_container: the amount is what one tablet, capsule or spoon holds.
        assumptions: what was taken for granted.
        question: what would settle the reading; empty where it is clear.
    """

    low_mg: float
    high_mg: float
    basis: str
    variant: str | None = None
    per_container: bool = False
    assumptions: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True)
class Salt:
    """A salt as a text names it: canonical name (empty where unknown), and what narrows its variants."""

    name: str
    synonyms: tuple[Synonym, ...] = ()
    variant_words: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name to show."""
        return forms()[self.name].label if self.name else "magnesium"

    @property
    def question(self) -> str:
        """What must be asked before a mass can be converted; empty where nothing."""
        asked = [synonym.question for synonym in self.synonyms if synonym.question]
        return asked[0] if asked else ""

    def candidates(self) -> tuple[Compound, ...]:
        """Variants that the words leave open."""
        left = variants(self.name)
        for synonym in self.synonyms:
            left = tuple(v for v in left if not synonym.variants or v.variant in synonym.variants)
        for word in self.variant_words:
            left = tuple(v for v in left if word in f"{v.variant} {v.label}".casefold().replace("_", " "))
        return left


def salt_content(given: str, salt: Salt, mg: float, said_salt: bool, containers: Iterable[str]) -> Content:
    """Elemental magnesium in `mg` of a salt.

    Args:
        given: the whole text, for messages.
        salt: the salt as named.
        mg: mass, mg.
        said_salt: the text says that this is the mass of the salt.
        containers: tablet, capsule and the like, as named in the text.

    Raises:
        UnclearError: the mass may be the salt or the magnesium in it, or the share of magnesium is not known.
    """
    containers = tuple(containers)
    printed = _label_content(salt, mg, containers, "typical_unit_salt_mg")
    if printed:
        return printed
    form = forms()[salt.name]
    convertible = not salt.question and _is_one_number(salt.candidates(), form.unlisted_variants)
    printed = _label_content(salt, mg, containers, "elemental_mg")
    if printed and not said_salt and not convertible:
        return printed
    # An inorganic salt with one chemistry is named by its own mass (oxide 400 mg), unless a label prints the
    # same figure for the magnesium in it (hydroxide tablet, 135 mg).
    is_salt = form.kind == "inorganic" and convertible and not printed
    if not (said_salt or mg >= SALT_FROM_MG or is_salt):
        which = f"is {mg:g} mg the {salt.label} (the salt), or the elemental magnesium that the label prints?"
        raise UnclearError(given, salt.question or which, f"{mg:g} mg elemental magnesium")
    return _converted(salt, mg, said_salt) if convertible else _open_content(given, salt, mg)


def _is_one_number(candidates: Sequence[Compound], unlisted: str) -> bool:
    if unlisted or not candidates:
        return False
    fractions = [variant.elemental_fraction for variant in candidates]
    return max(fractions) / min(fractions) - 1.0 <= ROUNDING


def _converted(salt: Salt, mg: float, said_salt: bool) -> Content:
    candidates = salt.candidates()
    # Label rows of the same share only repeat the chemistry, so the row with a formula speaks for them.
    variant = min(candidates, key=lambda v: (v.formula is None, len(v.label)))
    elemental = mg * variant.elemental_fraction
    name = variant.label if "magnesium" in variant.label else f"{salt.label}, {variant.label},"
    assumptions = [f"{name} is {100 * variant.elemental_fraction:.3g} % magnesium by mass"]
    if not said_salt:
        assumptions.insert(0, f"{mg:g} mg is the mass of the salt, not of the magnesium in it")
    if salt.name == "glycinate":
        assumptions.append("the glycinate is not buffered with oxide")
    return Content(elemental, elemental, "salt_converted", variant.variant, assumptions=tuple(assumptions))


def _open_content(given: str, salt: Salt, mg: float) -> Content:
    """The readings of a salt mass whose variant is open, or an error where they cannot all be listed."""
    candidates, unlisted = salt.candidates(), forms()[salt.name].unlisted_variants
    if salt.question or unlisted or not candidates:
        why = f"{unlisted}: " if unlisted else ""
        ask = salt.question or f"{why}how much elemental magnesium does the label print?"
        raise UnclearError(given, ask, "200 mg elemental magnesium")
    fractions = [variant.elemental_fraction for variant in candidates]
    low, high = mg * min(fractions), mg * max(fractions)
    question = (
        f"{mg:g} mg of {salt.label} holds {low:.3g} to {high:.3g} mg of magnesium, as the salt is made: "
        "how much elemental magnesium does the label print?"
    )
    return Content(low, high, "salt_converted", question=question)


def _label_content(salt: Salt, mg: float, containers: Sequence[str], column: str) -> Content | None:
    """The row of `safety/products.csv` with this mass in this container, if one is printed."""
    for row in _label_rows(salt.name):
        in_container = any(container in row["label_form"].casefold() for container in containers)
        if in_container and row[column] == mg and row["elemental_mg"]:
            elemental = float(row["elemental_mg"])
            note = f"a label ({row['label_form']}) prints {elemental:g} mg of magnesium"
            return Content(elemental, elemental, "label", _variant_of_label(row), True, (note,))
    return None


def _label_rows(name: str) -> list[dict[str, Any]]:
    return [row for row in records("safety", "products") if row["compound"] == name]


def _variant_of_label(row: dict[str, Any]) -> str | None:
    """The variant of `compounds.csv` that was made from this label row."""
    slug = "label_" + re.sub(r"[^a-z0-9]+", "_", row["label_form"].casefold()).strip("_")
    return next((v.variant for v in variants(row["compound"]) if v.variant == slug), None)


def volume_content(given: str, salt: Salt, ml: float) -> Content:
    """Elemental magnesium in a volume of a product whose label prints it.

    Raises:
        UnclearError: no label of such a liquid is in the tables, or the labels differ.
    """
    products = [synonym.product for synonym in salt.synonyms if synonym.product]
    strengths = {
        row["elemental_mg"] / float(volume.group(1))
        for row in _label_rows(salt.name)
        for product in products
        if row["elemental_mg"]
        and (volume := re.match(rf"{re.escape(product)}, ([0-9.]+) mL", row["label_form"]))
    }
    if len(strengths) != 1:
        raise UnclearError(
            given, f"how many mg of elemental magnesium does the label print for {ml:g} mL?", ""
        )
    mg_per_ml = strengths.pop()
    note = (
        f"the usual strength of {products[0]}, {mg_per_ml:.3g} mg of magnesium a mL; a concentrate holds more"
    )
    return Content(ml * mg_per_ml, ml * mg_per_ml, "label", assumptions=(note,))


def fraction_is_possible(salt: Salt, fraction: float) -> bool:
    """Whether a printed share of magnesium can be that salt.

    Fillers leave room below, blends a little above: half of the least to a tenth above the largest share.
    """
    candidates = salt.candidates() if salt.name and not salt.question else ()
    if not candidates or forms()[salt.name].unlisted_variants:
        return 0.0 < fraction <= LARGEST_FRACTION
    fractions = [variant.elemental_fraction for variant in candidates]
    return 0.5 * min(fractions) <= fraction <= min(1.1 * max(fractions), LARGEST_FRACTION)
