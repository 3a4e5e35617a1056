"""Tables of a data package by what a contrast looks up: its study, its arms, its people, their spread."""

from __future__ import annotations

import math
from typing import Any

from magnesim.effects.spread import PRINTED
from magnesim.evidence.outcomes import Outcome, outcomes
from magnesim.evidence.usual_unit import factor_to_usual
from magnesim.fit.observed import Tables

Row = dict[str, Any]


def number(value: Any) -> float | None:
    """A finite number; None for anything else."""
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable else None


class Package:
    """Rows of one package."""

    def __init__(self, tables: Tables) -> None:
        self.studies: dict[Any, Row] = {row["study_id"]: row for row in tables["studies"]}
        self.arms: dict[Any, Row] = {(row["study_id"], row["arm_id"]): row for row in tables["arms"]}
        self._values: dict[Any, list[Row]] = {}
        for row in tables["results"]:
            self._values.setdefault((row["study_id"], row["outcome"], row["arm_id"]), []).append(row)
        self._outcomes: dict[Any, Row] = {row["outcome"]: row for row in tables.get("outcomes", ())}

    def outcome(self, key: Any) -> Outcome | None:
        """The outcome as the shipped tables have it, else as the package's own; None where neither does."""
        if key in outcomes() or key not in self._outcomes:
            return outcomes().get(key)
        row = self._outcomes[key]
        better = row["better_direction"]
        return Outcome(
            key=key,
            label=row["label"] or key,
            unit=row["unit"] or "",
            better_direction=better if better in ("lower", "higher") else "neutral",
            domain=row["domain"] or "",
            mid=number(row["minimal_important_difference"]) or None,
            mid_source=row["mid_source"],
            typical_sd=number(row["typical_sd"]) or None,
            sd_source=row["sd_source"],
        )

    def study(self, row: Row) -> Row:
        """The study of a row; empty where the package has none."""
        return self.studies.get(row["study_id"], {})

    def arm(self, row: Row, column: str) -> Row:
        """The arm that a contrast names in a column; empty where it is not described."""
        return self.arms.get((row["study_id"], row[column]), {})

    def people(self, row: Row) -> tuple[int | None, int | None]:
        """Sizes of both arms: of the row, of the arms, else equal arms of the whole study."""
        study = self.study(row)
        treated, control = (
            _count(row[size]) or _count(self.arm(row, arm).get("n_arm"))
            for size, arm in (("n_treatment", "treatment_arm"), ("n_control", "control_arm"))
        )
        groups = sum(1 for study_id, _ in self.arms if study_id == row["study_id"])
        total = _count(study.get("n_analysed")) or _count(study.get("n_randomised"))
        if total and groups > 1:
            each = total if study.get("design") == "rct_crossover" else total // groups
            treated, control = treated or each, control or each
        return treated, control

    def spread(self, row: Row, outcome: Outcome | None) -> float | None:
        """SD between people as the arms print it, in the outcome's unit, else in the row's."""
        found = []
        for value in self._arm_values(row):
            factor = _factor(value, outcome, row)
            labelled = value["dispersion_as_reported"] in PRINTED and value["statistic"] != "median"
            for column in ("sd_baseline", "sd_end"):
                sd = number(value[column])
                if labelled and factor and sd and sd > 0:
                    found.append(abs(factor) * sd)
        return math.sqrt(sum(sd**2 for sd in found) / len(found)) if found else None

    def start(self, row: Row, outcome: Outcome | None) -> float | None:
        """Mean at the start, in the outcome's unit; of the control arm where both are printed."""
        for value in self._arm_values(row):
            factor, mean = _factor(value, outcome, row), number(value["mean_baseline"])
            if factor and mean and value["statistic"] != "median":
                return factor * mean
        return None

    def _arm_values(self, row: Row) -> list[Row]:
        """Values of the outcome in both arms, the control first."""
        arms = dict.fromkeys((row["control_arm"], row["treatment_arm"]))
        keys = [(row["study_id"], row["outcome"], arm) for arm in arms if arm]
        return [value for key in keys for value in self._values.get(key, [])]


def _count(value: Any) -> int | None:
    """People, where there are at least two."""
    found = number(value)
    return int(found) if found is not None and found >= 2 else None


def _factor(value: Row, outcome: Outcome | None, row: Row) -> float | None:
    if outcome is None:
        return 1.0 if value["unit"] and value["unit"] == row["unit"] else None
    return factor_to_usual(outcome, value["unit"])
