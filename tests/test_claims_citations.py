"""Sources that a sentence names: found, looked up, and held against what the study was."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.claims.citations import citation_of, references_of
from magnesim.claims.citations.studies import NO_AUTHOR, measures, studies, studies_of_author, topics
from magnesim.claims.labels import PROBLEMS, Citation, Labels
from magnesim.claims.reading import read_article
from magnesim.claims.tables import rows
from magnesim.data import records

SHARED = Path(__file__).parents[2] / "shared"
SEEDS = SHARED / "seeds"


def cite(
    text: str, topic: str, direction: str = "improves", kind: str = "citation", form: str = "any"
) -> Citation:
    return citation_of(text, Labels(kind, topic, form, direction))


@pytest.mark.parametrize(
    "text, topic, problem, study",
    [
        # design
        ("A meta-analysis (Held 2002) found more deep sleep.", "slow_wave_sleep", "wrong_design", "held2002"),
        (
            "Zogovic et al. (2014) ran a double-blind study of cortisol.",
            "hpa_cortisol",
            "wrong_design",
            "zogovic2014",
        ),
        (
            "In their trial Song and colleagues (2006) lowered glucose.",
            "glycaemia",
            "wrong_design",
            "song2006",
        ),
        ("A 2010 survey by Nielsen showed better sleep.", "sleep_quality", "wrong_design", "nielsen2010"),
        ("Wu's 2017 review of fifty cohorts found less diabetes.", "glycaemia", "wrong_design", "wu2017"),
        # species
        ("People are less anxious on magnesium (Poleszak 2008).", "anxiety", "wrong_species", "poleszak2008"),
        ("In mice magnesium calmed anxiety (Poleszak 2008).", "anxiety", "none", "poleszak2008"),
        # topic
        ("Magnesium eases migraine (Held et al., 2002).", "migraine", "wrong_topic", "held2002"),
        ("Jee 2002 found that magnesium cures cramps.", "cramps", "wrong_topic", "jee2002"),
        # results and people
        ("Nielsen 2010 found better sleep.", "sleep_quality", "overstated", "nielsen2010"),
        ("Park (2015) found fewer hot flashes.", "hot_flashes", "overstated", "park2015"),
        ("Gorantla 2024 proved that magnesium calms restless legs.", "rls", "overstated", "gorantla2024"),
        ("Gorantla 2024 saw 200 people with calmer restless legs.", "rls", "overstated", "gorantla2024"),
        ("Schuster 2025 saw better sleep after 26 weeks.", "sleep_quality", "overstated", "schuster2025"),
        ("Schuster 2025 saw better sleep on 900 mg.", "sleep_quality", "overstated", "schuster2025"),
        (
            "Schuster 2025 saw slightly better sleep after four weeks.",
            "sleep_quality",
            "none",
            "schuster2025",
        ),
        # spelling and double names
        ("Abassi et al., 2012 saw shorter sleep onset.", "sleep_onset", "none", "abbasi2012"),
        ("Simental-Mendía (2014) saw lower CRP.", "inflammation", "none", "simentalmendia2014"),
        ("Tanabe 1998 saw that people sleep better.", "sleep_quality", "wrong_topic", "tanabe1998"),
        (
            "The American Academy of Neurology's 2016 guideline puts magnesium first for restless legs.",
            "rls",
            "wrong_topic",
            "winkelman2016",
        ),
        # shapes of a mention
        ("Oxide eased cramps in Roguin Maor's 2017 trial.", "cramps", "overstated", "roguinmaor2017"),
        ("Tarleton (PLoS One 2017), placebo-controlled.", "depression", "wrong_design", "tarleton2017"),
        ("Mah and Pitre (BMC Med Ther 2021) pooled two trials.", "sleep_onset", "none", "mah2021"),
        ("As Poleszak reported in 2008, people became calm.", "anxiety", "wrong_species", "poleszak2008"),
        (
            "In 78 women from Granada (cross-sectional study).",
            "mg_status_menopause",
            "none",
            "lopezgonzalez2014",
        ),
        ("Turkish researchers reported it of mice in 2021.", "pain_sensitivity", "none", "dokuzeylul2021"),
        ("Fox (Sleep Med 2019) saw better sleep.", "sleep_quality", "not_found", None),
        # a null told in words only, and one arm of several
        ("Purvis 1994: blood sugar fell.", "glycaemia", "overstated", "purvis1994"),
        ("Alizadeh 2021: magnesium alone improved sleep.", "sleep_quality", "overstated", "alizadeh2021"),
        # one outcome named, other people, one sex, a link as a cause, a size
        ("Hausenblas 2024: lower insomnia score.", "sleep_quality", "overstated", "hausenblas2024"),
        ("Hausenblas 2024: sleep was better.", "sleep_quality", "none", "hausenblas2024"),
        ("Held 2002 gave insomniacs more deep sleep.", "slow_wave_sleep", "overstated", "held2002"),
        ("Witteman 1994 lowered it in men and women.", "blood_pressure", "overstated", "witteman1994"),
        ("Zhang 2022: tablets lengthen sleep.", "sleep_duration", "overstated", "zhang2022"),
        ("Zhang 2022: people with more magnesium slept longer.", "sleep_duration", "none", "zhang2022"),
        ("Schuster 2025: insomnia index six points lower.", "sleep_quality", "overstated", "schuster2025"),
        ("Kass 2017 raised serum magnesium by a cream.", "transdermal", "overstated", "kass2017"),
        ("The AAN recommends magnesium for cramps.", "cramps", "overstated", "katzberg2010"),
        ("The European Commission has cleared magnesium for insomnia.", "sleep_quality", "overstated", None),
        # not in the tables
        ("Cinar et al. (2019) saw lower cortisol.", "hpa_cortisol", "not_found", None),
        ("Quennell and Ostrow (2021) saw calmer legs.", "rls", "not_found", None),
        ("Better sleep, see doi:10.1234/abcd.5678.", "sleep_quality", "not_found", None),
        ("Better sleep (doi: xxxx).", "sleep_quality", "not_found", None),
        ("Better sleep (PMID: 11111111).", "sleep_quality", "not_found", None),
        ("The trial NCT99999999 showed better sleep.", "sleep_quality", "not_found", None),
        ("A double-blind trial of 4,321 nurses over nine weeks found calm.", "stress", "not_found", None),
        ("Shorter sleep onset (Abbasi 2012, doi:10.4103/9.9).", "sleep_onset", "none", "abbasi2012"),
        # numbers that lead to a study
        ("A study (PMID 38738598) saw calmer restless legs.", "rls", "none", "gorantla2024"),
        ("Fewer hot flashes (doi 10.1097/GME.0000000000000374).", "hot_flashes", "overstated", "park2015"),
        # descriptions
        ("A Thai trial in 86 pregnant women saw milder cramps.", "cramps", "none", "supakatisant2015"),
        ("The Cochrane review saw clear relief of cramps.", "cramps", "overstated", "garrison2020"),
        # too little, or an authority
        ("A 2018 study found that magnesium helps.", "sleep_quality", "insufficient_detail", None),
        ("The NHS says that 400 mg or less is unlikely to harm.", "upper_limit", "none", None),
        ("The American Academy of Sleep Medicine leaves magnesium out.", "rls", "none", "winkelman2025"),
        ("EFSA approved magnesium for blood glucose.", "glycaemia", "overstated", None),
        ("EFSA did not approve magnesium for blood glucose.", "glycaemia", "none", None),
    ],
)
def test_the_first_problem_that_fits_is_named(text: str, topic: str, problem: str, study: str | None):
    found = cite(text, topic)
    assert (found.problem, found.study_id) == (problem, study), found
    assert bool(found.because) == (problem != "none")


@pytest.mark.parametrize(
    "text, topic, direction, kind",
    [
        ("Nielsen 2010 found no difference.", "sleep_quality", "no_effect", "citation"),
        ("Magnesium did nothing for hot flashes (Park 2015).", "hot_flashes", "no_effect", "effect"),
    ],
)
def test_a_null_told_as_a_null_is_faithful(text: str, topic: str, direction: str, kind: str):
    assert cite(text, topic, direction, kind).problem == "none"


def test_contrary_marks_a_null_or_a_refusal_and_nothing_else():
    assert cite("Park (2015) found fewer hot flashes.", "hot_flashes").contrary
    assert cite("EFSA approved magnesium for blood glucose.", "glycaemia").contrary
    assert not cite("Schuster 2025 saw better sleep after 26 weeks.", "sleep_quality").contrary
    assert not cite("Held's 2002 study proves more deep sleep.", "slow_wave_sleep").contrary


def test_words_of_an_authority_are_no_author():
    found = cite(
        "The World Health Organization's 2016 guideline leaves it as an option.", "cramps", "unclear"
    )
    assert (found.as_written, found.problem) == ("World Health Organization", "none")


def test_a_land_is_a_source_of_a_dose_but_not_of_a_survey():
    dose = cite("British women need 270 mg.", "requirement", "unclear", "dose")
    share = cite("One British adult in eight eats too little.", "deficiency_prevalence", "unclear", "status")
    assert (dose.problem, share.problem) == ("none", "no_citation")


def test_a_salt_that_was_not_given_is_overstated():
    found = cite("Held 2002 saw more deep sleep on citrate.", "slow_wave_sleep", form="citrate")
    assert (found.problem, found.because) == ("overstated", "Held 2002 gave oxide, not citrate.")


def test_half_a_result_is_overstated():
    half = cite(
        "Citrate lowers bone turnover (Aydin 2010).", "bone_turnover", "decreases", "effect", "citrate"
    )
    assert half.problem == "overstated" and "osteocalcin rose" in half.because
    whole = "Citrate lowered one marker of bone turnover but raised another (Aydin 2010)."
    assert cite(whole, "bone_turnover", "decreases", "effect", "citrate").problem == "none"


def test_other_kinds_have_no_source_to_check():
    for kind in ("not_a_claim", "promotional", "advice"):
        assert cite("Sartori 2012 in people.", "anxiety", kind=kind) == Citation()


@pytest.mark.parametrize(
    "text, problem",
    [
        ("Magnesium calms the nerves.", "no_citation"),
        ("Research says magnesium calms the nerves.", "insufficient_detail"),
        ("It is scientifically proven to calm nerves.", "insufficient_detail"),
        ("Many American women take magnesium in May.", "no_citation"),
        ("Adults in Japan like magnesium.", "no_citation"),
        ("The recommended intake for men in Germany is 350 mg.", "none"),
        ("No trial has yet looked at it.", "no_citation"),
        ("Trials disagree about it.", "insufficient_detail"),
    ],
)
def test_a_claim_without_a_study_is_told_apart(text: str, problem: str):
    assert cite(text, "stress", kind="effect").problem == problem


def test_names_are_told_apart_at_the_threshold():
    assert studies_of_author("Nielson") == studies_of_author("Nielsen")
    assert studies_of_author("Sartory") == ("sartori2012",)
    assert studies_of_author("Ryszewska") == ("ryszewska2018",)
    for stranger in ("Nilsson", "Harrison", "Parker", "Bayle", "Li", "Magnesium", "Schubert"):
        assert studies_of_author(stranger) == (), stranger


def test_every_study_with_an_author_and_a_year_is_found_by_them():
    listed = [
        row for row in records("evidence", "studies")
        if row["year"] and str(row["first_author"] or "").isalpha() and len(row["first_author"]) > 4
        and row["first_author"] != "company"
    ]  # fmt: skip
    missed = []
    for row in listed:
        found = cite(f"{row['first_author']} et al. ({row['year']}) reported it in rats and people.", "none")
        same = str(found.study_id).startswith(str(row["study_id"])[: len(row["first_author"]) + 4])
        if not same:
            missed.append((row["study_id"], found))
    assert not missed


@pytest.mark.parametrize(
    "shape",
    [
        "{a}'s {y} trial found it.", "{a} and Jones (Sleep Med {y}) saw it.", "It works ({a} et al., {y}).",
        "{a}'s team ({y}) showed it.", "In {y}, {a} and colleagues saw it.", "As {a} reported in {y}.",
    ],
)  # fmt: skip
def test_an_author_is_found_in_every_usual_shape(shape: str):
    for study in studies().values():
        author, year = str(study.row["first_author"] or ""), study.row["year"]
        if year and re.fullmatch(r"[A-Z][a-z]{2,}(?:[- ][A-Z][a-z]+)?", author) and author not in NO_AUTHOR:
            found = cite(shape.format(a=author, y=year), "none").study_id
            assert found and str(studies()[found].row["first_author"]).startswith(author), (author, found)


def test_the_topic_table_names_outcomes_and_conditions_that_exist():
    outcomes = {str(row["outcome"]) for row in records("evidence", "outcomes")}
    conditions = {str(row["condition"]) for row in records("evidence", "studies")}
    scales = {"dass_anxiety", "mrs_total", "nausea", "abdominal_pain"}
    for name, rule in topics().items():
        assert rule.outcomes <= outcomes | scales, name
        assert rule.conditions <= conditions, name
    assert {row["outcome"] for row in rows("citations/outcome_words")} <= outcomes
    for table in ("silent_guidelines", "nulls_in_notes"):
        assert {row["study_id"] for row in rows(f"citations/{table}")} <= set(studies()), table


def test_an_unknown_topic_is_never_held_against_a_study():
    assert measures(studies()["held2002"], "a topic without a row")


LIST = """Magnesium helps [1]. It calms [2,3].

