"""Rule 7, form, status and safety facts: the judge of the topic.

Most judges are decision lists in `decisions.csv` under the name of the topic. What has to be computed from
the tables has a function here; where neither decides, the next rules do.
"""

from __future__ import annotations

from collections.abc import Callable

from magnesim.claims.labels import Verdict
from magnesim.claims.verdicts.decisions import decide
from magnesim.claims.verdicts.dose import limit, reference
from magnesim.claims.verdicts.effect import denial
from magnesim.claims.verdicts.ladder import rung
from magnesim.claims.verdicts.said import Said
from magnesim.claims.verdicts.salts import content, uptake


def _timing(said: Said) -> Verdict | None:
    return decide("timing", said)


def _skin(said: Said) -> Verdict | None:
    """Uptake through the skin; a denial is judged whole, whatever the product."""
    return decide("transdermal", said) or denial(said, rung("transdermal", "any", ""))


COMPUTED: dict[str, Callable[[Said], Verdict | None]] = {
    "bioavailability_by_form": uptake,
    "elemental_content": content,
    "transdermal": _skin,
    "dose_timing": _timing,
    "supplement_dose": _timing,
    "upper_limit": limit,
    "requirement": reference,
}


def fact(said: Said) -> Verdict | None:
    """The verdict of the judge of the topic, None where it has none or does not decide."""
    judge = COMPUTED.get(said.labels.topic)
    return judge(said) if judge else decide(said.labels.topic, said)
