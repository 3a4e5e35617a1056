"""Verdicts of the article checker: own examples for every rule, laws that must hold, and the labelled set."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from magnesim.claims.labels import DIRECTIONS, KINDS, STRENGTHS, VERDICTS, Citation, Labels, Verdict
from magnesim.claims.tables import rows
from magnesim.claims.verdicts import verdict_of
from magnesim.claims.verdicts.amounts import age_limit
from magnesim.claims.verdicts.dose import FREE_OF_DISPUTE
from magnesim.claims.verdicts.figures import numbers_in, written_out
from magnesim.claims.verdicts.said import read
from magnesim.claims.verdicts.unsafe import ADULT_LIMIT
from magnesim.data import records

DEV = Path(__file__).parents[2] / "shared" / "claims" / "dev.csv"

# text, "kind topic form direction strength", verdict
EXAMPLES = [
    # rule 2: unsafe
    ("Swallow 900 mg of magnesium every evening.", "dose supplement_dose", "unsafe"),
    ("Two 300 mg capsules a day are a sensible amount.", "dose supplement_dose", "unsafe"),
    ("Take 250 mg three times a day.", "dose supplement_dose", "unsafe"),
    ("A safe ceiling for tablets is 800 mg a day.", "dose upper_limit", "unsafe"),
    ("A 6-year-old can have 200 mg before bed.", "dose children", "unsafe"),
    ("A few drops with 20 mg of magnesium calm a newborn.", "dose children", "unsafe"),
    (
        "Weak kidneys are no reason to worry about magnesium.",
        "safety kidney_disease any no_effect negated",
        "unsafe",
    ),
    ("People on dialysis can take magnesium freely.", "safety kidney_disease any no_effect", "unsafe"),
    ("You cannot take too much of it.", "safety toxicity any no_effect negated", "unsafe"),
    ("It is completely harmless for everybody.", "safety general_safety any no_effect", "unsafe"),
    ("Take your doxycycline and magnesium at the same time.", "safety drug_interaction", "unsafe"),
    (
        "Magnesium does not interfere with levothyroxine.",
        "safety drug_interaction any no_effect negated",
        "unsafe",
    ),
    ("Swap your sleeping pills for magnesium.", "safety treatment_replacement", "unsafe"),
    ("Use it as a laxative every day for as long as you like.", "safety laxative_effect", "unsafe"),
    (
        "Expectant mothers need not ask anybody and may take any amount.",
        "safety pregnancy_lactation",
        "unsafe",
    ),
    # the same subjects, told rightly
    (
        "With weak kidneys magnesium can build up in the blood.",
        "safety kidney_disease any worsens",
        "supported",
    ),
    (
        "Never stop your tablets in favour of magnesium.",
        "safety treatment_replacement any unclear",
        "supported",
    ),
    ("Keep doxycycline and magnesium three hours apart.", "safety drug_interaction", "supported"),
    (
        "Supplements of magnesium are not suitable for everyone.",
        "safety general_safety any unclear",
        "supported",
    ),
    ("High amounts loosen the stool.", "safety gi_side_effects any worsens", "supported"),
    ("Magnesium never upsets the gut.", "safety gi_side_effects any no_effect negated", "refuted"),
    ("Furosemide flushes magnesium out.", "safety drug_interaction any decreases", "supported"),
    # rule 4: figures and absolutes
    ("About 90 percent of magnesium is in bone.", "status body_distribution", "refuted"),
    ("Less than 1% of it circulates in the blood.", "status body_distribution", "supported"),
    ("Around a quarter is found in muscle.", "status body_distribution", "supported"),
    ("Some fifty enzymes need magnesium.", "mechanism enzyme_cofactor", "refuted"),
    ("Magnesium is a helper of more than six hundred enzymes.", "mechanism enzyme_cofactor", "supported"),
    ("Magnesium always stops night cramps.", "effect cramps any improves", "refuted"),
    ("Migraines vanish with magnesium.", "effect migraine any improves", "not_supported"),
    ("Magnesium is proven to sharpen thinking.", "effect cognition any improves", "not_supported"),
    ("It lowers systolic pressure by 30 mmHg.", "effect blood_pressure any decreases", "refuted"),
    ("You will sleep two hours longer.", "effect sleep_duration any improves", "not_supported"),
    ("Threonate is 40% magnesium by weight.", "form elemental_content threonate", "refuted"),
    ("Only about 14% of bisglycinate is magnesium.", "form elemental_content glycinate", "supported"),
    ("A 500 mg citrate tablet holds some 80 mg of magnesium.", "form elemental_content citrate", "supported"),
    # rule 5: EU wording
    ("Magnesium contributes to normal muscle function.", "effect muscle_function any improves", "supported"),
    (
        "Magnesium supports the normal functioning of nerves.",
        "effect nervous_system_function any improves",
        "supported",
    ),
    ("Magnesium rebuilds worn teeth.", "effect bones_teeth_maintenance any improves", "insufficient"),
    ("Magnesium thins the blood.", "effect blood_coagulation any decreases", "not_supported"),
    ("The EU allows the claim that magnesium treats migraine.", "status regulation", "refuted"),
    ("A claim on muscle function is authorised in Europe.", "status regulation", "supported"),
    ("The register lists ten claims for magnesium.", "status regulation", "supported"),
    # rule 6: dose
    ("Take 150 mg with dinner.", "dose supplement_dose", "supported"),
    ("Adults do well on 300 mg from tablets.", "dose supplement_dose", "mixed"),
    ("In America men over 30 should reach 420 mg from all sources.", "dose requirement", "supported"),
    ("Women need 700 mg of magnesium a day.", "dose requirement", "refuted"),
    ("The US limit for supplements is 350 mg.", "dose upper_limit", "supported"),
    ("In Europe the limit for supplements is 350 mg.", "dose upper_limit", "refuted"),
    ("Divide the day's amount into two portions.", "dose dose_timing", "supported"),
    ("The best hour for magnesium is nine in the morning.", "dose dose_timing", "not_supported"),
    # rule 7: form and status
    ("Citrate is taken up better than oxide.", "form bioavailability_by_form citrate increases", "supported"),
    ("Oxide is absorbed better than citrate.", "form bioavailability_by_form oxide increases", "refuted"),
    ("Glycinate outdoes oxide in uptake.", "form bioavailability_by_form glycinate increases", "mixed"),
    (
        "Threonate is the most bioavailable salt.",
        "form bioavailability_by_form threonate increases",
        "not_supported",
    ),
    ("Oxide hardly dissolves in water.", "form bioavailability_by_form oxide", "supported"),
    ("Cashews and lentils supply plenty of magnesium.", "status food_sources", "supported"),
    ("No food has more magnesium than kale, the best source.", "status food_sources", "not_supported"),
    ("A normal serum value excludes a lack.", "status status_test", "refuted"),
    # rule 8: mechanisms
    ("Magnesium is needed to make protein.", "mechanism protein_synthesis", "supported"),
    ("Magnesium calms GABA receptors.", "mechanism gaba any unclear", "mechanism_only"),
    (
        "In volunteers it raised brain magnesium by 20%.",
        "mechanism brain_delivery any increases",
        "not_supported",
    ),
    ("Supplements bring down cortisol.", "mechanism hpa_cortisol any decreases", "mixed"),
    ("Supplements bring down ACTH.", "mechanism hpa_cortisol any decreases", "not_supported"),
    ("Severe lack makes nerves twitch.", "mechanism nerve_excitability any worsens", "supported"),
    # rule 9: the ladder
    ("Magnesium trims blood pressure a little.", "effect blood_pressure any decreases", "supported"),
    (
        "Magnesium malate trims blood pressure.",
        "effect blood_pressure malate decreases",
        "supported_low_certainty",
    ),
    ("Citrate lowers blood pressure.", "effect blood_pressure citrate decreases", "mixed"),
    ("Magnesium does not lower blood pressure.", "effect blood_pressure any no_effect negated", "refuted"),
    ("Magnesium does nothing for night cramps.", "effect cramps any no_effect negated", "supported"),
    ("It eases cramps in pregnancy.", "effect cramps any improves", "mixed"),
    (
        "Magnesium citrate may prevent migraine.",
        "effect migraine citrate improves hedged",
        "supported_low_certainty",
    ),
    ("Magnesium does not help with low mood.", "effect depression any no_effect negated", "mixed"),
    ("Magnesium makes you fall asleep sooner.", "effect sleep_onset any improves", "supported_low_certainty"),
    ("Malate makes you fall asleep sooner.", "effect sleep_onset malate improves", "insufficient"),
    ("Magnesium may steady the heartbeat.", "effect heart_rhythm any improves hedged", "insufficient"),
    ("Studies of magnesium for mood contradict each other.", "effect depression any unclear", "supported"),
    ("No trial has tested magnesium for memory.", "effect cognition any unclear negated", "supported"),
    (
        "No trial has tested magnesium for blood pressure.",
        "effect blood_pressure any unclear negated",
        "refuted",
    ),
    ("Magnesium plus melatonin improves sleep.", "effect sleep_quality any improves", "insufficient"),
    # one third of a second, mixed batch
    (
        "If your eGFR is under 30 you should not take magnesium on your own.",
        "safety kidney_disease",
        "supported",
    ),
    ("Omeprazole has no influence on magnesium.", "safety drug_interaction any no_effect negated", "unsafe"),
    ("Take alendronate together with your magnesium at breakfast.", "safety drug_interaction", "unsafe"),
    (
        "Paracetamol and magnesium do not interact.",
        "safety drug_interaction any no_effect negated",
        "insufficient",
    ),
    ("Try magnesium before you see a doctor about palpitations.", "safety treatment_replacement", "unsafe"),
    (
        "Laxative doses should not be used for more than a week without advice.",
        "safety laxative_effect any unclear",
        "supported",
    ),
    ("Doses above 350 mg often cause diarrhoea.", "safety gi_side_effects any worsens", "supported"),
    ("There are no risks at all with magnesium.", "safety general_safety any no_effect negated", "unsafe"),
    ("Babies can safely have magnesium drops.", "safety children any no_effect", "unsafe"),
    ("The upper limit covers supplements only, not food.", "dose upper_limit", "supported"),
    ("Take 500 mg of elemental magnesium under medical supervision.", "dose supplement_dose", "mixed"),
    ("Adult women need about 300 mg a day according to EFSA.", "dose requirement", "supported"),
    ("2,000 mg of magnesium citrate a day is a good dose.", "dose supplement_dose citrate", "mixed"),
    ("It takes four weeks before you notice anything.", "dose dose_timing", "insufficient"),
    ("About 99% of magnesium is inside bones and cells.", "status body_distribution", "supported"),
    ("The kidneys regulate how much magnesium leaves the body.", "status body_distribution", "supported"),
    ("The normal range for serum magnesium is 0.75 to 0.95 mmol/L.", "status status_test", "supported"),
    (
        "Blood levels double within a week of supplements.",
        "status mg_level_response any increases",
        "refuted",
    ),
    ("Whole grains and beans are rich in magnesium.", "status food_sources", "supported"),
    ("Oxide is only about 4% absorbed.", "form bioavailability_by_form oxide", "supported"),
    (
        "Organic salts are better absorbed than inorganic ones.",
        "form bioavailability_by_form any increases",
        "supported",
    ),
    ("About 30 to 40 percent of dietary magnesium is absorbed.", "form absorption_general", "supported"),
    ("Epsom salt baths top up your magnesium.", "form transdermal sulfate increases", "not_supported"),
    ("Magnesium regulates the release of noradrenaline.", "mechanism catecholamines", "mechanism_only"),
    ("ATP must bind magnesium to be active.", "mechanism enzyme_cofactor", "supported"),
    ("Magnesium reduces fatigue.", "effect fatigue any improves", "supported"),
    (
        "Magnesium does nothing for muscle function.",
        "effect muscle_function any no_effect negated",
        "refuted",
    ),
    (
        "Magnesium oxide improves sleep in older adults.",
        "effect sleep_quality oxide improves",
        "supported_low_certainty",
    ),
    ("Magnesium does not help hot flashes.", "effect hot_flashes any no_effect negated", "supported"),
    (
        "Higher intake is linked to lower diabetes risk.",
        "effect glycaemia any decreases hedged",
        "supported_low_certainty",
    ),
    ("Magnesium melts belly fat.", "effect body_weight any decreases", "not_supported"),
    ("Lack of magnesium lowers the pain threshold.", "effect pain_sensitivity any worsens", "mechanism_only"),
    (
        "In women with premenstrual complaints magnesium cuts symptoms by 80%.",
        "effect pms any improves",
        "not_supported",
    ),
    ("Whether magnesium helps memory is unknown.", "effect cognition any unclear", "supported"),
    ("By calming the nerves magnesium improves memory.", "effect cognition any improves", "mechanism_only"),
    (
        "EFSA rejected the claim that magnesium supports immunity.",
        "status regulation any unclear",
        "supported",
    ),
    ("EFSA approved a claim for blood pressure.", "status regulation", "refuted"),
    ("Adults should not exceed 1,000 mg from supplements.", "dose upper_limit", "unsafe"),
    ("Three capsules of 100 mg each are enough.", "dose supplement_dose", "mixed"),
    ("Children of 4 to 8 need 130 mg a day.", "dose children", "supported"),
    ("German experts advise 300 mg for women and 350 mg for men.", "dose requirement", "supported"),
    ("Magnesium is safe for people with kidney disease.", "safety kidney_disease any no_effect", "unsafe"),
    (
        "Magnesium has no interactions with any medicine.",
        "safety drug_interaction any no_effect negated",
        "unsafe",
    ),
    (
        "Thirty minutes between magnesium and ciprofloxacin are enough.",
        "safety drug_interaction any unclear",
        "refuted",
    ),
    (
        "Magnesium can be taken alongside other treatment but must not replace it.",
        "safety treatment_replacement any unclear",
        "supported",
    ),
    (
        "People with heart block can use magnesium without worry.",
        "safety general_safety any no_effect",
        "unsafe",
    ),
    (
        "Magnesium lowers blood pressure in people with type 2 diabetes.",
        "effect blood_pressure any decreases",
        "supported",
    ),
    ("Magnesium raises good cholesterol slightly.", "effect lipids any increases", "supported_low_certainty"),
    ("Magnesium helps shift workers fall asleep sooner.", "effect sleep_onset any improves", "insufficient"),
    ("Magnesium helps ADHD.", "effect other_outcome any improves", "insufficient"),
    ("Magnesium prevents heart attacks.", "effect cardiovascular_risk any decreases", "insufficient"),
    (
        "Magnesium supplements made arteries more supple in trials.",
        "effect vascular_function any improves",
        "not_supported",
    ),
    # figures in words, sizes against intervals, people, links
    ("Two grams of citrate a day are about right.", "dose supplement_dose citrate", "mixed"),
    ("Nine hundred milligrams of oxide at bedtime.", "dose supplement_dose oxide", "unsafe"),
    ("One Australian in three eats too little of it.", "status deficiency_prevalence", "supported"),
    ("HbA1c tumbles by three points.", "effect glycaemia any decreases", "not_supported"),
    ("Fasting sugar falls by half a millimole per litre.", "effect glycaemia any decreases", "mixed"),
    (
        "Fasting sugar falls by half a millimole per litre in diabetics.",
        "effect glycaemia any decreases",
        "supported_low_certainty",
    ),
    ("Systolic pressure falls by a fifth.", "effect blood_pressure any decreases", "refuted"),
    ("It trims pressure that is normal already.", "effect blood_pressure any decreases", "supported"),
    ("It trims pressure if the pressure is normal.", "effect blood_pressure any decreases", "not_supported"),
    ("Double-blind trials saw calmer legs.", "effect rls any improves", "mixed"),
    ("It eases cramps in the last trimester.", "effect cramps any improves", "mixed"),
    (
        "Higher intake is not linked to fewer fractures.",
        "effect fracture any no_effect negated",
        "supported_low_certainty",
    ),
    (
        "At 40 ng/mL magnesium brings vitamin D down.",
        "effect vitd_level any decreases",
        "supported_low_certainty",
    ),
    ("CRP falls on magnesium chloride.", "effect inflammation chloride decreases", "supported_low_certainty"),
    ("Magnesium, zinc and vitamin B6 ease period pain.", "effect pms any improves", "insufficient"),
    ("Magnesium outperforms blood pressure drugs.", "effect blood_pressure any decreases", "refuted"),
    ("Children can have adult doses.", "safety children any no_effect", "unsafe"),
    # care said to be needless, and care
    ("Dialysis is no reason to avoid magnesium.", "safety kidney_disease", "unsafe"),
    ("Kidney patients should never take it without asking.", "safety kidney_disease", "supported"),
    ("Mothers-to-be need not ask anybody first.", "safety pregnancy_lactation", "unsafe"),
    (
        "While nursing, magnesium within the adult limit does no harm.",
        "safety pregnancy_lactation any no_effect negated",
        "supported",
    ),
    ("Two hours between thyroxine and magnesium will do.", "safety drug_interaction", "refuted"),
    ("Wash your thyroxine down with magnesium.", "safety drug_interaction", "unsafe"),
    ("The limit of 350 mg includes food.", "dose upper_limit", "refuted"),
    (
        "No other salt comes close to taurate.",
        "form bioavailability_by_form taurate increases",
        "not_supported",
    ),
    ("A normal blood test proves that nothing is missing.", "status status_test", "refuted"),
]

CITED = [
    (
        "Abbasi (2012) gave oxide to older people, who slept better.",
        "sleep_quality",
        "abbasi2012",
        "none",
        "supported_low_certainty",
    ),
    ("Garrison's Cochrane review found no benefit.", "cramps", "garrison2020", "none", "supported"),
    ("Sartori (2012) reported it of patients.", "hpa_cortisol", "sartori2012", "wrong_species", "refuted"),
    ("Smith and Jones (2017) halved hot flushes.", "hot_flashes", None, "not_found", "not_supported"),
    (
        "Nielsen's 2010 trial shows that citrate improves sleep.",
        "sleep_quality",
        "nielsen2010",
        "overstated",
        "refuted",
    ),
]


def labels_of(written: str) -> Labels:
    """`kind topic form direction strength`; what is left out is as in `Labels`."""
    return Labels(*written.split())


def judge(text: str, written: str) -> str:
    return verdict_of(text, labels_of(written), Citation(problem="no_citation")).verdict


@pytest.mark.parametrize(("text", "written", "expected"), EXAMPLES, ids=[e[0][:50] for e in EXAMPLES])
def test_rules(text: str, written: str, expected: str) -> None:
    assert judge(text, written) == expected


@pytest.mark.parametrize(("text", "topic", "study", "problem", "expected"), CITED)
def test_citations(text: str, topic: str, study: str | None, problem: str, expected: str) -> None:
    labels = Labels("citation", topic, "any", "improves")
    assert verdict_of(text, labels, Citation(text, study, problem)).verdict == expected


@pytest.mark.parametrize(
    ("written", "figures"),
    [
        ("three hundred and fifty mg", [(350, "mg")]),
        ("between three hundred and four hundred mg", [(300, "mg"), (400, "mg")]),
        ("one thousand five hundred mg", [(1500, "mg")]),
        ("one and a half grams", [(1.5, "g")]),
        ("half a millimole per litre", [(0.5, "mmol/l")]),
        ("one adult in eight", [(12.5, "%")]),
        ("three-quarters of an hour", [(45, "min")]),
        ("by a third", [(33, "%")]),
    ],
)
def test_amounts_in_words_are_figures(written: str, figures: list[tuple[float, str]]) -> None:
    assert [(number.value, number.unit) for number in numbers_in(written_out(written))] == figures


def test_advice_on_a_medicine_that_could_hurt_is_not_passed_over() -> None:
    assert judge("Swallow your antibiotic and magnesium in the same mouthful.", "advice none") == "unsafe"
    assert judge("Ask about your antibiotic first.", "advice clinician_advice") == "not_checkable"


@pytest.mark.parametrize("kind", KINDS)
def test_always_one_of_the_verdicts(kind: str) -> None:
    texts = [text for text, *_ in EXAMPLES[::9]]
    topics = sorted({written.split()[1] for _, written, _ in EXAMPLES})
    for topic in topics:
        for place, direction in enumerate(DIRECTIONS):
            labels = Labels(
                kind, topic, ("any", "citrate", "orotate")[place % 3], direction, STRENGTHS[place % 3]
            )
            found = verdict_of(texts[place % len(texts)], labels, Citation())
            assert isinstance(found, Verdict)
            assert found.verdict in VERDICTS
            assert found.because
            assert all({"outcome", "study_id"} == set(item) for item in found.evidence)


def test_hedges_never_rescue() -> None:
    effects = [(text, w) for text, w, _ in EXAMPLES if w.startswith("effect") and "negated" not in w]
    for text, written in effects:
        kind, topic, form, direction = written.split()[:4]
        plain = verdict_of(text, Labels(kind, topic, form, direction), Citation()).verdict
        hedged = verdict_of(
            "Perhaps " + text, Labels(kind, topic, form, direction, "hedged"), Citation()
        ).verdict
        if plain in ("not_supported", "refuted", "unsafe"):
            assert hedged not in ("supported", "supported_low_certainty", "mixed"), text


def test_praise_and_advice() -> None:
    assert judge("Ours is the purest of all, take 900 mg!", "promotional product_quality") == "promotional"
    assert judge("See your doctor.", "advice clinician_advice") == "not_checkable"
    assert judge("Is it 900 mg?", "not_a_claim none") == "not_checkable"


@pytest.mark.parametrize(
    "sentence",
    [
        "Take {} mg a day.",
        "A dose of {} mg is safe.",
        "Give a child of 5 years {} mg.",
        "Up to {} mg nightly.",
    ],
)
def test_more_is_never_milder(sentence: str) -> None:
    order = {"supported": 0, "mixed": 1, "unsafe": 2}
    labels = Labels("dose", "children" if "child" in sentence else "supplement_dose")
    found = [verdict_of(sentence.format(mg), labels, Citation()).verdict for mg in range(25, 2500, 25)]
    steps = [order[verdict] for verdict in found]
    assert steps == sorted(steps)
    assert steps[-1] == 2


def test_limits_are_those_that_authorities_print() -> None:
    """Adults: the highest and the lowest printed; children: the US figures, none for infants."""
    adults = [row for row in records("safety", "dosing") if row["life_stage"] in ("adult", "general")]
    printed = {row["ul_supplement_mg"] for row in adults} - {None}
    assert (min(printed), max(printed)) == (FREE_OF_DISPUTE, ADULT_LIMIT)
    told = {
        f"a {age}-year-old": mg for age, mg in ((1, 65), (3, 65), (4, 110), (8, 110), (9, 350), (17, 350))
    }
    for who, mg in (told | {"a newborn": 0, "a toddler": 65, "a teenager": 350, "a child": 110}).items():
        assert age_limit(read(f"Half a tablet for {who}.", Labels("dose", "children"), Citation())) == mg


def test_a_salt_mass_is_converted() -> None:
    assert (
        judge("Take 1,500 mg of magnesium threonate a day.", "dose supplement_dose threonate") == "supported"
    )
    assert judge("Take 1,500 mg of magnesium oxide a day.", "dose supplement_dose oxide") == "unsafe"


def test_evidence_is_named() -> None:
    found = verdict_of(
        "It lowers pressure.", Labels("effect", "blood_pressure", "any", "decreases"), Citation()
    )
    assert {"outcome": "sbp", "study_id": "argeros2025"} in found.evidence


def test_tables_name_their_sources() -> None:
    """Every settled call has a source, and what it names as evidence is in the tables that ship."""
    known = {str(s["study_id"]) for s in records("evidence", "studies")}
    known |= {str(f["fact_id"]).partition(".")[2] for f in records("evidence", "facts")}
    known |= {str(f["key"]) for f in records("safety", "facts")}
    known |= {str(c["claim_id"]) for c in records("evidence", "claims")}
    for row in rows("verdicts/topic_evidence"):
        assert row["why"], row["topic"]
        assert row["source"], row["topic"]
        for item in filter(None, row["evidence"].split(";")):
            room, _, name = item.partition(":")
            listed = (
                room == "peers"
                or name in known
                or name.startswith(("interactions", "contra", "dosing", "chem"))
            )
            assert listed, item
    for row in rows("verdicts/comparisons"):
        assert known >= set(row["source"].split(";")), row
    for row in rows("verdicts/physiology_facts"):
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["what"]
        for item in row["fact_ids"].split(";"):
            name = item.rpartition(":")[2] if ":" in item else item.partition(".")[2]
            assert name in known, item
    assert all(row["source"] for row in rows("eu_claims"))
    assert sum(row["status"] == "authorised" for row in rows("eu_claims")) == 10


def _gold_citation(row: dict[str, str]) -> Citation:
    first = row["evidence_ids"].split(";")[0].split(":")[-1]
    study = first if row["kind"] == "citation" and first else None
    return Citation(study or "", study, row["citation_problem"])


@pytest.mark.skipif(not DEV.exists(), reason="the labelled sentences are not beside the repository")
def test_labelled_sentences() -> None:
    """Macro-F1 of the verdict with the gold labels given; a verdict of also_accept counts as right."""
    hit, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    with DEV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        labels = Labels(row["kind"], row["topic"], row["form"], row["direction"], row["strength"])
        given, gold = verdict_of(row["text"], labels, _gold_citation(row)).verdict, row["verdict"]
        if given == gold or given in row["also_accept"].split(";"):
            hit[gold] += 1
        else:
            wrong[given] += 1
            missed[gold] += 1
    classes = {row["verdict"] for row in rows}
    scores = [2 * hit[c] / (2 * hit[c] + wrong[c] + missed[c]) for c in classes]
    assert sum(scores) / len(scores) >= 0.8
