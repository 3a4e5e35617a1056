"""The pages of `docs/` and the README: everything in them is run, and no output or figure may differ."""

from __future__ import annotations

import difflib
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from magnesim.evidence import evidence_for, outcomes

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def _refresh() -> ModuleType:
    """The program that writes the pages, as a module."""
    found = importlib.util.spec_from_file_location("docs_refresh", DOCS / "refresh.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


refresh = _refresh()
PAGES = refresh.pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_says_what_its_commands_and_programs_print(page: Path):
    written = page.read_text(encoding="utf-8")
    differences = difflib.unified_diff(
        written.splitlines(), refresh.refreshed(written).splitlines(), "written", "run", lineterm="", n=1
    )
    assert not (told := "\n".join(differences)), f"run `python docs/refresh.py`\n{told}"


def test_the_page_of_the_three_articles_is_the_one_that_its_program_writes():
    assert (DOCS / "seeds.md").read_text(encoding="utf-8") == refresh.generated("seeds.md")


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == DOCS], ids=lambda page: page.name)
def test_no_figure_in_a_sentence_is_typed_by_hand(page: Path):
    """Levels of intervals are names, not results; so is what stands in a link or in code."""
    prose = refresh.PIECE.sub("", page.read_text(encoding="utf-8"))
    prose = re.sub(r"<!--.*?-->|`[^`]*`|\]\([^)]*\)|\b9[05] %", "", prose, flags=re.DOTALL)
    prose = re.sub(r"^\d\. |Level 3 Version 2", "", prose, flags=re.MULTILINE)
    assert not re.findall(r"[^\n]*\d[^\n]*", prose)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:)<?([^)>#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_linked_from_the_first():
    linked = re.findall(r"\]\(([^)]+\.md)\)", (DOCS / "index.md").read_text(encoding="utf-8"))
    assert {page.name for page in DOCS.glob("*.md")} - {"index.md"} <= set(linked)


def test_every_alarm_that_the_tables_raise_is_explained_to_the_reviewer():
    raised = {
        alarm.code
        for key in outcomes()
        for form in (None, "citrate")
        for alarm in evidence_for(key, form=form).alarms
    }
    page = (DOCS / "for-a-reviewer.md").read_text(encoding="utf-8")
    assert {code for code in raised if f"`{code}`" not in page} == set()


def test_what_the_steps_add_is_seen_by_every_command():
    """Beside the outputs themselves: each made-up thing is told by an output, not only by the step."""
    page = (DOCS / "extend.md").read_text(encoding="utf-8")
    told: dict[str, str] = {}
    verb = ""
    for piece in refresh.PIECE.finditer(page):
        if piece["language"] == "sh":
            verb = piece["code"].split()[1]
        elif piece["language"] == "text":
            told[verb] = told.get(verb, "") + piece["code"]
    seen = {
        "evidence": ("example2026", "Mornings with a dream remembered"),
        "answer": ("Example 2026",),
        "simulate": ("ascorbate",),
        "plan": ("Examplol: less examplol absorbed.", "Example syndrome"),
        "why": ("dream_recall", "ascorbate", "contraindications:example_syndrome"),
    }
    for verb, names in seen.items():
        for name in names:
            assert name in told[verb], (verb, name)


PAGE = """# A page

<!--file: effects.csv-->
```csv
trial,yi,vi
A,-0.2,0.04
B,-0.5,0.09
```

```sh
magnesim pool effects.csv \\
  --label trial
```
<!--show: Studies[:1]-->
```text
an old output
```

Half of it is <!--=share-->old<!--/-->.

```python
print("one", share)
```
```text
```

```text
an example that nothing printed
```

<!--python
share = percent(0.5)
-->
"""


def test_an_old_page_is_told_anew_and_a_fresh_one_stays_as_it_is():
    fresh = refresh.refreshed(PAGE)
    assert "```text\n...\n\nStudies\n study  effect   se  weight  risk of bias\n" in fresh
    assert "an old output" not in fresh
    assert "Half of it is <!--=share-->50 %<!--/-->." in fresh
    assert "```text\none 50 %\n```" in fresh
    assert "```text\nan example that nothing printed\n```" in fresh
    assert refresh.refreshed(fresh) == fresh


def test_a_section_that_no_longer_comes_is_an_error():
    with pytest.raises(KeyError, match="Alarms"):
        refresh.shown("Pool\n3 studies\n\nStudies\n A\n", "Alarms")


def test_a_program_that_fails_is_an_error():
    with pytest.raises(ModuleNotFoundError):
        refresh.refreshed("```python\nimport no_such_module_at_all\n```\n")
