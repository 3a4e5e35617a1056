"""What several scales measure in common: anxiety, depression, felt stress, sleep, pain.

Which scales belong together, and which do not, is data (`constructs.csv`). Markers of bone turnover are no
construct: some rise with what others fall with, and none has figures of magnesium against placebo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from magnesim.evidence.outcomes import Outcome, not_known, outcome, outcomes, plain_key
from magnesim.tables import rows


@dataclass(frozen=True)
class Construct:
    """One row of `constructs.csv`.

    Attributes:
        as_outcome: the construct as an outcome of its own: `unit` SD, `typical_sd` 1.
        instruments: outcomes in the order of preference where a trial used several.
        convert_to: the best-known scale, for readers who think in points.
        sd_from: where its SD comes from: `typical_sd` (of `outcomes.csv`), `arms` (pooled over arms of
            `results.csv`) or `implied` (by the standard errors and sizes of the pooled trials that used it).
        published_pools: outcomes that hold pools of the construct in SD units, printed by others.
        not_pooled: outcomes near to it that do not belong, each with the reason.
        because: why this scale and this order.
    """

    as_outcome: Outcome
    instruments: tuple[Outcome, ...]
    convert_to: Outcome
    sd_from: str
    published_pools: tuple[Outcome, ...]
    not_pooled: tuple[tuple[Outcome, str], ...]
    because: str

    @property
    def key(self) -> str:
        return self.as_outcome.key

    def sign(self, instrument: Outcome) -> float:
        """What a figure of this scale is multiplied by so that all scales mean the same by up and down."""
        return 1.0 if instrument.better_direction == self.as_outcome.better_direction else -1.0


@cache
def constructs() -> dict[str, Construct]:
    """All constructs by key, in the order of the table."""
    return {row["construct"]: _construct(row) for row in rows(Path(__file__).parent / "constructs.csv")}


def _construct(row: dict[str, str]) -> Construct:
    pairs = [cell.split("=", 1) for cell in _cells(row["not_pooled"])]
    return Construct(
        as_outcome=Outcome(
            key=row["construct"],
            label=row["label"],
            unit="SD",
            better_direction=row["better_direction"],
            domain=row["domain"],
            mid=None,
            mid_source=None,
            typical_sd=1.0,
            sd_source="SD units",
        ),
        instruments=tuple(outcome(key) for key in _cells(row["instruments"])),
        convert_to=outcome(row["convert_to"]),
        sd_from=row["sd_from"],
        published_pools=tuple(outcome(key) for key in _cells(row["published_pools"])),
        not_pooled=tuple((outcome(key), why) for key, why in pairs),
        because=row["because"],
    )


def _cells(text: str) -> list[str]:
    return text.split(";") if text else []


def subject(key: str) -> Outcome | Construct:
    """The outcome or the construct of this key, in capitals or not.

    Raises:
        InputError: neither; names the nearest ones by key and by label.
    """
    name = plain_key(key)
    if name in constructs():
        return constructs()[name]
    if name in outcomes():
        return outcomes()[name]
    named = [*outcomes().values(), *(c.as_outcome for c in constructs().values())]
    spellings = {o.key: o.key for o in named} | {o.label: o.key for o in named}
    raise not_known("outcome", key, spellings, "magnesim evidence ")
