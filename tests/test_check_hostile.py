"""Articles that nobody should send: the answer is fast or clear, and nothing of them runs in the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from magnesim.claims.bounds import LONGEST_PASSAGE, MOST_BYTES
from magnesim.claims.check import check_article
from magnesim.errors import InputError
from magnesim.report.check_page import check_page

RUN = "window.ran=1;document.title='ran'"
HTML = f"""<!doctype html><html><head><title>x</title><script>{RUN}</script><style>p{{display:none}}</style>
</head><body onload="{RUN}"><h1>Magnesium <img src=x onerror="{RUN}"></h1>
<p onclick="{RUN}">Magnesium &lt;script&gt;{RUN}&lt;/script&gt; cures <b><i>insomnia</b></i>.
<p>&#60;img src=x onerror={RUN}&#62; Magnesium &lt;svg onload={RUN}&gt; helps you sleep.
<a href="javascript:{RUN}">Order our magnesium today!</a><iframe src="javascript:{RUN}"></iframe>
<svg onload="{RUN}"><p>About half of the body&#39;s magnesium sits in bone.</p></svg>
<math><mtext><table><mglyph><style><img src=x onerror={RUN}></table></body></html>"""
MARKDOWN = f"""# Magnesium <script>{RUN}</script>

Magnesium cures insomnia <img src=x onerror="{RUN}">. [Order our magnesium today!](javascript:{RUN})
Magnesium helps `<svg onload={RUN}>` you sleep ![x](x" onerror="{RUN}).

- Take 1200 mg of magnesium every night </mark></section><iframe srcdoc="<script>{RUN}</script>">.
- "><form action=//evil.example><input autofocus onfocus={RUN}> Magnesium oxide is absorbed best.
"""
TEXT = f"""Magnesium </title></style><script>{RUN}</script> cures insomnia. Magnesium helps you sleep
(Evil <img src=x onerror={RUN}> et al., 2012). {{{{ 7*7 }}}} {{% raw %}}
Magnesium calms '"`><base href=//evil.example>.
\u202eMagnesium\u202c c\u200bures ins\u00adomnia. Our <meta http-equiv=refresh content=0;url=//evil.example>
blend is loved by thousands, order Ev1lMag<script> today!"""
ARTICLES = {"html": HTML, "markdown": MARKDOWN, "text": TEXT}
OURS = ("https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/", "https://eur-lex.europa.eu/")
STRANGERS = (
    "script, img, iframe, svg, math, object, embed, form, input, base, link, video, [style*=url], [srcdoc]"
)


@pytest.mark.parametrize("format_", ARTICLES)
def test_nothing_of_a_hostile_article_runs_or_stands_in_the_page(browser, tmp_path: Path, format_: str):
    page = tmp_path / "page.html"
    page.write_text(check_page(check_article(ARTICLES[format_].encode(), format_)), encoding="utf-8")
    # without the page's own policy, so that escaping alone must hold
    context = browser.new_context(bypass_csp=True)
    view = context.new_page()
    asked, dialogs = [], []
    view.on("request", lambda request: asked.append(request.url))
    view.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    view.goto(page.as_uri())
    for link in view.locator("mark a").all():
        link.click()
    assert asked == [page.as_uri()]
    assert not dialogs
    assert view.title().startswith("An article on magnesium, checked")
    assert view.evaluate("window.ran") is None
    assert view.locator(STRANGERS).count() == 0
    assert view.locator("meta").count() == 3
    named = view.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
    assert not [name for name in named if name.startswith("on")]
    links = view.evaluate("[...document.links].map(a => a.getAttribute('href'))")
    assert [link for link in links if not link.startswith(("#", *OURS, "https://", "http://"))] == []
    assert not any("evil" in link for link in links)
    assert view.locator("mark").count() >= 1
    context.close()


def test_the_page_itself_forbids_scripts_and_foreign_resources():
    page = check_page(check_article(b"Magnesium helps you sleep."))
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "@import" not in page
    assert "url(" not in page


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (" \n\t\u00a0\u2003".encode() * 50, "empty"),
        ("\u200b\u200d\ufeff".encode() * 50, "no words"),
        (b"." * 5_000, "no words"),
        (b"<" * 5_000, "no words"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image"),
        (bytes(range(256)) * 8, "not a text"),
        ("Magnesium".encode("utf-16-le"), "NUL"),
        ("Magnesium".encode("utf-32"), "NUL"),
        (b"Magnesium helps you sleep. " * (MOST_BYTES // 20), "at most 2 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_gets_one_clear_line(data: bytes, told: str):
    with pytest.raises(InputError, match=told) as refused:
        check_article(data)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_an_article_says_the_same_in_every_encoding(encoding: str):
    text = "At the café: coffee is nice. Magnesium cures insomnia in everyone."
    told, expected = check_article(text.encode(encoding)), check_article(text.encode())
    assert [claim.verdict for claim in told.claims] == [claim.verdict for claim in expected.claims]
    assert told.claims
    assert "café" in told.marked[0].unit.text


def test_characters_that_nobody_sees_do_not_hide_a_claim():
    plain = check_article(b"Magnesium cures insomnia in everyone. Take 1200 mg of magnesium every night.")
    hidden = check_article(
        "Magne\u00adsium cu\u200bres inso\u200dmnia in every\u2060one. \u202eTake 12\u200b00 mg of magnesium "
        "every night.\u202c".encode()
    )
    assert [(c.text, c.verdict) for c in hidden.claims] == [(c.text, c.verdict) for c in plain.claims]
    assert "nobody sees" in hidden.note
    page = check_page(hidden)
    assert "\u202e" not in page
    assert "\u200b" not in page


def test_a_line_without_a_full_stop_is_cut_and_every_part_keeps_its_place():
    text = "magnesium helps you sleep, and " * 2_000
    result = check_article(text.encode(), "text")
    assert len(result.claims) > 10
    assert "without a full stop" in result.note
    for claim in result.claims:
        assert len(claim.text) <= LONGEST_PASSAGE
        assert text[claim.start : claim.end].split() == claim.text.split()


@pytest.mark.parametrize(
    "text",
    [
        "Magnesium cures insomnia. " + "<a " * 5_000,
        "<html><body>" + "<div>" * 5_000 + "Magnesium cures insomnia.",
        "(" * 5_000 + " Magnesium cures insomnia.",
        "Magnesium cures insomnia (" + "Smith J. et al., 2012; " * 1_000 + ").",
        "magnesium" + " " * 50_000 + "cures insomnia.",
        "Magnesium cures insomnia. " + "9" * 50_000 + " mg a day.",
    ],
    ids=["tags", "nested", "brackets", "sources", "spaces", "digits"],
)
def test_strange_shapes_still_find_the_claim(text: str):
    assert check_article(text.encode()).claims
