"""The page of a checked article in a real browser: on a phone, on a desk, by keyboard and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from magnesim.claims.check import check_article
from magnesim.report.check_page import check_page
from magnesim.report.check_words import figure_lines, plain_words, reason, verdict_signs

ARTICLE = b"""# Magnesium and sleep

Magnesium citrate cures insomnia in everyone. Magnesium lowers blood pressure. About half of the body's
magnesium sits in bone. A meta-analysis found that magnesium improved sleep efficiency (Nielsen FH. et al.,
2010).

- Take 1200 mg of elemental magnesium every night.
- Our PureMag blend is loved by thousands - order today!
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(check_page(check_article(ARTICLE)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (1280, 900)])
def test_it_fits_the_screen_and_every_mark_has_its_card(browser, page: Path, width: int, height: int):
    view = browser.new_page(viewport={"width": width, "height": height})
    view.goto(page.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    marks = view.locator("mark").count()
    assert marks == view.locator(".card").count() == len(check_article(ARTICLE).claims)
    for number in range(1, marks + 1):
        view.locator(f"#m{number} a").click()
        card = view.locator(f"#c{number}")
        box = card.bounding_box()
        assert box is not None
        assert -1 <= box["y"] < height
        assert card.locator("a.back").get_attribute("href") == f"#m{number}"
    view.close()


def test_cards_are_reached_and_left_by_keyboard(browser, page: Path):
    view = browser.new_page(viewport={"width": 1280, "height": 900})
    view.goto(page.as_uri())
    focused = "document.activeElement.closest('mark') && document.activeElement.closest('mark').id"
    for _ in range(6):
        view.keyboard.press("Tab")
        if view.evaluate(focused):
            break
    assert view.evaluate(focused) == "m1"
    view.keyboard.press("Enter")
    assert view.evaluate("document.querySelector('.card:target').id") == "c1"
    for _ in range(12):
        view.keyboard.press("Tab")
        if view.evaluate("document.activeElement.className") == "back":
            break
    view.keyboard.press("Enter")
    assert view.evaluate("document.querySelector('mark:target').id") == "m1"
    view.close()


def test_a_verdict_is_told_without_colour_and_without_eyes(browser, page: Path):
    view = browser.new_page()
    view.goto(page.as_uri())
    styles = set()
    for mark in view.locator("mark").all():
        told = mark.inner_text()
        assert any(row["sign"] in told and row["label"] in told for row in verdict_signs().values()), told
        styles.add(mark.locator("a").evaluate("e => getComputedStyle(e).textDecorationStyle"))
    assert len(styles) >= 3
    view.close()


def test_on_paper_nothing_stays_folded(browser, page: Path):
    view = browser.new_page(viewport={"width": 800, "height": 1000})
    view.goto(page.as_uri())
    view.emulate_media(media="print")
    for sheet in view.locator("details ul").all():
        box = sheet.bounding_box()
        assert box is not None
        assert box["height"] > 0
    assert view.locator("section.cards").evaluate("e => getComputedStyle(e).position") == "static"
    view.close()


def test_a_card_gives_reason_figures_source_and_law():
    result = check_article(b"Magnesium lowers blood pressure.")
    text = check_page(result)
    (claim,) = result.claims
    assert reason(claim) in text
    (figures, *_) = figure_lines(claim)
    assert "mmHg" in figures
    assert "certainty" in figures
    assert "https://pubmed.ncbi.nlm.nih.gov/" in text
    assert "A claim on blood pressure was assessed and not authorised." in text


def test_reasons_are_told_without_handles_of_the_tables():
    assert plain_words("null in nielsen2010") == "Without a difference in Nielsen 2010"


def test_the_sources_of_the_sleep_article_are_taken_apart(shared: Path):
    result = check_article((shared / "seeds" / "sleep.txt").read_bytes())
    worth = {claim.citation.as_written: claim.citation.problem for claim in result.claims}
    assert worth["Cinar V. et al., 2017"] == "not_found"
    assert worth["Boyle NB. et al., 2017"] == "wrong_topic"
    assert worth["Sartori SB. et al., 2012"] == "wrong_species"
    assert worth["Nielsen FH. et al., 2010"] == "wrong_design"
    nielsen = next(claim for claim in result.claims if "Nielsen" in claim.text)
    assert nielsen.verdict.verdict == "refuted"
    text = check_page(result)
    for said in ("source not found", "source measured something else", "animals or cells, told as people"):
        assert said in text
