"""The quality sheet of an article, and the brand that it sells."""

from __future__ import annotations

from pathlib import Path

import pytest

from magnesim.claims.check import check_article
from magnesim.claims.commerce import brands
from magnesim.claims.quality import MODEL, NOT_JUDGED, RATINGS, Point
from magnesim.claims.tables import rows

HYPE = (
    b"Magnesium cures insomnia in everyone. Magnesium citrate melts hot flashes away. Magnesium banishes "
    b"anxiety. Magnesium ends restless legs. Our ZenMag blend is the best. Buy ZenMag now!"
)
FAIR = (
    b"In this article we look at magnesium and blood pressure. Last updated: March 2025.\n\n"
    b"In pooled trials magnesium lowered blood pressure by about 2 mmHg. Magnesium does not relieve night "
    b"cramps in older people. Trials of magnesium for sleep disagree. It can cause diarrhoea. People with "
    b"weak kidneys should not take it without asking their doctor. Leave two hours between magnesium and "
    b"antibiotics. Do not take more than 350 mg a day as a supplement. Other ways to lower blood pressure "
    b"are less salt and regular exercise. Without treatment high blood pressure often stays. Talk to your "
    b"doctor or pharmacist; discuss with your doctor which fits.\n\nRead more: https://ods.od.nih.gov/\n"
)
TELLING = ("balanced", "risks", "options", "no_treatment", "shared_decision", "commerce", "aims", "further")


def sheet(article: bytes) -> dict[str, Point]:
    return {point.id: point for point in check_article(article).quality}


def test_every_point_has_a_rating_a_reason_and_its_model():
    points = sheet(FAIR)
    assert list(points) == [row["id"] for row in rows("quality")]
    for point in points.values():
        assert point.rating in RATINGS
        assert point.because.endswith(".")
        assert point.modelled_on.startswith("DISCERN ") or point.modelled_on == "own point"
    assert {point.modelled_on for point in points.values()} >= {f"DISCERN {n}" for n in range(1, 16)}
    assert "Charnock" in MODEL["reference"]


def test_what_needs_a_reader_is_not_rated_whatever_the_article():
    for article in (HYPE, FAIR):
        points = sheet(article)
        for name in ("aims_met", "relevant", "quality_of_life"):
            assert (points[name].rating, points[name].because) == ("not_judged", NOT_JUDGED)


def test_a_fair_article_does_better_than_hype_on_every_point_that_tells_them_apart():
    fair, hype = sheet(FAIR), sheet(HYPE)
    for name in TELLING:
        assert hype[name].rating == "no", name
        assert fair[name].rating in ("yes", "partly"), name
    assert fair["risks"].rating == fair["commerce"].rating == fair["further"].rating == "yes"


def test_passages_point_into_the_article():
    text = FAIR.decode()
    for point in sheet(FAIR).values():
        for passage in point.passages:
            assert text[passage["start"] : passage["end"]].split() == passage["text"].split()


def test_an_article_that_claims_nothing_gets_no_sheet():
    assert check_article(b"The recipe needs two eggs and flour.").quality == ()


def test_what_is_said_of_the_brand_is_advertising_wherever_it_stands():
    result = check_article(
        b"ZenMag gives you calm evenings. Magnesium can cause diarrhoea. We invite you to try ZenMag today! "
        b"ZenMag cures diabetes."
    )
    verdicts = {claim.text: claim.verdict.verdict for claim in result.claims}
    assert result.brands == {"ZenMag"}
    assert verdicts["ZenMag gives you calm evenings."] == "promotional"
    assert verdicts["Magnesium can cause diarrhoea."] == "supported"
    assert verdicts.get("ZenMag cures diabetes.") != "promotional"


@pytest.mark.parametrize(
    "sentence",
    [
        "Order our magnesium citrate today!",
        "Buy Magnesium Glycinate now, the best of all.",
        "Visit our shop in Germany.",
        "Try Supplements from us.",
    ],
)
def test_ordinary_words_and_places_are_no_brand(sentence: str):
    assert brands([sentence], [sentence, "supplement, supplements and magnesium"]) == frozenset()


def test_one_persons_praise_is_not_selling():
    result = check_article(b"My sister swears by magnesium. It can cause diarrhoea.")
    assert not result.advertises
    assert sheet(b"My sister swears by magnesium. It can cause diarrhoea.")["commerce"].rating == "yes"


def test_selling_that_says_so_is_partly_met():
    sold = b"Magnesium improves sleep. Buy now from us! This page is paid for by the maker; we sell it."
    assert sheet(sold)["commerce"].rating == "partly"


def test_the_brand_of_the_menopause_article_is_marked(shared: Path):
    result = check_article((shared / "seeds" / "menopause.txt").read_bytes())
    assert result.brands == {"VIU"}
    assert len([text for text in result.promotional if "VIU" in text]) == 4
    assert result.eu_law["advertises"]
