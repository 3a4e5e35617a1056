"""`check`: an article from bytes to claims with verdicts, and a page that cannot be injected into."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnesim.claims.bounds import MOST_BYTES
from magnesim.claims.check import check_article, check_sentence, check_sentences, omissions
from magnesim.claims.labels import DIRECTIONS, KINDS, PROBLEMS, STRENGTHS, VERDICTS
from magnesim.claims.tables import ROOM, rows
from magnesim.errors import InputError
from magnesim.report.check_page import check_page

SHARED = Path(__file__).parents[2] / "shared"
KEYS = {
    "text", "start", "end", "kind", "topic", "form", "direction", "strength", "verdict", "citation",
    "because", "evidence", "eu_status",
}  # fmt: skip
ARTICLE = """# Magnesium and you

Magnesium citrate cures insomnia in everyone. About half of the body's magnesium sits in bone.
Our PureMag blend is loved by thousands - order today!

- Take 1200 mg of elemental magnesium every night.
- It is perfectly safe with kidney failure.
"""


MARKUP = (
    "Magnesium cures insomnia. ", "<script>", "</mark>", "<img src=x onerror=a>", "&lt;b&gt;", "<!--", "-->",
    "</style>", "javascript:", '"', "'", "`", "\u202e", "\u200b", "\n\n", "- ", "# ", "(Smith 2012)", "<a ",
)  # fmt: skip
OUR_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "div", "p",
    "h1", "h2", "h3", "mark", "a", "span", "ul", "li", "dl", "dt", "dd", "br", "blockquote", "details",
    "summary", "strong", "footer", "code",
}  # fmt: skip


class _Tags(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def magnesim(*arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "magnesim.cli", *arguments], capture_output=True, input=given, check=False
    )


def first(text: str) -> dict[str, Any]:
    return check_sentence(text)[0]


def test_every_claim_has_the_keys_and_the_words_of_the_contract():
    result = check_article(ARTICLE.encode())
    assert result.claims
    for claim in result.to_json()["claims"]:
        assert set(claim) >= KEYS
        assert claim["kind"] in KINDS
        assert claim["direction"] in DIRECTIONS
        assert claim["strength"] in STRENGTHS
        assert claim["verdict"] in VERDICTS
        assert claim["citation"]["problem"] in PROBLEMS
        assert claim["because"]


def test_offsets_point_back_into_the_original():
    for claim in check_article(ARTICLE.encode()).claims:
        assert ARTICLE[claim.start : claim.end].split() == claim.text.split()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("About half of the body's magnesium is stored in bone.", "supported"),
        ("Take 1200 mg of elemental magnesium every night.", "unsafe"),
        ("Magnesium is completely safe for people with kidney failure.", "unsafe"),
        ("Order our award-winning magnesium today!", "promotional"),
        ("Talk to your doctor first.", "not_checkable"),
    ],
)
def test_plain_cases(text: str, verdict: str):
    assert first(text)["verdict"] == verdict


def test_what_is_no_claim_is_one_entry_that_says_so():
    (only,) = check_sentence("The recipe needs two eggs and flour.")
    assert only["kind"] == "not_a_claim"
    assert only["verdict"] == "not_checkable"


def test_what_a_fair_article_says_is_missed_where_it_is_not_told():
    silent = check_article(b"Magnesium helps you sleep.")
    assert {"kidney_disease", "drug_interactions", "dose_limit", "laxative_effect", "see_clinician"} <= set(
        silent.missing_safety
    )
    told = check_article(
        b"Magnesium helps you sleep. People with kidney disease should not take it. It gets in the way of "
        b"antibiotics. Do not exceed 350 mg a day. It can cause diarrhoea. Ask your pharmacist."
    )
    assert told.missing_safety == ()
    assert {row["key"] for row in omissions()} >= {"iron_test", "pregnancy_children"}


def test_the_adrenal_axis_is_no_word_on_kidneys():
    missing = check_article(b"Magnesium calms the hypothalamic-pituitary-adrenal axis.").missing_safety
    assert "kidney_disease" in missing


def test_a_denied_harm_is_not_told_and_an_owned_one_is():
    denied = check_article(b"Magnesium never causes diarrhoea. It is perfectly safe with kidney failure.")
    assert {"laxative_effect", "kidney_disease"} <= set(denied.missing_safety)
    owned = check_article(b"Higher doses of magnesium, used for their laxative effect, can cause diarrhoea.")
    assert "laxative_effect" not in owned.missing_safety


@pytest.mark.parametrize("table", sorted(path.stem for path in ROOM.glob("*.csv") if path.stem != "tables"))
def test_every_column_of_the_tables_of_the_check_is_described(table: str):
    with (ROOM / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    assert [row["column"] for row in rows("tables") if row["table"] == table] == columns


def test_nothing_of_an_article_gets_into_the_page_as_markup():
    hostile = (
        b"Magnesium <script>alert(1)</script> cures <img src=x onerror=alert(2)> insomnia \"'><b>now</b>."
    )
    page = check_page(check_article(hostile, "text"))
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>now" not in page


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(MARKUP) | st.text(max_size=40), max_size=12).map("".join))
def test_any_text_is_checked_without_a_fault(text: str):
    try:
        result = check_article(text.encode("utf-8", "ignore"), "text")
    except InputError:
        return
    json.dumps(result.to_json(), allow_nan=False)
    seen = _Tags()
    seen.feed(check_page(result))
    assert seen.tags <= OUR_TAGS
    assert not [name for name in seen.attributes if name.startswith("on")]


def test_the_same_text_gives_the_same_bytes():
    one, other = (json.dumps(check_article(ARTICLE.encode()).to_json()) for _ in range(2))
    assert one == other


def test_sentences_come_back_one_an_id(tmp_path: Path):
    path = tmp_path / "s.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["id", "text"], ["a", "Magnesium cures insomnia."], ["b", ""], ["c", "Two eggs."]])
    found = check_sentences(path)
    assert [one["id"] for one in found] == ["a", "b", "c"]
    assert all(one["claims"] for one in found)
    with pytest.raises(InputError):
        check_sentences(tmp_path / "none.csv")


def test_the_command_reads_files_and_standard_input_and_refuses_what_is_no_text(tmp_path: Path):
    article, page = tmp_path / "a.md", tmp_path / "a.html"
    article.write_text(ARTICLE, encoding="utf-8")
    told = magnesim("check", str(article), "--out", str(page), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["summary"]
    assert page.read_text(encoding="utf-8").count("<mark") >= 3
    piped = magnesim("check", "-", given=ARTICLE.encode())
    assert piped.returncode == 0
    assert max(map(len, piped.stdout.decode().splitlines())) <= 88
    for content in (b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"Magnesium helps. " * (MOST_BYTES // 10)):
        article.write_bytes(content)
        refused = magnesim("check", str(article))
        assert (refused.returncode, refused.stdout) == (2, b"")
        assert len(refused.stderr.decode().splitlines()) == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the articles are not beside the repository")
@pytest.mark.parametrize("name", ["sleep", "restless_legs", "menopause"])
def test_the_three_articles_are_checked(name: str):
    result = check_article((SHARED / "seeds" / f"{name}.txt").read_bytes())
    assert len(result.claims) > 8
    assert len({claim.verdict.verdict for claim in result.claims}) >= 3
