"""The page in a real browser, on a phone and on a desk, and what it must never do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from magnesim.answers import answer
from magnesim.effects import goals
from magnesim.intake import Regimen
from magnesim.people import Person
from magnesim.report.answer_page import answer_page


@cache
def answered(goal: str, **said):
    person = Person(**({"age": 62, "sex": "female", "egfr": 85} | said))
    return answer(person, Regimen("citrate", 300, ("20:00",), 12), goals()[goal])


@pytest.fixture(scope="module")
def sleep_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "answer.html"
    path.write_text(answer_page(answered("sleep")), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844), (1280, 900)])
def test_the_page_fits_the_screen_and_asks_nothing_of_the_network(
    browser, sleep_page: Path, width: int, height: int
):
    view = browser.new_page(viewport={"width": width, "height": height})
    asked, said = [], []
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda message: said.append(message.text))
    view.goto(sleep_page.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert view.locator("h1").is_visible()
    assert view.locator("svg.chart").count() == 4
    heights = "[...document.querySelectorAll('svg.chart text')].map(t => t.getBoundingClientRect().height)"
    smallest = view.evaluate(f"Math.min(...{heights})")
    assert smallest >= 8
    assert [url for url in asked if not url.startswith("file:")] == []
    assert said == []
    view.close()


def test_folded_parts_open_with_the_keyboard(browser, sleep_page: Path):
    view = browser.new_page(viewport={"width": 390, "height": 844})
    view.goto(sleep_page.as_uri())
    first = view.locator("details.mechanism").first
    assert not first.locator("p").first.is_visible()
    first.locator("summary").focus()
    view.keyboard.press("Enter")
    assert first.locator("p").first.is_visible()
    view.close()


def test_on_paper_nothing_stays_folded(browser, sleep_page: Path):
    view = browser.new_page(viewport={"width": 800, "height": 1000})
    view.goto(sleep_page.as_uri())
    folded = view.locator("details.mechanism p").first
    assert not folded.is_visible()
    view.emulate_media(media="print")
    assert folded.evaluate("item => item.checkVisibility({contentVisibilityAuto: true})")
    assert folded.bounding_box()["height"] > 0
    view.close()


def test_the_page_has_no_script_and_no_outside_resource(sleep_page: Path):
    text = sleep_page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "@import" not in text
    assert 'src="http' not in text
    assert "<link" not in text


def test_what_a_person_wrote_cannot_become_markup():
    text = answer_page(
        answered("sleep", conditions="<img src=x onerror=alert(1)>", drugs="<script>alert(2)</script>")
    )
    assert "<img" not in text
    assert "<script" not in text


@pytest.mark.parametrize("goal", sorted(goals()))
def test_every_goal_makes_a_page_with_verdict_unknowns_and_sources(goal: str):
    text = answer_page(answered(goal))
    assert "What is not known" in text
    assert "does not replace a clinician" in text
    assert "Sources (" in text