## References

1. Park H, Parker GL. A trial. Menopause. 2015.
2. Sartori SB, Whittle N. Anxiety. Neuropharmacology
   2012;62:304.
[3] Nobody A. Lost. 2001. doi:10.1234/none
"""


def test_numbered_references_are_read_and_followed():
    references = references_of(LIST)
    assert list(references) == ["1", "2", "3"]
    assert references["2"].endswith("Neuropharmacology 2012;62:304.")
    found = citation_of(
        "Magnesium cools hot flashes [1].", Labels("effect", "hot_flashes", direction="improves"), references
    )
    assert (found.study_id, found.problem) == ("park2015", "overstated")
    found = citation_of(
        "Magnesium calms people [2].", Labels("effect", "anxiety", direction="improves"), references
    )
    assert (found.study_id, found.problem) == ("sartori2012", "wrong_species")
    found = citation_of(
        "Magnesium calms people [3].", Labels("effect", "anxiety", direction="improves"), references
    )
    assert (found.study_id, found.problem) == (None, "not_found")
    assert references_of("No list here.\n1. Buy it\n") == {}


def test_references_of_a_page_are_numbered_as_a_browser_numbers_them():
    page = (
        "<p>x</p><h2>References</h2><ol><li><i>Held K</i>. Sleep &amp; Mg. 2002.</li>\n<li>Jee SH. 2002.</ol>"
    )
    assert references_of(page) == {"1": "Held K . Sleep & Mg. 2002.", "2": "Jee SH. 2002."}


PARTS = "Nielsen 2010 et al. ( ) trial of 86 women mg 400 10.1234/x PMID: 123 [1] NCT review EU"


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=150)
    | st.lists(
        st.sampled_from(PARTS.split()),
        max_size=15,
    ).map(" ".join),
    st.sampled_from(["citation", "effect", "dose"]),
    st.sampled_from(["sleep_quality", "gaba", "nonsense"]),
)
def test_any_sentence_gets_a_known_answer(text: str, kind: str, topic: str):
    found = citation_of(text, Labels(kind, topic), {"1": text})
    assert found.problem in PROBLEMS
    assert found.study_id is None or found.study_id in studies()


needs_shared = pytest.mark.skipif(
    not SEEDS.exists(), reason="the labelled articles lie beside the repository"
)


@needs_shared
@pytest.mark.parametrize(
    "author, topic, problem",
    [
        ("Cinar V.", "muscle_relaxation", "not_found"), ("Boyle NB.", "sleep_quality", "wrong_topic"),
        ("Boyle NB.", "gaba", "wrong_topic"), ("Abbasi B.", "sleep_quality", "overstated"),
        ("Sartori SB.", "hpa_cortisol", "wrong_species"), ("Nielsen FH.", "sleep_efficiency", "wrong_design"),
    ],
)  # fmt: skip
def test_the_sources_of_the_sleep_article(author: str, topic: str, problem: str):
    units = read_article((SEEDS / "sleep.txt").read_bytes()).units
    text = next(unit.text for unit in units if author in unit.text)
    assert cite(text, topic, kind="effect").problem == problem


@needs_shared
def test_the_trial_of_the_menopause_article_is_recognised():
    units = read_article((SEEDS / "menopause.txt").read_bytes()).units
    text = next(unit.text for unit in units if "(400 mg) for 12 weeks" in unit.text)
    found = cite(text, "blood_pressure", "decreases", form="citrate")
    assert (found.study_id, found.problem) == ("afitska2021", "overstated")


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Mean F1 over the problems that occur."""
    right = Counter(gold for gold, said in pairs if gold == said)
    gold, said = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    names = set(gold) | set(said)
    return sum(2 * right[name] / (gold[name] + said[name]) for name in names) / len(names)


@needs_shared
def test_problems_of_the_labelled_sentences():
    with (SHARED / "claims" / "dev.csv").open(encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    keys = ("kind", "topic", "form", "direction", "strength")
    pairs = [
        (row["citation_problem"], citation_of(row["text"], Labels(*(row[key] for key in keys))).problem)
        for row in labelled
    ]
    assert macro_f1(pairs) >= 0.9


@needs_shared
def test_problems_of_the_labelled_articles():
    pairs = []
    for path in (SHARED / "claims" / "articles").glob("*.json"):
        for claim in json.loads(path.read_text(encoding="utf-8"))["claims"]:
            said = citation_of(claim["text"], Labels(claim["kind"], claim["topic"]))
            pairs.append((claim["citation_problem"], said.problem))
    assert sum(gold == said for gold, said in pairs) >= 0.9 * len(pairs)
