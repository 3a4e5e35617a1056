"""The command line: verbs, their options, and one clear line for bad input."""

from __future__ import annotations

import os
import sys

from cyclopts import CycloptsError

from magnesim.cli.output import DONE, EXAMPLES, WRONG_USE, say
from magnesim.cli.verbs import app
from magnesim.errors import InputError

LONGEST_LINE = 600


def _usage_line(error: CycloptsError, verb: str) -> str:
    """What cyclopts found wrong, as one line with an example of that verb."""
    told = " ".join(str(error).split())
    return f"{told} Example: {EXAMPLES.get(verb, EXAMPLES['answer'])}"


def _one_line(text: str) -> str:
    """A message as one line of bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..."


def main(arguments: list[str] | None = None) -> None:
    """Entry point: runs a verb and ends with its exit code. `MAGNESIM_DEBUG` shows what a fault hides."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(words, exit_on_error=False, print_error=False)
    except InputError as error:
        say(_one_line(f"magnesim: {error}"))
        code = WRONG_USE
    except CycloptsError as error:
        say(_one_line(f"magnesim: {_usage_line(error, words[0] if words else '')}"))
        code = WRONG_USE
    except BrokenPipeError:
        code = DONE
    except Exception as error:
        if os.environ.get("MAGNESIM_DEBUG"):
            raise
        say(_one_line(f"magnesim: a fault of ours, please report it with the command: {error!r}"))
        code = WRONG_USE
    sys.exit(code if isinstance(code, int) else DONE)
