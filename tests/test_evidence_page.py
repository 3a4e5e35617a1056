"""The outcome page: complete for every outcome, claims nothing, is safe, and fits a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from magnesim.answers import trials
from magnesim.answers.trials import name_of
from magnesim.cli import main
from magnesim.evidence import constructs, evidence_for, findings, outcomes
from magnesim.evidence.alarms import Alarm
from magnesim.evidence.comparisons import studies
from magnesim.evidence.doses import clear_dose
from magnesim.evidence.trials import LeftOut
from magnesim.report.evidence_charts import Axis, cut_off, reach
from magnesim.report.evidence_page import evidence_page
from magnesim.report.evidence_pictures import forest_rows
from magnesim.report.evidence_tables import others, trial_rows
from magnesim.report.evidence_words import headline_sentence, readings

SUBJECTS = sorted([*outcomes(), *constructs()])
WITH_CHARTS = {
    "sbp": 7, "cramp_frequency": 6, "sleep_onset_latency": 1, "diarrhea": 1, "irls": 0, "anxiety": 2,
}  # fmt: skip
"""How many charts an outcome has: forest, readings, by year, one left out, funnel, dose, duration."""
WITHOUT_BENEFIT = [
    ("hot_flash_frequency", None), ("hot_flash_frequency", "citrate"), ("hot_flash_score", None),
    ("hot_flash_responder_50", None), ("irls", None), ("irls", "citrate"), ("krls_qol", None),
]  # fmt: skip
HOSTILE = "<script>alert(1)</script>"
CLAIMS = re.compile(
    r"better|improve|relie(f|ve)|reduc|effective|helps|works|benefit|worthwhile|superior|recommend", re.I
)


@cache
def page_of(key: str, form: str | None = None) -> str:
    return evidence_page(evidence_for(key, form))


def header_of(text: str) -> str:
    """The words at the top, as a reader sees them."""
    top = text[text.index("<header") : text.index("</header>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", top)).split())


@pytest.mark.parametrize("key", SUBJECTS)
def test_every_outcome_has_a_page_with_headline_alarms_reasons_and_safe_links(key: str):
    result = evidence_for(key)
    text = evidence_page(result, drawn=False)
    seen = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
    assert headline_sentence(result) in seen
    for alarm in result.alarms:
        assert alarm.message in seen
    for reason in result.certainty.reasons:
        assert " ".join(reason.because.split()) in seen
    for row in result.left_out:
        assert " ".join(row.why.split()) in seen
    assert "<script" not in text
    assert all(link.startswith(("https://", "http://")) for link in re.findall(r'href="([^"]*)"', text))
    assert "does not replace a clinician" in text


@pytest.mark.parametrize("key", sorted(WITH_CHARTS))
def test_charts_name_themselves_and_are_there_from_enough_trials_on(key: str):
    text = page_of(key)
    assert text.count('<svg class="chart" role="img" aria-label="') == WITH_CHARTS[key]
    assert "<script" not in text


def test_a_page_without_any_usable_trial_says_so_and_what_was_left_out():
    text = page_of("irls")
    assert "No trial of magnesium alone in our tables prints figures that can be used." in text
    assert "Not pooled, and why (3)" in text
    assert "Jadidi 2022" in text


@pytest.mark.parametrize(("key", "form"), WITHOUT_BENEFIT)
def test_no_benefit_is_claimed_where_none_is_known(key: str, form: str | None):
    result = evidence_for(key, form)
    assert result.headline.estimate is None
    said = header_of(evidence_page(result, drawn=False)).replace("Lower is better", "")
    assert not CLAIMS.search(said.replace("Higher is better", ""))


@pytest.mark.parametrize("key", SUBJECTS)
@pytest.mark.parametrize("form", [None, "citrate"])
def test_the_top_names_a_direction_only_where_the_interval_of_the_evidence_does(key: str, form: str | None):
    result = evidence_for(key, form)
    lead = result.headline
    said = header_of(evidence_page(result, drawn=False))
    directions = re.findall(r"(?:better|worse|higher|lower) on magnesium", said)
    if lead.estimate is None or lead.ci is None or lead.ci[0] <= 0.0 <= lead.ci[1]:
        assert directions == []
    else:
        assert directions == [result.outcome.direction(lead.estimate)]
    if form and not result.narrowed:
        assert "all salts" in said


@pytest.mark.parametrize("key", [key for key in outcomes() if evidence_for(key).own])
def test_the_weights_of_the_trials_sum_to_all(key: str):
    rows = [row for row in forest_rows(evidence_for(key)) if row["kind"] == "trial"]
    assert sum(row["weight"] for row in rows) == pytest.approx(100.0)
    shown = [float(row["weight"].removesuffix(" %")) for row in trial_rows(evidence_for(key))]
    assert sum(shown) == pytest.approx(100.0, abs=0.05 * len(shown) + 1e-9)


def test_doses_that_are_not_clear_are_not_drawn_and_that_is_said():
    result = evidence_for("cramp_frequency")
    by_study = {effect.study_id: clear_dose(effect) for effect in result.selection.effects}
    assert by_study["roguinmaor2017"] is None
    assert by_study["frusso1999"] == 291
    text = page_of("cramp_frequency")
    assert "Too few trials to draw. Not in the plot: Roguin Maor 2017" in text


def test_every_reading_stands_beside_the_others():
    found = readings(evidence_for("sbp"))
    assert [row["effect"].split(" (")[0] for row in found] == ["−2.78 mmHg", "−1.3 mmHg", "−2.4 mmHg"]
    silent = readings(evidence_for("hot_flash_frequency"))[1]
    assert "imputed: no finding" in silent["effect"]


def test_a_pooled_interval_without_end_does_not_squeeze_the_trials():
    trial = {"kind": "trial", "estimate": 1.0, "low": 0.5, "high": 2.0}
    pool = {"kind": "pool", "estimate": 1.0, "low": 1e-4, "high": 1e4}
    axis = Axis(("ratio",), True)
    low, high = reach([trial, pool], axis)
    assert low > 0.2
    assert high < 5.0
    assert cut_off([trial, pool], axis)
    assert not cut_off([trial], axis)


def test_every_study_is_told_whatever_salt_or_people_were_asked_for():
    result = evidence_for("sbp", "chloride", "t2d")
    told = " ".join(line for _, lines in others(result, findings("sbp")) for line in lines)
    pooled = {effect.study_id for effect in result.selection.effects}
    for finding in findings("sbp"):
        if finding.kind != "pool" and finding.study_id not in pooled:
            assert name_of(finding.study_id) in told


def test_nothing_from_the_tables_becomes_markup(monkeypatch: pytest.MonkeyPatch):
    result = evidence_for("cramp_frequency")
    first, *others = result.selection.effects
    named = {key: row | {"first_author": HOSTILE} for key, row in studies().items()}
    monkeypatch.setattr(trials, "studies", lambda: named)
    hostile = replace(
        result,
        outcome=result.outcome,
        selection=replace(result.selection, effects=(replace(first, note=HOSTILE), *others)),
        alarms=(Alarm("overlap", HOSTILE),),
        left_out=(LeftOut(first.study_id, HOSTILE),),
        published=tuple(replace(one, note=HOSTILE, label=HOSTILE) for one in result.published),
    )
    text = evidence_page(hostile)
    assert "<script" not in text
    assert text.count("&lt;script") >= 5


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_command_writes_the_page_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "irls.html"
    code, out, told = run(capsys, "evidence", "irls", "--form", "citrate", "--out", str(path))
    assert code == 0
    assert f"Page written: {path}" in told
    assert "Page written" not in out
    assert "magnesim evidence irls --form citrate --out" in path.read_text(encoding="utf-8")


def test_a_missing_folder_is_one_line_and_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, out, told = run(capsys, "evidence", "irls", "--out", str(tmp_path / "missing" / "page.html"))
    assert code == 2
    assert out == ""
    assert len(told.splitlines()) == 1
    assert "--out" in told


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("evidence")
    paths = {key: folder / f"{key}.html" for key in ("sbp", "irls", "sleep_onset_latency")}
    for key, path in paths.items():
        path.write_text(evidence_page(evidence_for(key)), encoding="utf-8")
    return paths


@pytest.mark.parametrize("key", ["sbp", "irls", "sleep_onset_latency"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844), (1280, 900)])
def test_the_page_fits_the_screen_and_asks_nothing_of_the_network(
    browser, written: dict[str, Path], key: str, width: int, height: int
):
    view = browser.new_page(viewport={"width": width, "height": height})
    asked, said = [], []
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda message: said.append(message.text))
    view.goto(written[key].as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert view.locator("h1").is_visible()
    heights = "[...document.querySelectorAll('svg.chart text')].map(t => t.getBoundingClientRect().height)"
    if WITH_CHARTS[key]:
        assert view.evaluate(f"Math.min(...{heights})") >= 8
    assert [url for url in asked if not url.startswith("file:")] == []
    assert said == []
    view.close()


def test_on_paper_nothing_stays_folded(browser, written: dict[str, Path]):
    view = browser.new_page(viewport={"width": 800, "height": 1000})
    view.goto(written["sbp"].as_uri())
    note = view.locator("details li").first
    assert not note.is_visible()
    view.emulate_media(media="print")
    assert note.evaluate("item => item.checkVisibility({contentVisibilityAuto: true})")
    assert note.bounding_box()["height"] > 0
    view.close()
