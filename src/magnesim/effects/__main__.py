"""`python -m magnesim.effects`: simulates exposures, scores the models, writes draws, prints the scores."""

import csv
import io
from typing import Any

from magnesim.body.entry import salts
from magnesim.effects.models import DRAWS, HERE, fit_model, prior_width, scores, trials_of, winner_of
from magnesim.evidence import outcomes
from magnesim.evidence.comparisons import arms, studies
from magnesim.files import replace_whole
from magnesim.fit.experiments import DOSE_HOURS, Design, Given, of_sex
from magnesim.fit.prediction import exposure_of
from magnesim.units import mmol_from_mg

SEED = 1
USUAL_DOSES = 2
MOSTLY = 75.0


def main() -> None:
    """Refit everything that ships of the effects."""
    _write("exposures.csv", _exposures())
    rows, told = [], []
    for key, outcome in outcomes().items():
        trials = trials_of(outcome)
        if not trials:
            continue
        model = winner_of(outcome)
        slope, tau = fit_model(trials, model, prior_width(outcome, trials)).draws(DRAWS, SEED)
        rows += [
            {"outcome": key, "model": model, "slope": f"{a:.4g}", "tau": f"{b:.4g}"}
            for a, b in zip(slope, tau, strict=True)
        ]
        told += [(key, score) for score in scores(outcome)]
    _write("effect_draws.csv", rows)
    print("outcome,model,trials,log_score,gain,gain_se,wins")
    for key, score in told:
        print(
            f"{key},{score.model},{score.trials},{score.log_score:.3f},{score.gain:+.3f},"
            f"{score.gain_se:.3f},{'yes' if score.wins else ''}"
        )


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
    hours = DOSE_HOURS[min(3, int(arm["doses_per_day"] or USUAL_DOSES))]
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
