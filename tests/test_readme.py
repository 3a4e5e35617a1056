"""What the README says is done here: commands run, Python runs, the two commands are the real ones."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from magnesim.cli import main

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.DOTALL)
COMMANDS = [
    line.strip()
    for language, block in BLOCKS
    if language == "sh"
    for piece in block.strip().splitlines()
    for line in piece.split("&&")
    if line.strip().startswith(("magnesim ", ".venv/bin/magnesim "))
]


def test_the_readme_shows_a_picture_that_is_there():
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert (README.parent / picture).stat().st_size > 10_000


def test_two_commands_set_up_and_need_no_root_and_no_other_tool():
    marked = re.findall(r"<!-- (answer|test) -->\n```sh\n(.*?)\n```", TEXT, flags=re.DOTALL)
    assert [name for name, _ in marked] == ["answer", "test"]
    for _, command in marked:
        assert "\n" not in command
        assert not re.search(r"\b(sudo|uv|conda|apt)\b", command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(command)[1:])
    assert ended.value.code in (0, 1)
    assert capsys.readouterr().out


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]):
    (program,) = [block for language, block in BLOCKS if language == "python"]
    exec(compile(program, str(README), "exec"), {})
    out = capsys.readouterr().out
    assert "Citrate for sleep" in out


def test_help_of_the_package_tells_what_it_is():
    import magnesim

    assert "oral magnesium in people" in (magnesim.__doc__ or "")
    for name in magnesim.__all__:
        assert getattr(magnesim, name) is not None
