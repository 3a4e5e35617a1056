"""What a person at a Python prompt gets: results that show themselves, with the charts of the pages."""

from __future__ import annotations

import re
import webbrowser
from functools import cache
from html import unescape
from pathlib import Path

import pytest

import magnesim as mg

PERSON = mg.Person(age=62, sex="female", egfr=85)
REGIMEN = mg.Regimen("citrate", 300, ("20:00",))


@cache
def sleep() -> mg.Answer:
    return mg.answer(PERSON, REGIMEN, "sleep")


def test_a_goal_may_be_said_in_words_and_the_answer_is_the_same():
    assert mg.answer(PERSON, REGIMEN, "insomnia").headline == sleep().headline


def test_a_goal_that_is_none_is_refused_with_an_example():
    with pytest.raises(mg.InputError, match="allowed are sleep, rls"):
        mg.answer(PERSON, REGIMEN, "levitation")


def test_in_a_notebook_the_page_stands_in_a_frame_of_its_own():
    (framed,) = re.findall(r'<iframe srcdoc="([^"]*)"', sleep()._repr_html_())
    inside = unescape(framed)
    assert inside.startswith("<!doctype html>")
    assert sleep().headline in unescape(inside)
    assert '<base target="_blank">' in inside


def test_outside_a_notebook_the_page_opens_in_the_browser(monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    sleep().show()
    (address,) = opened
    assert sleep().headline in unescape(Path(address.removeprefix("file://")).read_text(encoding="utf-8"))


def test_charts_are_saved_as_pictures(tmp_path: Path):
    for name, chart in (("sleep", sleep().chart()), ("serum", mg.simulate(PERSON, REGIMEN).chart())):
        assert chart is not None
        chart.save(str(tmp_path / f"{name}.png"))
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_plan_and_evidence_have_pages_too(tmp_path: Path):
    mg.plan_for(PERSON, REGIMEN, "sleep").save(tmp_path / "plan.html")
    mg.evidence_for("isi").save(tmp_path / "isi.html")
    assert "Stop at once" in (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "Insomnia Severity Index" in (tmp_path / "isi.html").read_text(encoding="utf-8")


def test_every_public_name_says_what_it_is():
    for name in mg.__all__:
        if name != "__version__":
            assert (getattr(mg, name).__doc__ or "").strip(), name
