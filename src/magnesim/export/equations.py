"""The page of equations: every organ's compartments, fluxes and quantities, then the tables behind them.

Written from the same expressions that are compiled and exported, so the page cannot say something else.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from types import ModuleType

import sympy as sp

from magnesim.body import mechanisms, model
from magnesim.body.entry import Salt, salts
from magnesim.body.notation import Assignment, Compartment, Flux, Output
from magnesim.body.parameters import Parameter, parameters
from magnesim.provenance import Page, pages

WIDTH = 110
INTRODUCTION = """\
# The equations of the body model

<!-- Written by `magnesim export equations docs/equations.md`: change src/magnesim/body instead. -->

Amounts are mmol of magnesium, time is hours on the clock, volumes are litres. A flux takes magnesium from
one compartment to another; a compartment changes by what flows in less what flows out, and by nothing else,
so magnesium is conserved by construction. A name in an equation is the amount in a compartment, a
concentration read off it, a parameter of the table below, or a quantity worked out from parameters once a
person. `magnesim why NAME` says where a parameter comes from.
"""
PARAMETERS_INTRODUCTION = """\
Value is the typical one. Believed is the middle 90 % of what the sources leave open; between people is the
coefficient of variation of people who differ. Evidence names the kind of source; a guess is an assumption.
"""
SALTS_INTRODUCTION = """\
What a dose does when it enters: the dissolved share is in solution at once, the rest dissolves in stomach
acid; what is not available passes on to the stool.
"""
STANDS_ON = ("evidence", "derivation", "source")
TOTALS_INTRODUCTION = (
    "Running totals hold no magnesium and take no part in the balance; they are read by the day."
)


def equations_markdown() -> str:
    """The whole page as Markdown."""
    sections = [
        INTRODUCTION,
        *(_organ(organ) for organ in (*model.ORGANS, mechanisms)),
        "## Totals\n\n" + TOTALS_INTRODUCTION + "\n\n" + _code(_totals()),
        "## Conversions\n\n" + _code(map(_assignment, model.CONVERSIONS)),
        "## Parameters\n\n" + PARAMETERS_INTRODUCTION + "\n" + _parameter_table(),
        "## Salts\n\n" + SALTS_INTRODUCTION + "\n" + _salt_table(),
    ]
    return "\n\n".join(section.strip() for section in sections) + "\n"


def _organ(organ: ModuleType) -> str:
    """One organ: what its file says, and all that it defines."""
    said = _plain(organ.__doc__ or "")
    title, said = said.split(": ", 1)
    parts = [f"## {title}", said[0].upper() + said[1:]]
    if places := getattr(organ, "COMPARTMENTS", ()):
        parts += [
            "### Compartments",
            _table(("name", "what it is", "at the reference serum"), _places(places)),
        ]
    for heading, items, line in (
        ("Worked out once a person", getattr(organ, "ASSIGNMENTS", ()), _assignment),
        ("Fluxes, mmol/h", getattr(organ, "FLUXES", ()), _flux),
        ("Read off the amounts", getattr(organ, "OUTPUTS", ()), _output),
    ):
        if items:
            parts += [f"### {heading}", _code(map(line, items))]
    return "\n\n".join(parts)


def _places(places: Sequence[Compartment]) -> list[tuple[str, ...]]:
    return [
        (
            f"`{place.name}`",
            place.label,
            "" if place.reference_mmol is None else f"`{place.reference_mmol}` mmol",
        )
        for place in places
    ]


def _plain(text: str) -> str:
    """A docstring as Markdown: stars outside of code are stars."""
    pieces = re.split(r"(`[^`]*`)", text.strip())
    return "".join(piece if piece.startswith("`") else piece.replace("*", r"\*") for piece in pieces)


def _code(entries: Iterable[str]) -> str:
    return "```text\n" + "\n".join(entries) + "\n```"


def _entry(head: str, expression: str) -> str:
    """A name and its equation, broken where a line would run off the page."""
    body = textwrap.fill(
        expression, WIDTH, initial_indent="    = ", subsequent_indent=" " * 6, break_long_words=False
    )
    return f"{head}\n{body}"


def _flux(flux: Flux) -> str:
    return _entry(f"{flux.name}: {flux.origin} -> {flux.target}", _readable(flux.rate))


def _assignment(item: Assignment) -> str:
    return _entry(f"{item.name}, {_unit(item.unit)}: {item.label}", _readable(item.expression))


def _output(item: Output) -> str:
    fluxes = {flux.rate: flux.name for flux in model.fluxes()}
    told = fluxes.get(item.expression) or _readable(item.expression, item)
    return _entry(f"{item.name}, {_unit(item.unit)}: {item.label}", told)


def _totals() -> list[str]:
    counted = [
        _entry(f"{name}, mmol: the sum over time of", " + ".join(f)) for name, f in model.COUNTERS.items()
    ]
    integrals = [
        _entry(f"{name}: the integral over time of", _readable(e)) for name, e in model.INTEGRALS.items()
    ]
    return counted + integrals


def _unit(unit: str) -> str:
    return "no unit" if unit == "1" else unit


def _readable(expression: sp.Expr, reading: Output | None = None) -> str:
    """An equation as text, in which a concentration stands under its own name.

    Args:
        expression: of the body model.
        reading: the output that the expression defines, which must not stand for itself.
    """
    for output in reversed(_concentrations()):
        if output is not reading:
            expression = expression.subs(output.expression, sp.Symbol(output.name, nonnegative=True))
    return str(expression).replace("**", "^").replace("*", " * ")


def _concentrations() -> list[Output]:
    """Outputs that are an amount times parameters: short names for what stands in many equations."""
    return [item for item in model.outputs() if item.expression.is_Mul and item.unit == "mmol/L"]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def _link(page: Page) -> str:
    """A source as a link, where it has an address."""
    pubmed = f"https://pubmed.ncbi.nlm.nih.gov/{page.pmid}/" if page.pmid else page.url
    address = f"https://doi.org/{page.doi}" if page.doi else pubmed
    return f"[{page.study_id}](<{address}>)" if address else page.study_id


def _sources(source: str) -> str:
    return ", ".join(map(_link, pages(source)))


def _range(low: float, high: float) -> str:
    return "fixed" if low == high else f"{low:g} to {high:g}"


def _parameter_table() -> str:
    head = ("name", "what it is", "value", "unit", "believed", "between people", *STANDS_ON)

    def row(item: Parameter) -> tuple[str, ...]:
        spread = f"{100 * item.between_person_cv:g} %" if item.between_person_cv else ""
        evidence = item.evidence_class.replace("_", " ")
        figures = (f"{item.value:g}", _unit(item.unit), _range(item.low, item.high), spread)
        return f"`{item.name}`", item.label, *figures, evidence, item.derivation, _sources(item.source)

    return _table(head, map(row, parameters().values()))


def _salt_table() -> str:
    head = (
        "salt",
        "dissolved share",
        "available share",
        "believed",
        "dissolution, 1/h",
        "believed",
        *STANDS_ON,
    )

    def row(item: Salt) -> tuple[str, ...]:
        available = (f"{item.available_share:g}", _range(item.available_low, item.available_high))
        dissolution = (f"{item.dissolution_rate:g}", _range(item.dissolution_low, item.dissolution_high))
        evidence = item.evidence_class.replace("_", " ")
        shares = (f"{item.dissolved_share:g}", *available, *dissolution)
        return f"`{item.compound}`", *shares, evidence, item.derivation, _sources(item.source)

    return _table(head, map(row, salts().values()))
