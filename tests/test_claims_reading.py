"""Reading articles: formats, encodings, sentences, offsets, and what hostile pages do."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from magnesim.claims.reading import Article, read_article
from magnesim.claims.reading.decoding import format_of
from magnesim.claims.reading.sentences import sentences
from magnesim.errors import InputError

SHARED = Path(__file__).parents[2] / "shared"
ARTICLES = sorted((SHARED / "claims" / "articles").glob("*.json")) if SHARED.exists() else []


def read(text: str, kind: str | None = None) -> Article:
    return read_article(text.encode(), kind)


def texts(text: str, kind: str | None = None, only: str | None = None) -> list[str]:
    return [unit.text for unit in read(text, kind).units if only in (None, unit.kind)]


def cut(text: str) -> list[str]:
    return [text[begin:end] for begin, end in sentences(text)]


@pytest.mark.parametrize(
    "text, parts",
    [
        ("It helps (Nielsen FH. et al., 2010). It does not.", 2),
        ("Give 1.5 g. Then wait.", 2),
        ("About 250 mg. daily is enough, e.g. at night.", 1),
        ("Dr. Smith and Prof. J. K. Rowan agreed. We did not.", 2),
        ("See No. 5 and Fig. 2 for more.", 1),
        ("The answer is no. Five of us tried.", 2),
        ("It needs vitamin D. Without it nothing works.", 2),
        ("Well... maybe. Or not... Who knows?", 3),
        ("Sleep got better.[3] Cramps did not [4, 5].", 2),
        ("Sleep got better.3 Cramps did not.", 2),
        ("Sleep got better. (Boyle 2017) Cramps did not.", 2),
        ("It calms nerves.Magnesium also helps.", 2),
        ("Nuts, seeds, etc. are rich. Oats, etc. Eat them.", 3),
        ('"I slept at once!" - Ada, Hull', 1),
        ("Is it safe? Yes! Mostly.", 3),
        ("(It is rare. Very rare, in fact.) Go on.", 2),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: int):
    assert len(cut(text)) == parts, cut(text)


def test_a_unit_remembers_its_section_and_the_last_sentences():
    units = read("Leg cramps\n\nOne is. Two is. Three is. Four is.\n\nSleep\n\nFive is.").units
    assert units[4].before.split("\n") == ["Leg cramps", "Two is.", "Three is."]
    assert units[-1].before.split("\n") == ["Sleep", "Sleep"]


def test_plain_text_has_headings_bullets_and_references():
    article = read(
        "Magnesium at night\n\nIt calms. It soothes.\n\nWhat it does:\n- It relaxes legs.\n- It cools.\n\n"
        "References\n[1] Held K. Sleep. 2002.\n"
    )
    assert [(unit.kind, unit.text) for unit in article.units] == [
        ("heading", "Magnesium at night"), ("sentence", "It calms."), ("sentence", "It soothes."),
        ("sentence", "What it does:"), ("bullet", "It relaxes legs."), ("bullet", "It cools."),
        ("heading", "References"), ("reference", "Held K. Sleep. 2002."),
    ]  # fmt: skip
    assert [unit.lead for unit in article.units if unit.kind == "bullet"] == ["What it does:"] * 2
    assert article.units[1].section == "Magnesium at night"


def test_a_numbered_line_over_a_paragraph_is_a_heading_and_in_a_row_an_item():
    kinds = [unit.kind for unit in read("1. Bone health\n\nBones need it.\n\n1. Nuts\n2. Seeds\n").units]
    assert kinds == ["heading", "sentence", "bullet", "bullet"]


def test_hard_wrapped_prose_is_joined():
    text = (
        "Magnesium is a mineral that many people take in the evening because\nthey hope to sleep better,"
        " and some\nof them do sleep better after a week or two of taking it every\nsingle evening.\n"
    )
    assert len(texts(text)) == 1


def test_a_pronoun_leans_on_the_sentence_before_it():
    units = read("Magnesium is cheap.  It is everywhere. It is also in bone.", "text").units
    assert [unit.lead for unit in units] == ["", "Magnesium is cheap.", "Magnesium is cheap."]


def test_markdown_marks_are_no_words():
    text = (
        "---\ntitle: x\n---\n# Why *magnesium*?\n\nIt **really** helps ([Boyle](http://x.y/z), 2017) `now`"
        " &amp; then."
        "\n\n```\ncode. More code.\n```\n![Picture. Of bone.](a.png)\n<!-- hidden. -->\n> Quoted line.\n"
    )
    assert texts(text, "markdown") == [
        "Why magnesium?", "It really helps (Boyle, 2017) now & then.", "Quoted line.",
    ]  # fmt: skip


def test_tables_give_every_cell_its_row_and_column():
    for text in (
        "| Salt | Share |\n|---|---|\n| Oxide | 60 % |\n",
        "<table><tr><th>Salt<th>Share<tr><td>Oxide<td>60&nbsp;%</table>",
    ):
        cell = next(unit for unit in read(text).units if unit.text == "60 %")
        assert (cell.kind, cell.lead) == ("cell", "Oxide - Share")


PAGE = """<!DOCTYPE html><html><head><title>Shop</title><style>p{color:red}</style></head><body>
<nav><a href="/">Home</a><p>Nav text.</p></nav><h1>Bones &amp; you</h1>
<p>About 50&nbsp;<b>percent</b> is in bone. It &lt;stays&gt; there.</p>
<script>var a = "<p>Not read.</p>";</script>
<ul><li>First item.<ul><li>Inner item.</li></ul></li><li>Second <i>item</i>.</li></ul>
<!-- <p>Comment.</p> --><p hidden>Unseen.</p><div style="display: none">Nor this.</div>
<p>Last words</p><footer>Imprint.</footer></body></html>"""


def test_a_page_is_read_as_a_visitor_reads_it():
    assert [(unit.kind, unit.text) for unit in read(PAGE).units] == [
        ("heading", "Bones & you"), ("sentence", "About 50 percent is in bone."),
        ("sentence", "It <stays> there."), ("bullet", "First item."), ("bullet", "Inner item."),
        ("bullet", "Second item."), ("sentence", "Last words"),
    ]  # fmt: skip


def test_offsets_of_a_page_lead_to_the_words():
    article = read(PAGE)
    percent = article.units[1]
    assert article.original[percent.start : percent.end] == "About 50&nbsp;<b>percent</b> is in bone."


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>Read me.<nav>Never closed<main><p>Magnesium helps.</main>",
        "<html><p>Magnesium helps.</p><script>while(1){",
        "<html><p>Magnesium helps.</p><!-- never closed <p>x</p>",
        "<html><div><span><p>Magnesium helps.</b></i></span></td></li>",
        "<html><p>Magnesium helps.<![CDATA[ x <? y <! z </ >",
        '<html><p onclick="a>b" title=\'</p>\'>Magnesium helps.</p><img src=x onerror="alert(1)">',
        "<html><table><tr><td>Magnesium helps.",
        "<html>" + "<div>" * 5000 + "<p>Magnesium helps.",
    ],
)
def test_broken_pages_still_give_their_text(page: str):
    assert "Magnesium helps." in texts(page)


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", '<a b="', "&", "</", "<![CDATA[", "<p ", "<script>", "[", "*"]
)
def test_hostile_pages_are_read_or_refused(piece: str):
    """Fifty thousand times over: a reader that looks back at every sign would never come to an end."""
    page = "<html><p>Words." + piece * 50_000
    try:
        article = read_article(page.encode())
    except InputError:
        return
    assert article.original == page


@pytest.mark.parametrize(
    "sample", ["Magnesium helps you sleep. It calms.\n\n", "<html><p>It <b>helps</b>. Yes.</p>"]
)
def test_a_megabyte_is_read_whole(sample: str):
    copies = 1_000_000 // len(sample)
    article = read_article((sample * copies).encode())
    assert len(article.units) == 2 * copies


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str):
    article = read_article("Magnésium – naïve. Ω!".encode(encoding))
    assert (article.original, article.notes) == ("Magnésium – naïve. Ω!", ())


def test_an_old_encoding_is_guessed_and_told():
    article = read_article("Magnésium aide – peut-être.".encode("cp1252"))
    assert article.original == "Magnésium aide – peut-être."
    assert "Windows-1252" in article.notes[0]
    assert "Latin-1" in read_article(b"caf\xe9 \x81 bar").notes[0]


@pytest.mark.parametrize(
    "data, word",
    [(b"", "empty"), (b" \n\t", "empty"), (b"%PDF-1.7 x", "PDF"), (b"\x89PNG\r\n", "image"),
    (b"PK\x03\x04", "zip"),
     (b"a\x00b", "NUL"), (b"\xff\xd8\xff\xe0", "image"), (b"\xff\xfea", "UTF-16"), (b"\x80\x01\x02\x03",
     "not a text")],
)  # fmt: skip
def test_what_is_no_text_is_refused_in_one_line(data: bytes, word: str):
    with pytest.raises(InputError, match=word) as told:
        read_article(data)
    assert "\n" not in str(told.value)


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match="markdown"):
        read_article(b"x", "docx")


@pytest.mark.parametrize(
    "text, kind",
    [(PAGE, "html"), ("<p>a</p>", "html"), ("# A\n\nb", "markdown"), ("a **b** c", "markdown"),
    ("a < b. c", "text"),
     ("* one\n* two", "text"), ("| a | b |\n|---|---|", "markdown")],
)  # fmt: skip
def test_the_format_shows_in_the_content(text: str, kind: str):
    assert format_of(text) == kind


BITS = st.sampled_from(
    ["Magnesium ", "helps. ", "(", ")", "[3]", "et al., ", "2010", "\n", "\n\n", "- ", "1. ", "# ",
    "**", "_", "`", "|",
     "<p>", "</p>", "<b>", "<li>", "<td>", "<tr>", "<table>", "<nav>", "<!--", "-->", "&amp;", "&nbsp;",
     "&#65;", "<",
     ">", "\r\n", "\r", "...", "? ", '"', "é", "\u2028", "[a](b)", "> ", "```\n", "---\n", "\\", "<br>",
     "</ul>"]
)  # fmt: skip
ANY_TEXT = st.lists(BITS, max_size=40).map("".join) | st.text(max_size=200)


def in_order(letters: list[str], words: str) -> bool:
    """Whether letters stand in a text in this order, whatever markup stands between them."""
    rest = iter(words)
    return all(letter in rest for letter in letters)


@settings(max_examples=300, deadline=None)
@given(text=ANY_TEXT, kind=st.sampled_from([None, "text", "markdown", "html"]))
@example(text="<table><tr><td>a<p>b</td></tr>", kind="html")
@example(text="<td>a<table><tr><td>b</table>c", kind="html")
def test_any_text_is_read_in_order_and_keeps_its_places(text: str, kind: str | None):
    try:
        article = read(text.encode("utf-8", "ignore").decode(), kind)
    except InputError:
        return
    last = 0
    for unit in article.units:
        assert last <= unit.start < unit.end <= len(article.original)
        last = unit.end
        place = article.original[unit.start : unit.end]
        letters = re.findall(r"[A-Za-z]", unit.text)
        assert any(in_order(letters, words) for words in (place, html.unescape(place)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        read_article(data)
    except InputError as told:
        assert str(told)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_sentences_lose_nothing_but_blanks(text: str):
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("labels", ARTICLES, ids=lambda path: path.stem)
def test_labelled_claims_lie_within_one_unit(labels: Path):
    gold = json.loads(labels.read_text(encoding="utf-8"))
    article = read_article((labels.parent / gold["article"]).read_bytes())
    assert article.format == gold["format"]
    found = [any(claim["text"] in unit.text for unit in article.units) for claim in gold["claims"]]
    assert sum(found) >= 0.95 * len(found)
