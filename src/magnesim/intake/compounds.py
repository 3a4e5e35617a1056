"""Magnesium compounds: their chemistry, the names people write for them, and how much of each is magnesium.

A compound has variants (hydrates, stoichiometries, label practice) that differ in magnesium by mass, so a
salt mass means nothing until the variant is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from magnesim.data import records
from magnesim.errors import InputError, UnclearError
from magnesim.intake.tables import rows
from magnesim.units import MG_PER_MMOL

ROUNDING = 0.01
"""Variants whose shares of magnesium lie within 1 % of each other are one number as printed (oxide 60.0 to
60.4 %)."""


@dataclass(frozen=True)
class Compound:
    """One variant of a compound.

    Attributes:
        name: canonical name, such as `citrate`.
        variant: hydrate, stoichiometry or label practice; unique within the name.
        label: name to show.
        formula: chemical formula, None for label rows.
        molar_mass_g_mol: g/mol, None for label rows.
        elemental_fraction: magnesium by mass, 0 to 1.
        fraction_basis: `printed` in the source, or `formula` where the source prints the molar mass only.
        source_url: page on which the figures were seen.
    """

    name: str
    variant: str
    label: str
    formula: str | None
    molar_mass_g_mol: float | None
    elemental_fraction: float
    fraction_basis: str
    source_url: str


@dataclass(frozen=True)
class Form:
    """A compound as the rest of the package names it.

    Attributes:
        name: canonical name.
        label: name to show.
        kind: `organic`, `inorganic` or `unknown`.
        unlisted_variants: why a salt mass cannot be converted whatever the tables hold; empty where it can.
        source: table that carries the name.
    """

    name: str
    label: str
    kind: str
    unlisted_variants: str
    source: str


@dataclass(frozen=True)
class Synonym:
    """A way to write a compound.

    Attributes:
        written: normalised spelling.
        name: canonical name; empty where the words stand for several compounds.
        variants: what the words narrow the compound to; empty for all.
        product: start of the label names in `safety/products.csv` that hold it by volume; or empty.
        question: what must be asked before a mass of it can be converted; or empty.
    """

    written: str
    name: str
    variants: tuple[str, ...]
    product: str
    question: str


def fraction_from_formula(formula: str, molar_mass_g_mol: float) -> float:
    """Magnesium by mass: atoms of magnesium in the formula x 24.305 g/mol / molar mass."""
    atoms = sum(int(count or 1) for count in re.findall(r"Mg(\d*)", formula))
    return atoms * MG_PER_MMOL / molar_mass_g_mol


@cache
def compounds() -> tuple[Compound, ...]:
    """Every variant of `evidence/compounds.csv`, and the hydrates worked out in `hydrates.csv`."""
    return tuple(_compound(row) for row in (*records("evidence", "compounds"), *rows("hydrates")))


def _compound(row: dict[str, Any]) -> Compound:
    formula, molar_mass, fraction = row["formula"], row["molar_mass_g_mol"], row.get("elemental_fraction")
    molar_mass = float(molar_mass) if molar_mass else None
    basis = "printed"
    if fraction is None:
        fraction, basis = fraction_from_formula(formula, molar_mass or 0.0), "formula"
    return Compound(
        name=row["compound"],
        variant=row["variant"],
        label=row["label"],
        formula=formula,
        molar_mass_g_mol=molar_mass,
        elemental_fraction=float(fraction),
        fraction_basis=basis,
        source_url=row["source_url"],
    )


def variants(name: str) -> tuple[Compound, ...]:
    """The variants of a canonical name; empty where no share of magnesium is known."""
    return tuple(compound for compound in compounds() if compound.name == name)


@cache
def forms() -> dict[str, Form]:
    """Every name that a regimen may carry, in alphabetical order."""
    return {row["name"]: Form(**row) for row in rows("forms")}


@cache
def synonyms() -> dict[str, Synonym]:
    """Ways to write a compound, by the normalised spelling of `normalised_name`."""
    return {
        row["written"]: Synonym(
            row["written"],
            row["compound"],
            tuple(row["variants"].split(";")) if row["variants"] else (),
            row["product"],
            row["question"],
        )
        for row in rows("synonyms")
    }


def normalised_name(written: str) -> str:
    """Lower case, no punctuation, without a leading `magnesium` or `Mg`."""
    bare = re.sub(r"[()]", "", written.casefold())
    words = re.sub(r"[\W_]+", " ", bare).split()
    return " ".join(words[1:] if words[:1] in (["magnesium"], ["mg"]) else words)


def compound(name: str) -> str:
    """The canonical name of a form as a person writes it.

    Args:
        name: such as `Mg citrate`, `bisglycinate`, `Epsom salt`, `milk of magnesia`, `MgO`.

    Raises:
        UnclearError: the name stands for several compounds (`chelate`); the text asks which.
        InputError: unknown; the text names what is allowed and the nearest name.
    """
    synonym = synonyms().get(normalised_name(name))
    if synonym is None:
        raise InputError(f'form "{name}"', _unknown(normalised_name(name)), "--form citrate")
    if not synonym.name:
        raise UnclearError(f'form "{name}"', synonym.question, "--form glycinate")
    return synonym.name


def _unknown(name: str) -> str:
    from rapidfuzz import process

    nearest = process.extractOne(name, list(synonyms()), score_cutoff=60)
    hint = f' Did you mean "{nearest[0]}"?' if nearest else ""
    return f"not a known form; allowed are {', '.join(forms())}.{hint}"
