"""How every verb ends: a page where one is asked for, then JSON or text; the rest on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

DONE, ANSWER_IS_NO, WRONG_USE = 0, 1, 2


def print_json(content: Any) -> None:
    """One object on standard output, and nothing else there."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")


def say(text: str) -> None:
    """A message to the person waiting; standard output stays clean."""
    sys.stderr.write(text + "\n")


def compiling() -> None:
    """What is said while the body model is compiled."""
    say("Preparing the body model (once after an install, about ten seconds) ...")


def check_place(path: Path | None) -> None:
    """See before a long run whether its page could be written.

    Raises:
        InputError: a folder, or a place that does not exist or cannot be written.
    """
    if path:
        from magnesim.files import writable

        writable(path)


def write(path: Path | None, content: Callable[[], str | bytes], what: str = "Page written") -> None:
    """Write what was asked for, whole or not at all, and say where; nothing where it was not asked for."""
    if path is None:
        return
    from magnesim.files import write_whole

    made = content()
    write_whole(path, made.encode() if isinstance(made, str) else made)
    say(f"{what}: {path}")


def tell(as_json: bool, content: Callable[[], Any], in_words: Callable[[], None]) -> None:
    """The result as JSON, or as a person reads it."""
    if as_json:
        print_json(content())
    else:
        in_words()


EXAMPLES = {
    "answer": "magnesim answer --goal sleep --form citrate --dose-mg 300 --age 62 --sex female",
    "simulate": "magnesim simulate --form citrate --dose-mg 300 --weeks 12",
    "evidence": "magnesim evidence sbp --form citrate",
    "pool": "magnesim pool effects.csv --yi yi --vi vi",
    "plan": "magnesim plan --goal sleep --form citrate --dose-mg 200 --age 62 --sex female --egfr 80",
    "check": "magnesim check article.txt --out article.html",
    "validate": "magnesim validate --out report.html",
    "why": "magnesim why tubular_reserve",
    "export": "magnesim export sbml model.xml",
}
