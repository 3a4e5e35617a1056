"""What the README promises a newcomer; what it prints and counts is run by `test_docs.py`."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")


def test_the_readme_shows_a_picture_that_is_there():
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert (README.parent / picture).stat().st_size > 10_000


def test_two_commands_set_up_and_need_no_root_and_no_other_tool():
    marked = re.findall(r"<!-- (answer|test) -->\n```sh\n(.*?)\n```", TEXT, flags=re.DOTALL)
    assert [name for name, _ in marked] == ["answer", "test"]
    for _, command in marked:
        assert "\n" not in command
        assert not re.search(r"\b(sudo|uv|conda|apt)\b", command)


def test_help_of_the_package_tells_what_it_is_and_what_each_name_is():
    import magnesim

    assert "oral magnesium in people" in (magnesim.__doc__ or "")
    for name in set(magnesim.__all__) - {"__version__"}:
        assert len((getattr(magnesim, name).__doc__ or "").split()) >= 5, name
