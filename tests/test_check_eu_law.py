"""The EU register of health claims beside an article: what keeps to it, what does not, whom it binds."""

from __future__ import annotations

import pytest

from magnesim.claims.check import check_article
from magnesim.claims.eu_law import STATUSES, EuStatus, eu_status, statuses, summary
from magnesim.claims.labels import Labels
from magnesim.claims.language import labels_of
from magnesim.claims.tables import rows

REGISTER = rows("eu_claims")
AUTHORISED = [row for row in REGISTER if row["status"] == "authorised"]


def status_of(text: str) -> EuStatus:
    (_, _, labels), *_ = labels_of(text)
    return eu_status(text, labels)


@pytest.mark.parametrize("row", AUTHORISED, ids=lambda row: row["id"])
def test_each_authorised_wording_is_recognised_as_itself(row: dict[str, str]):
    joined = "plays a" if row["wording"].startswith("role") else "contributes to the"
    text = f"Magnesium {joined} {row['wording']}."
    found = eu_status(text, Labels("effect", row["topic"], direction="improves"))
    assert (found.status, found.claim_id) == ("authorised", row["id"])
    assert "432/2012" in found.source


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Magnesium boosts normal muscle function.", "muscle_function"),
        ("Magnesium is vital for your nervous system.", "nervous_system_function"),
        ("Magnesium gives you stronger bones.", "bones_teeth_maintenance"),
        ("Magnesium relaxes the muscles.", "muscle_relaxation"),
    ],
)
def test_more_than_the_wording_is_stretched(text: str, topic: str):
    assert eu_status(text, Labels("effect", topic, direction="improves")).status == "stretched"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Magnesium lowers blood pressure.", "refused"),
        ("Expect your systolic pressure to fall by 25 mmHg in three months of magnesium.", "refused"),
        ("Magnesium supports your immune system.", "refused"),
        ("Magnesium improves sleep.", "no_such_claim"),
        ("Magnesium relieves restless legs.", "no_such_claim"),
        ("Magnesium may ease hot flushes.", "no_such_claim"),
        ("Magnesium prevents osteoporosis.", "no_such_claim"),
        ("Magnesium does not lower blood pressure.", "none"),
        ("Magnesium can cause diarrhoea.", "none"),
        ("Nuts are a good source of magnesium.", "none"),
        ("Ask your doctor before you take magnesium.", "none"),
        ("No sleep claim for magnesium has been authorised in the EU.", "none"),
    ],
)
def test_refused_absent_and_what_is_no_health_claim(text: str, status: str):
    assert status_of(text).status == status


@pytest.mark.parametrize("verb", ["improves", "may improve", "might perhaps improve"])
def test_a_hedge_changes_nothing_in_law(verb: str):
    assert status_of(f"Magnesium {verb} sleep.").status == "no_such_claim"


def test_every_topic_of_the_table_points_into_the_register():
    known = {row["id"] for row in REGISTER}
    for row in rows("eu_topics"):
        assert set(filter(None, row["claims"].split("|"))) <= known, row["topic"]
    covered = {row["topic"] for row in rows("eu_topics")}
    assert {row["topic"] for row in REGISTER} - {"other_outcome", "pregnancy_lactation"} <= covered
    assert set(statuses()) == set(STATUSES)


def test_a_summary_counts_every_health_claim_once_and_says_whom_the_law_binds():
    told = summary(map(EuStatus, ["authorised", "none", "refused", "no_such_claim", "none"]), selling=False)
    assert told["health_claims"] == 3
    assert sum(told[name] for name in STATUSES if name != "none") == 3
    assert told["summary"].startswith("Under EU law, of 3 health claims 1 keeps to an authorised wording")
    assert "commercial communications" in told["scope"]
    assert "sells nothing" in told["scope"]
    assert "does not bind" in told["applies"]


def test_advertising_is_read_by_the_words_of_the_register():
    advert = Labels("promotional", "product_quality")
    assert eu_status("Our blend helps you through the menopause.", advert).status == "no_such_claim"
    assert eu_status("Our blend supports your immune system.", advert).status == "refused"
    assert eu_status("Order our pure blend today!", advert).status == "none"


def test_each_claim_of_an_article_carries_its_status():
    told = check_article(
        b"Magnesium contributes to normal muscle function. Magnesium improves sleep."
    ).to_json()
    assert [claim["eu_status"]["status"] for claim in told["claims"]] == ["authorised", "no_such_claim"]
    assert told["eu_law"]["health_claims"] == 2
