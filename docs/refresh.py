"""Runs what the pages say and writes what came out back into them.

Run: `.venv/bin/python docs/refresh.py` (all pages and the README) or `... docs/refresh.py docs/limits.md`.
`tests/test_docs.py` does the same and accepts no difference. What a page may hold:

    ```sh, ```python             is run; a ```text block right after it holds what it printed
    <!--show: Take; Alarms[:2]-->  before that block: only these sections, the second with its first two
                                 items; `first` is the first section, and ... stands for what is left out
    <!--file: article.md-->      before a block: its text is a file that later commands can read
    <!--add: src/magnesim/body/salts.csv-->  before a block: its rows are added, by its header, to that table
                                 of a copy of the package, and what follows on the page runs in that copy
    <!--python ... -->           is run before the page and not seen
    <!--=expression-->0.03<!--/-->  a figure in a sentence, or a whole table
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from magnesim import figures
from magnesim.cli import main as magnesim
from magnesim.files import replace_whole

ROOT = Path(__file__).parents[1]
WRITTEN_BY_A_COMMAND = ("equations.md", "seeds.md")
WIDTH = "80"
WRONG_USE = 2
LEFT_OUT = " ..."
PIECE = re.compile(
    r"<!--python\n(?P<hidden>.*?)-->"
    r"|<!--=(?P<expression>.*?)-->(?P<value>.*?)<!--/-->"
    r"|(?:<!--(?:file: (?P<file>[^>\n]*?)|add: (?P<table>[^>\n]*?))-->\n)?"
    r"(?P<mark><!--show: (?P<show>.*?)-->\n)?"
    r"^```(?P<language>\w*)\n(?P<code>.*?)^```$",
    flags=re.DOTALL | re.MULTILINE,
)
OWN_COMMAND = re.compile(r"(?:\.venv/bin/)?magnesim |python -m magnesim\.")
FIGURES = ("figure", "signed", "span", "percent")
"""How figures are written, by the names that expressions use."""

_printed: dict[tuple[str, ...], str] = {}


def pages() -> list[Path]:
    """The README and every page that is written by hand."""
    written = sorted(path for path in (ROOT / "docs").glob("*.md") if path.name not in WRITTEN_BY_A_COMMAND)
    return [ROOT / "README.md", *written]


def refreshed(text: str) -> str:
    """The page as it is when everything in it has been run.

    Args:
        text: Markdown.

    Raises:
        Exception: whatever a block or an expression raises; RuntimeError where a command ends badly.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return "".join(_Run(text).pieces())


