"""What an answer hangs on: one left out, added up by year, mirror images, lines; and refused numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.cli import main
from magnesim.errors import InputError
from magnesim.evidence import Evidence, evidence_for, meta_regression, outcomes, pool, pool_file
from magnesim.evidence.alarms import no_single_number
from magnesim.evidence.certainty import Grounds, certainty
from magnesim.evidence.comparisons import arms
from magnesim.evidence.headline import choose
from magnesim.evidence.sensitivity import FEWEST_FOR_A_LINE, of_studies
from magnesim.report.evidence_page import evidence_page
from magnesim.report.evidence_terminal import print_evidence
from magnesim.report.evidence_words import headline_sentence

DATASETS = json.loads((Path(__file__).parent / "reference" / "metafor.json").read_text(encoding="utf-8"))[
    "datasets"
]
MAGNESIUM_AFTER_INFARCTION = ["dat.egger2001", "dat.li2007"]
SHOWN = {"leave_one_out", "cumulative", "trim_and_fill", "meta_regression", "single_number", "refusal"}


def file_of(folder: Path, name: str, **columns: list[Any]) -> Path:
    data = DATASETS[name]
    table = {"study": [f"t{i}" for i in range(len(data["yi"]))], "yi": data["yi"], "vi": data["vi"]} | columns
    lines = [",".join(table), *(",".join(map(str, row)) for row in zip(*table.values(), strict=True))]
    path = folder / "trials.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def refused(name: str) -> Evidence:
    """An outcome whose own trials are those of a published meta-analysis, with doses and weeks to plot."""
    data, base = DATASETS[name], evidence_for("sbp")
    doses = {s: arm for (s, arm), row in arms().items() if row["elemental_mg_per_day"] and row["dose_basis"]
             in ("elemental", "salt_converted")}  # fmt: skip
    first = base.selection.effects[0]
    effects = tuple(
        replace(
            first,
            study_id=study_id,
            treatments=(arm,),
            weeks=4.0 + at % 7,
            estimate=y,
            se=v**0.5,
            ci=(y - 1.96 * v**0.5, y + 1.96 * v**0.5),
        )
        for at, ((study_id, arm), y, v) in enumerate(
            zip(list(doses.items())[: len(data["yi"])], data["yi"], data["vi"], strict=True)
        )
    )
    own = pool(data["yi"], data["vi"])
    return replace(
        base,
        selection=replace(base.selection, effects=effects),
        own=own,
        headline=choose(effects, own, None, None),
    )


def test_every_figure_of_the_pool_is_the_librarys_own(tmp_path: Path) -> None:
    name = "dat.bcg"
    years = list(range(1990, 1990 + len(DATASETS[name]["yi"])))[::-1]
    found = pool_file(file_of(tmp_path, name, year=years), moderators=["year"]).to_json()
    whole = found["cautious"]
    assert set(found) >= SHOWN
    assert len(found["leave_one_out"]) == len(found["cumulative"]) == found["k"]
    assert [row["order"] for row in found["cumulative"]] == sorted(years)
    assert found["cumulative"][-1]["estimate"] == pytest.approx(whole["estimate"])
    assert found["cumulative"][-1]["ci"] == pytest.approx(whole["ci"])
    assert found["trim_and_fill"]["k0"] == DATASETS[name]["trimfill"]["k0"]
    assert found["trim_and_fill"]["estimate"] == pytest.approx(DATASETS[name]["trimfill"]["estimate"])
    [line] = found["meta_regression"]
    expected = meta_regression(DATASETS[name]["yi"], DATASETS[name]["vi"], {"year": years})
    assert (line["done"], line["k"]) == (True, found["k"])
    assert line["slope"]["estimate"] == pytest.approx(expected.coefficients["year"].estimate)


def test_a_line_needs_ten_studies_and_says_so_where_there_are_fewer(tmp_path: Path) -> None:
    count = len(DATASETS["dat.bcg"]["yi"])
    doses: list[Any] = [100 + 10 * i for i in range(count)]
    doses[FEWEST_FOR_A_LINE - 1 :] = [""] * (count - FEWEST_FOR_A_LINE + 1)
    [line] = pool_file(file_of(tmp_path, "dat.bcg", dose=doses), moderators=["dose"]).to_json()[
        "meta_regression"
    ]
    assert (line["done"], line["k"], line["slope"]) == (False, FEWEST_FOR_A_LINE - 1, None)
    assert "10 are needed" in line["why_not"]


def test_a_year_that_is_no_number_goes_last_and_a_moderator_must_be_one(tmp_path: Path) -> None:
    years: list[Any] = ["in press", *range(1990, 1989 + len(DATASETS["dat.bcg"]["yi"]))]
    path = file_of(tmp_path, "dat.bcg", year=years)
    last = pool_file(path).to_json()["cumulative"][-1]
    assert (last["study_id"], last["order"]) == ("t0", None)
    with pytest.raises(InputError, match="line 2, column year: in press"):
        pool_file(path, moderators=["year"])
    with pytest.raises(InputError, match="no column dose"):
        pool_file(path, moderators=["dose"])


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.floats(-5, 5), st.floats(0.05, 3.0), st.integers(1, 60)), min_size=10, max_size=14
    ).filter(lambda rows: len({x for *_, x in rows}) > 3)
)
def test_the_band_lies_on_the_line_and_holds_it(rows: list[tuple[float, float, int]]) -> None:
    y, v, x = ([row[at] for row in rows] for at in range(3))
    [line] = of_studies([str(i) for i in range(len(y))], y, v, None, {"dose": ("mg", x)}).meta_regression
    assert line.slope is not None and line.intercept is not None
    for at, here in line.band:
        told = line.intercept.estimate + at * line.slope.estimate
        assert here.estimate == pytest.approx(told, abs=1e-6)
        assert here.ci[0] <= here.estimate <= here.ci[1]
    assert (line.band[0][0], line.band[-1][0]) == (min(x), max(x))


@pytest.mark.parametrize("key", sorted(outcomes()))
def test_every_outcome_shows_them_or_says_why_not(key: str) -> None:
    result = evidence_for(key)
    found = result.to_json()
    assert set(found) >= SHOWN
    k = len(result.selection.effects)
    assert len(found["cumulative"]) == len(found["leave_one_out"]) == (k if k > 1 else 0)
    assert (found["trim_and_fill"]["k0"] is None) == (found["trim_and_fill"]["why_not"] is not None)
    assert [row["moderator"] for row in found["meta_regression"]] == ["dose", "weeks"]
    assert all(row["done"] or row["why_not"] for row in found["meta_regression"])


@pytest.mark.parametrize("name", MAGNESIUM_AFTER_INFARCTION)
def test_a_refused_number_leads_the_page_and_the_terminal_and_stays_in_the_json(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    result = refused(name)
    assert result.refusal is not None
    assert headline_sentence(result).startswith("No single number can be given, and no effect is claimed:")
    text = evidence_page(result)
    top = text[text.index("<header") : text.index("</header>")]
    assert "Random effects: −" in top and "Fixed effect: " in top
    assert "on magnesium" not in top and "excludes no effect" not in top
    found = result.to_json()
    assert (found["single_number"], found["label"]) == (False, result.outcome.label)
    assert found["estimate"] == pytest.approx(DATASETS[name]["estimate"], rel=1e-6)
    print_evidence(result)
    said = capsys.readouterr().out
    assert said.startswith("No single number can be given")
    assert "Random effects, " in said and "Fixed effect: " in said


def test_enough_trials_get_a_line_with_a_band_and_mirror_images_are_hollow() -> None:
    text = evidence_page(refused("dat.egger2001"))
    assert text.count("with a line and its 95 % band") == 2
    assert text.count("its 95 % band shaded") == 2
    assert "7 mirror images hollow" in text
    few = evidence_page(evidence_for("sbp"))
    assert few.count("Too few trials to draw a line: ") == 2
    assert "95 % band" not in few


def publication_bias(name: str) -> int:
    data = DATASETS[name]
    own = pool(data["yi"], data["vi"])
    first = evidence_for("sbp").selection.effects[0]
    effects = [replace(first, estimate=y, se=v**0.5) for y, v in zip(data["yi"], data["vi"], strict=True)]
    grounds = Grounds(
        outcome=evidence_for("sbp").outcome,
        headline=choose(effects, own, None, None),
        published=(),
        nulls=(),
        put_back=None,
        randomised=True,
        asked_form=None,
        asked_population=None,
        population_share=1.0,
    )
    return next(r.step for r in certainty(grounds).reasons if r.domain == "publication_bias")


@pytest.mark.parametrize("name", MAGNESIUM_AFTER_INFARCTION)
def test_an_effect_that_small_trials_alone_show_takes_two_levels(name: str) -> None:
    assert publication_bias(name) == -2


def test_a_lean_that_leaves_an_effect_takes_one() -> None:
    """McDaniel 1994: no single number either, but large studies and Egger's line show an effect too."""
    data = DATASETS["dat.mcdaniel1994"]
    assert no_single_number(pool(data["yi"], data["vi"]))
    assert publication_bias("dat.mcdaniel1994") == -1
    assert publication_bias("dat.molloy2014") == 0


def test_the_command_takes_moderators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    years = list(range(1990, 1990 + len(DATASETS["dat.bcg"]["yi"])))
    path = file_of(tmp_path, "dat.bcg", year=years)
    with pytest.raises(SystemExit):
        main(["pool", str(path), "--moderators", "year"])
    said = capsys.readouterr().out
    assert "Line on year" in said and "no proof" in said
    assert max(map(len, said.splitlines())) <= 88


def test_two_studies_have_no_funnel_to_fill() -> None:
    found = of_studies(["a", "b"], [0.1, 0.4], [0.04, 0.09])
    assert found.trim_and_fill.k0 is None and "needs at least 3" in (found.trim_and_fill.why_not or "")
    assert [one.estimate.estimate for one in found.leave_one_out] == [0.4, 0.1]
    assert np.isfinite([one.estimate.se for one in found.cumulative]).all()
