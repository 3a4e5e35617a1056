"""What every HTML page is made with: its template, the common style, links of a source.

Everything that is not markup of our own is escaped.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magnesim import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def rendered(page: str, **content: Any) -> str:
    """The page of this name (`plan` for `plan.html.j2`) as HTML; a name that it lacks is an error."""
    text: str = (
        _environment()
        .get_template(f"{page}.html.j2")
        .render(style=style("style"), version=__version__, **content)
    )
    return text


def style(name: str) -> str:
    """A style sheet that stands in the page."""
    return (TEMPLATES / f"{name}.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def source_line(text: str, doi: str | None, pmid: str | None, url: str | None) -> dict[str, Any]:
    """A source with the pages that open: those of its doi and PubMed id, else its own."""
    links = []
    if doi:
        links.append({"name": "doi", "url": f"https://doi.org/{doi}"})
    if pmid:
        links.append({"name": "PubMed", "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"})
    if not links and url:
        links.append({"name": "page", "url": url.split(" ")[0]})
    return {
        "text": text,
        "links": [link for link in links if link["url"].startswith(("http://", "https://"))],
    }
