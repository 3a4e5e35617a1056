"""`python -m magnesim.effects`: simulates exposures, scores the models, writes draws, prints the scores."""

import csv
import io
from typing import Any

from magnesim.body.entry import salts
from magnesim.effects.covariates import HERE, exposures
from magnesim.effects.foresee import DRAWS, fit_outcome
from magnesim.effects.models import scores
from magnesim.evidence import Outcome, outcomes
from magnesim.evidence.comparisons import arms, studies
from magnesim.files import replace_whole
from magnesim.fit.design import Design, Given, dose_hours, of_sex
from magnesim.fit.prediction import exposure_of
from magnesim.units import mmol_from_mg

SEED = 1
USUAL_DOSES = 2
MOSTLY = 75.0


def main() -> None:
    """Refit everything that ships of the effects."""
    _write("exposures.csv", _exposures())
    # the models read the exposures just written
    exposures.cache_clear()
    rows: list[dict[str, str]] = []
    told = []
    for outcome in outcomes().values():
        rows += draw_rows(outcome)
        told += [(outcome.key, score) for score in scores(outcome)]
    _write("effect_draws.csv", rows)
    print("outcome,model,trials,log_score,gain,gain_se,says")
    for key, score in told:
        figures = (score.log_score, score.gain, score.gain_se)
        numbers = ["" if one is None else f"{one:.3f}" for one in figures]
        print(",".join([key, score.model, str(score.trials), *numbers, score.says]))


def draw_rows(outcome: Outcome) -> list[dict[str, str]]:
    """Rows of `effect_draws.csv` of one outcome; none where nothing is known of it."""
    found = fit_outcome(outcome)
    if found is None:
        return []
    fitted, known = found
    effect, tau = fitted.draws(DRAWS, SEED)
    return [
        {
            "outcome": outcome.key,
            "model": fitted.model,
            "trials": str(known.count),
            "level": level,
            "effect": f"{one:.4g}",
            "tau": f"{spread:.4g}",
        }
        for level, drawn in effect.items()
        for one, spread in zip(drawn, tau, strict=True)
    ]


def _exposures() -> list[dict[str, str]]:
    """One row a study with a magnesium arm whose dose and length are printed."""
    found = []
    for study_id, study in studies().items():
        given = [
            row for (study_, _), row in arms().items() if study_ == study_id and row["role"] == "treatment"
        ]
        simulated = [one for one in (_exposure(study, arm) for arm in given) if one]
        if simulated:
            mean = {name: sum(one[name] for one in simulated) / len(simulated) for name in simulated[0]}
            found.append({"study_id": study_id} | {name: f"{value:.4g}" for name, value in mean.items()})
    return found


def _exposure(study: dict[str, Any], arm: dict[str, Any]) -> dict[str, float] | None:
    dose, weeks, compound = arm["elemental_mg_per_day"], study["duration_weeks"], arm["compound"]
    if not dose or not weeks or compound not in salts() or compound == "food":
        return None
    female = study["pct_female"]
    sex = "mixed"
    if female is not None:
        sex = "female" if female > MOSTLY else "male" if female < 100 - MOSTLY else "mixed"
    diet = mmol_from_mg(of_sex("diet_mg", sex))
    hours = dose_hours(int(arm["doses_per_day"] or USUAL_DOSES))
    doses = tuple(Given(hour, compound, mmol_from_mg(dose) / len(hours)) for hour in hours)
    return exposure_of(
        Design(sex=sex, habitual_mmol_d=diet, diet_mmol_d=diet, given=doses, days=max(1, round(7 * weeks)))
    )


def _write(name: str, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    replace_whole(HERE / name, text.getvalue().encode())


if __name__ == "__main__":
    main()
