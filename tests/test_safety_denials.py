"""What is said to be absent, stopped or bounded: a denial reaches no further than what it names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.people import Person
from magnesim.safety import Decision, decide, drugs_taken, rulebook
from magnesim.safety.rulebook import OUTCOMES

ALLOWING = OUTCOMES[:2]


def said(conditions: str | None = None, drugs: str | None = None, **more: object) -> Decision:
    about = {"age": 45.0, "sex": "female", "egfr": 95.0, **more}
    person = Person(conditions=conditions, drugs=drugs, **about)  # type: ignore[arg-type]
    return decide(person, 300, "glycerophosphate", ("20:00",), "sleep")


PHRASES = {
    "severe_kidney_impairment": ("kidney failure", "stage 4 CKD"),
    "moderate_kidney_impairment": ("kidney disease", "my kidney transplant"),
    "dialysis_or_end_stage_kidney_disease": ("dialysis", "CKD5"),
    "little_or_no_urine": ("no urine", "anuria"),
    "infection_type_kidney_stones_magnesium_ammonium_phosphate": ("struvite stones",),
    "prescribed_magnesium_restricted_diet": ("a low magnesium diet",),
    "known_high_serum_magnesium": ("high magnesium",),
    "heart_block_without_pacemaker": ("my heart block", "third degree AV block"),
    "heart_block_with_pacemaker_or_other_conduction_disorder": ("my pacemaker", "long QT"),
    "bradycardia_conduction_disorder": ("a slow pulse",),
    "decompensated_heart_failure": ("acute heart failure",),
    "other_heart_disease": ("a heart attack", "angina"),
    "myasthenia_gravis": ("myasthenia",),
    "surgery_with_general_anaesthesia_planned": ("surgery next week",),
    "bowel_obstruction_known_or_suspected": ("a blocked bowel",),
    "ileus": ("ileus",),
    "gut_perforation_known_or_suspected": ("a perforated ulcer",),
    "acute_abdomen_e_g_suspected_appendicitis": ("appendicitis",),
    "stomach_pain_nausea_or_vomiting_not_yet_explained": ("stomach pain", "vomiting"),
    "toxic_colitis_toxic_megacolon_retained_stomach_contents": ("gastroparesis",),
    "active_inflammatory_bowel_disease": ("Crohn's disease",),
    "megacolon_or_very_slow_bowel": ("megacolon",),
    "ileostomy_colostomy_or_high_output_stoma": ("my ileostomy",),
    "short_bowel_small_bowel_resection": ("short bowel syndrome",),
    "dehydration_severe": ("severe dehydration",),
    "rectal_bleeding_or_no_bowel_movement_after_a_laxative_dose": ("blood in the stool after a laxative",),
    "sudden_change_of_bowel_habit": ("a change in my bowel habits",),
    "daily_laxative_need": ("a daily laxative for 3 weeks",),
    "infant": ("a newborn",),
    "young_child": ("a toddler",),
    "child_or_adolescent": ("a teenager",),
    "pregnancy": ("pregnancy", "expecting a baby"),
    "pregnancy_with_magnesium_infusion_or_pre_eclampsia_treatment": ("pre-eclampsia",),
    "severe_or_symptomatic_low_magnesium": ("torsades",),
    "low_calcium_or_low_potassium_known": ("low potassium",),
    "addison_disease_or_untreated_hypothyroidism": ("Addison's disease",),
    "overactive_thyroid_or_hyperaldosteronism_with_low_magnesium": ("Graves disease",),
    "liver_impairment_marked": ("cirrhosis",),
    "rhabdomyolysis": ("rhabdomyolysis",),
    "cancer_treatment_with_platinum_or_egfr_drug": ("chemotherapy",),
    "high_phosphate": ("high phosphate",),
    "phenylketonuria": ("phenylketonuria",),
    "hereditary_fructose_intolerance": ("fructose intolerance",),
}
"""Ways to say each row of the table that forbids, or leaves it to a clinician."""

BY_NUMBERS = {
    "kidney_function_unknown_with_a_risk_marker",
    "older_person_with_constipation_on_oxide_dementia_or_stroke",
    "child",
}
EVERY_PHRASE = [phrase for phrases in PHRASES.values() for phrase in phrases]
CUES = (
    "no", "not", "never", "without", "denies", "denied", "no known", "no history of", "never had",
    "do not have", "does not have", "free of", "negative for", "no longer any", "not on", "no more",
)  # fmt: skip
NOUNS = (
    "sleep", "pain", "insomnia", "trouble", "problems", "acne", "hay fever", "leg cramps", "headache",
    "symptoms", "anxiety", "stress", "asthma", "diabetes", "osteoporosis",
)  # fmt: skip
CONNECTORS = (
    "because of", "due to", "from", "before", "since", "after", "despite", "with", "on", "for", "when",
    "during", "until", "but", "except", "although", "now", "and", "while on", "thanks to", "as I have",
    "owing to", "through", "in spite of", "only", "if not for", "caused by", "- just", "so far as", "",
)  # fmt: skip


def test_every_row_that_forbids_or_asks_has_a_phrase() -> None:
    wanted = {
        name.split(":")[1]
        for name, found in rulebook().items()
        if name.startswith("contraindications:")
        and found.rows[0]["action"] in ("do_not_use", "only_with_clinician")
    }
    assert wanted == PHRASES.keys() | BY_NUMBERS


@pytest.mark.parametrize("phrase", EVERY_PHRASE)
def test_each_phrase_alone_is_not_allowed(phrase: str) -> None:
    assert said(phrase).decision not in ALLOWING


@given(
    cue=st.sampled_from(CUES),
    noun=st.sampled_from(NOUNS),
    connector=st.sampled_from(CONNECTORS),
    phrase=st.sampled_from(EVERY_PHRASE),
)
@settings(max_examples=600, deadline=None)
def test_a_denial_never_swallows_what_follows_it(cue: str, noun: str, connector: str, phrase: str) -> None:
    text = f"{cue} {noun} {connector} {phrase}"
    assert said(text).decision not in ALLOWING, text


@pytest.mark.parametrize("phrase", EVERY_PHRASE)
def test_every_connector_ends_a_denial(phrase: str) -> None:
    for connector in CONNECTORS:
        for cue in ("no", "denies", "never had"):
            text = f"{cue} pain {connector} {phrase}"
            assert said(text).decision not in ALLOWING, text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no sleep because of dialysis", "refuse"),
        ("no sleep due to chest pain", "refuse"),
        ("no pain from kidney failure", "refuse"),
        ("no insomnia before kidney failure", "refuse"),
        ("no trouble from my heart block", "refuse"),
        ("no problems since kidney transplant", "clinician_first"),
        ("no heart block since pacemaker", "clinician_first"),
        ("no palpitations since my pacemaker", "clinician_first"),
        ("no seizures since pacemaker", "clinician_first"),
        ("no known allergies, kidney failure", "refuse"),
        ("no allergies and on dialysis", "refuse"),
        ("no pain kidney failure", "refuse"),
        ("not stable heart failure", "clinician_first"),
        ("no day without chest pain", "clinician_first"),
        ("I cannot live without dialysis", "clinician_first"),
        ("never without my pacemaker", "clinician_first"),
        ("no kidney function left", "refuse"),
        ("no doubt kidney failure", "refuse"),
        ("was denied dialysis", "clinician_first"),
        ("no chest pain today", "clinician_first"),
        ("not on dialysis yet", "clinician_first"),
        ("no severe kidney disease", "clinician_first"),
        ("no other heart problems", "clinician_first"),
        ("stopped dialysis", "refuse"),
        ("pain ruled out as a cause of kidney failure", "refuse"),
        ("kidney failure after chest pain was ruled out", "refuse"),
        ("vomiting, no belly pain", "clinician_first"),
        ("no reflexes", "refuse"),
        ("no symptoms of kidney failure", "clinician_first"),
        ("no pain - dialysis patient", "refuse"),
        ("no sleep for 5 months", "clinician_first"),
        ("no point in living", "refuse"),
    ],
)
def test_where_a_denial_ends(text: str, expected: str) -> None:
    assert said(text).decision == expected


@pytest.mark.parametrize(
    "text",
    [
        "no diabetes, kidney disease or heart failure",
        "no heart, kidney or liver disease",
        "no heart or kidney problems",
        "no history of kidney disease",
        "no chest pain, no palpitations",
        "denies chest pain, palpitations or fainting",
        "never had a heart attack",
        "not on dialysis",
        "not pregnant or breastfeeding",
        "I do not have kidney disease",
        "no kidney disease at all",
        "no kidney disease that I know of",
        "no kidney disease (eGFR 95)",
        "free of kidney disease",
        "chest pain ruled out",
        "kidney disease: no",
        "no signs of heart failure",
        "no family history of kidney disease",
        "without heart disease",
        "no urine infection",
        "poor sleep, no sleep apnoea",
        "no surgery planned",
        "no thoughts of suicide",
        "acne; no kidney disease; no heart disease",
    ],
)
def test_a_plain_denial_still_holds(text: str) -> None:
    assert said(text).decision == "allow"


def test_what_is_bounded_or_denied_twice_is_asked() -> None:
    for text in (
        "no chest pain since May",
        "not without chest pain",
        "denies acne, chest pain",
        "no new fits",
    ):
        found = said(text)
        assert found.decision == "clinician_first", text
        assert any("so now, or not?" in question for question in found.questions), text


# --- medicines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no furosemide", "allow"),
        ("stopped omeprazole", "allow"),
        ("stopped omeprazole last year", "allow"),
        ("omeprazole 20 mg, stopped in May", "allow"),
        ("no longer on furosemide", "allow"),
        ("used to take furosemide", "allow"),
        ("stopped magnesium tablets", "allow"),
        ("not taking furosemide any more", "allow"),
        ("stopped omeprazole; furosemide", "clinician_first"),
        ("stopped omeprazole, furosemide 40 mg", "clinician_first"),
        ("stopped omeprazole because of furosemide", "clinician_first"),
        ("not stopped warfarin", "clinician_first"),
        ("never stopped furosemide", "clinician_first"),
        ("furosemide not stopped", "clinician_first"),
        ("furosemide to be stopped", "clinician_first"),
        ("want to have stopped furosemide", "clinician_first"),
        ("stopped furosemide but restarted", "clinician_first"),
        ("stopped furosemide 2 days a week", "clinician_first"),
        ("stopped taking furosemide in the evening", "clinician_first"),
        ("no furosemide on Sundays", "clinician_first"),
        ("stopped furosemide until Monday", "clinician_first"),
        ("no change in furosemide", "clinician_first"),
        ("without furosemide I swell up", "clinician_first"),
        ("stopped dialysis", "refuse"),
        ("no chemo since May", "clinician_first"),
        ("will start furosemide next week", "clinician_first"),
        ("no pain since raltegravir", "refuse"),
    ],
)
def test_medicines_denied_or_stopped(text: str, expected: str) -> None:
    assert said(drugs=text).decision == expected


@given(
    cue=st.sampled_from(("no", "stopped", "not taking", "off", "no longer on", "without")),
    first=st.sampled_from(("ibuprofen", "sertraline", "cetirizine", "vitamin D")),
    connector=st.sampled_from((*CONNECTORS, "then", "for", "instead of", "to take", ",")),
    second=st.sampled_from(("furosemide", "raltegravir", "digoxin", "Lasix", "spironolactone")),
)
@settings(max_examples=300, deadline=None)
def test_a_stop_never_swallows_the_next_medicine(cue: str, first: str, connector: str, second: str) -> None:
    text = f"{cue} {first} {connector} {second}"
    assert said(drugs=text).decision not in ALLOWING, text


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("Lasix 40 mg", {"furosemide"}),
        (
            "Prilosec; Nexium; Pepcid; HCTZ 25 mg",
            {"omeprazole", "esomeprazole", "famotidine", "hydrochlorothiazide"},
        ),
        ("stopped omeprazole; furosemide", {"furosemide"}),
        ("omeprazole stopped last year, now famotidine", {"famotidine"}),
        ("no furosemide", set()),
        ("will start furosemide tomorrow; Zoloft", {"sertraline"}),
        ("furosemide planned", set()),
        ("zorblax; water pill; a blood thinner; PPI", set()),
        ("Dyazide", {"triamterene", "hydrochlorothiazide"}),
        ("hydroclorothiazide", {"hydrochlorothiazide"}),
        ("frusemide", {"furosemide"}),
        ("not stopped warfarin", {"warfarin"}),
        ("allergic to aspirin; ibuprofen", {"ibuprofen"}),
        ("tobramycin eye drops", set()),
        ("none", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_the_drugs_that_a_person_takes(text: str | None, taken: set[str]) -> None:
    assert set(drugs_taken(text)) == taken
    assert drugs_taken(text) == tuple(sorted(taken))


@given(text=st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_the_list_of_drugs_taken(text: str) -> None:
    assert all(name == name.lower() for name in drugs_taken(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no acne/kidney failure", "clinician_first"),
        ("no acne / kidney failure", "clinician_first"),
        ("no acne/hay fever/kidney failure", "clinician_first"),
        ("no acne or hay fever/kidney failure", "clinician_first"),
        ("denies acne/kidney failure", "clinician_first"),
        ("never had acne/dialysis", "clinician_first"),
        ("no acne, hay fever/kidney failure", "refuse"),
        ("no acne/hay fever", "allow"),
        ("no acne/hay fever or kidney failure", "allow"),
        ("no heart/kidney/liver disease", "allow"),
        ("no heart / kidney failure", "allow"),
    ],
)
def test_a_slash_joins_organs_and_otherwise_asks(text: str, expected: str) -> None:
    found = said(text)
    assert found.decision == expected
    assert bool(found.questions) == (expected == "clinician_first")


@pytest.mark.parametrize("drugs", ["no aspirin/digoxin", "stopped aspirin/digoxin"])
def test_a_medicine_behind_a_slash_is_asked_about(drugs: str) -> None:
    assert said(drugs=drugs).decision == "clinician_first"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my mother is on dialysis", "clinician_first"),
        ("mother is on dialysis, brother has myasthenia gravis; I have neither", "allow"),
        ("father has heart block; not me", "allow"),
        ("mother has diabetes and dialysis; not me", "clinician_first"),
        ("mother has diabetes and I have kidney failure; not me", "refuse"),
        ("my mother and I have kidney failure", "refuse"),
        ("mother has kidney failure and I do not know whether I do", "clinician_first"),
        ("dialysis; I have neither", "refuse"),
    ],
)
def test_what_a_relative_has_is_asked_about_unless_the_person_says_it_is_not_theirs(
    text: str, expected: str
) -> None:
    assert said(text).decision == expected