class _Run:
    """One page as it runs: its names, and the changed copy of the package where it makes one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, Any] = {"run": run, "table": table} | {
            name: getattr(figures, name) for name in FIGURES
        }
        self.copy = Path.cwd() / "copy"

    def pieces(self) -> Iterator[str]:
        """The page, piece by piece."""
        for piece in PIECE.finditer(self.text):
            if piece["hidden"]:
                exec(piece["hidden"], self.names)
        end, printed = 0, None
        for piece in PIECE.finditer(self.text):
            between = self.text[end : piece.start()]
            follows = printed is not None and not between.strip()
            yield between
            end = piece.end()
            if piece["expression"] is not None:
                yield f"<!--={piece['expression']}-->{_value(piece['expression'], self.names)}<!--/-->"
            elif piece["language"] == "text" and follows:
                yield f"{piece['mark'] or ''}```text\n{shown(printed or '', piece['show'])}```"
            else:
                yield piece[0]
            printed = self.run_piece(piece)
        yield self.text[end:]

    def run_piece(self, piece: re.Match[str]) -> str | None:
        """Do what a piece asks for; what it printed, where it is a program."""
        if piece["file"]:
            Path(piece["file"]).write_text(piece["code"], encoding="utf-8")
        elif piece["table"]:
            self.add_rows(piece["table"], piece["code"])
        elif piece["language"] == "python":
            return self.python(piece["code"])
        elif piece["language"] == "sh":
            command_output = self.in_copy if self.copy.is_dir() else printed_by
            return "\n".join(command_output(command) for command in commands(piece["code"]))
        return None

    def python(self, code: str) -> str:
        """What a program prints, here or in the copy."""
        if self.copy.is_dir():
            return self.in_copy("python -c " + shlex.quote(code))
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, self.names)
        return _without_trailing_blanks(out.getvalue())

    def add_rows(self, table: str, block: str) -> None:
        """Add the rows of a block, by its header, to a table of the copy; other columns stay empty."""
        if not self.copy.is_dir():
            package = Path(figures.__file__).parent
            shutil.copytree(package, self.copy / "magnesim", ignore=shutil.ignore_patterns("__pycache__"))
        file = self.copy / Path(table).relative_to("src")
        with file.open(encoding="utf-8", newline="") as before:
            columns = next(csv.reader(before))
        with file.open("a", encoding="utf-8", newline="") as after:
            writer = csv.DictWriter(after, columns, lineterminator="\n")
            writer.writerows(csv.DictReader(io.StringIO(block), strict=True))

    def in_copy(self, command: str) -> str:
        """What a command prints in the copy."""
        words = shlex.split(command)
        words = words[1:] if words[0] == "python" else ["-m", "magnesim.cli", *words[1:]]
        told = subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(self.copy), "COLUMNS": WIDTH},
            check=False,
        )
        return _output(command, told.returncode, told.stdout, told.stderr)


def _value(expression: str, names: dict[str, Any]) -> str:
    value = eval(expression, names)
    told = value if isinstance(value, str) else figures.figure(value, 3)
    return f"\n{told.strip()}\n" if "\n" in told else told


def commands(block: str) -> list[str]:
    """The commands of this program in a block of a shell, one a line, also between others."""
    lines = block.replace("\\\n", " ").splitlines()
    parts = (part.strip() for line in lines for part in line.split("&&"))
    return [" ".join(part.split()) for part in parts if OWN_COMMAND.match(part)]


def printed_by(command: str) -> str:
    """What a command prints: its output, or its one line about wrong use. The same command runs once."""
    words = shlex.split(command)[1:]
    read = [Path(word).read_text(encoding="utf-8") for word in words if Path(word).is_file()]
    key = (" ".join(words), *read)
    if key not in _printed:
        _printed[key] = _run_command(command, words)
    return _printed[key]


def _run_command(command: str, words: list[str]) -> str:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDTH
    code: Any = None
    out, told = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
            magnesim(words)
    except SystemExit as ended:
        code = ended.code
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
    return _output(command, code, out.getvalue(), told.getvalue())


def _output(command: str, code: Any, out: str, told: str) -> str:
    """Standard output; where the command was used wrongly, what it says about that."""
    wrong_use = code == WRONG_USE and "a fault of ours" not in told
    if code not in (0, 1) and not wrong_use:
        raise RuntimeError(f"{command}: ended with {code}. {told}")
    return _without_trailing_blanks(told if wrong_use else out)


def run(command: str) -> Any:
    """The object that a command gives with `--json`: `run("evidence sbp")`."""
    return json.loads(printed_by(f"magnesim {command} --json"))


def table(head: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    """A table of Markdown."""
    lines = [head, ("---",) * len(head), *([str(cell).replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def shown(printed: str, only: str | None) -> str:
    """The sections asked for, with ... where something is left out; all of it where nothing is asked.

    A section is what stands between empty lines and is called by the beginning of its first line.

    Raises:
        KeyError: no section begins so.
    """
    if not only:
        whole = printed.strip("\n")
        return whole + "\n" if whole else ""
    sections = [part.split("\n") for part in re.split(r"\n{2,}", printed.strip("\n"))]
    wanted = dict(_asked(section) for section in only.split(";"))
    parts: list[str] = []
    found = set()
    said = False  # that something is left out, on the last line
    for place, section in enumerate(sections):
        heading = section[0].strip()
        names = [name for name in wanted if heading.startswith(name) or (name, place) == ("first", 0)]
        if names:
            found.update(names)
            lines = _items(section, wanted[names[0]])
            said = lines[-1] == LEFT_OUT
            parts.append("\n".join(lines))
        elif not said:
            said = True
            parts.append(LEFT_OUT.strip())
    if missing := wanted.keys() - found:
        raise KeyError(f"no section begins with {sorted(missing)} in:\n{printed}")
    return "\n\n".join(parts) + "\n"


def _asked(section: str) -> tuple[str, int | None]:
    """A section's name and how many of its items are wanted: `Alarms[:2]`."""
    name, _, rest = section.strip().partition("[:")
    return name.strip(), int(rest.rstrip("]")) if rest else None


def _items(section: list[str], count: int | None) -> list[str]:
    """The first line of a section and its first items; a line that is set in goes on with the item before."""
    if count is None:
        return section
    starts = [place for place, line in enumerate(section[1:], 1) if line[:3].strip()]
    return section if len(starts) <= count else [*section[: starts[count]], LEFT_OUT]


def _without_trailing_blanks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n"))


def generated(name: str) -> str:
    """A page of which no line is written by hand, as it would be written now."""
    if name == "equations.md":
        from magnesim.export import equations_markdown

        return equations_markdown()
    found: str = runpy.run_path(str(ROOT / "docs" / "seeds.py"))["page"]()
    return found


def main() -> int:
    """Rewrite the pages named, or all, each as a whole or not at all; how many could not be written."""
    failed = 0
    every = [*pages(), *(ROOT / "docs" / name for name in WRITTEN_BY_A_COMMAND)]
    for page in [Path(name).resolve() for name in sys.argv[1:]] or every:
        before = page.read_text(encoding="utf-8")
        try:
            after = generated(page.name) if page.name in WRITTEN_BY_A_COMMAND else refreshed(before)
        except Exception as error:  # tell it, and go on: one page says nothing of the next
            failed += 1
            print(f"{page.name}: {error!r}".replace("\\n", "\n"), flush=True)
            continue
        if after != before:
            replace_whole(page, after.encode())
        print(f"{page.name}: {'rewritten' if after != before else 'as it was'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
