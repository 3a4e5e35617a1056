"""Units as SBML wants them: `mmol/L` becomes a definition built from moles and litres."""

from __future__ import annotations

import re
from typing import Any

HOUR, AMOUNT, VOLUME, NONE = "h", "mmol", "L", "1"

_BASE = {
    "L": ("LITRE", 0, 1.0),
    "d": ("SECOND", 0, 86400.0),
    "h": ("SECOND", 0, 3600.0),
    "kg": ("KILOGRAM", 0, 1.0),
    "mV": ("VOLT", -3, 1.0),
    "mmol": ("MOLE", -3, 1.0),
}
"""Kind, power of ten and factor of every unit of the body model."""


def unit_id(unit: str) -> str:
    """Identifier of a unit: `unit_mmol_per_L` for mmol/L."""
    if unit == NONE:
        return "dimensionless"
    spelled = unit.removeprefix("1").replace("/", "_per_").replace("*", "_")
    return "unit_" + spelled.removeprefix("_")


def factors(unit: str) -> list[tuple[str, int]]:
    """Base units of a unit with their powers: `mmol/L*h` is mmol, per L, h."""
    parts = re.findall(r"([*/]?)([A-Za-z]+|1)", unit)
    if "".join(map("".join, parts)) != unit or not all(name in _BASE or name == NONE for _, name in parts):
        raise ValueError(f"a unit that cannot be written in SBML: {unit}")
    return [(name, -1 if sign == "/" else 1) for sign, name in parts if name != NONE]


def define_unit(sbml_model: Any, unit: str) -> str:
    """Identifier of a unit, defined in the model where it was not yet."""
    import libsbml

    name = unit_id(unit)
    if unit == NONE or sbml_model.getUnitDefinition(name):
        return name
    definition = sbml_model.createUnitDefinition()
    definition.setId(name)
    definition.setName(unit)
    for base, power in factors(unit):
        kind, scale, multiplier = _BASE[base]
        part = definition.createUnit()
        part.setKind(getattr(libsbml, f"UNIT_KIND_{kind}"))
        part.setExponent(power)
        part.setScale(scale)
        part.setMultiplier(multiplier)
    return name
