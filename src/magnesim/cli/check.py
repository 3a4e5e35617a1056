"""`magnesim check`: an article, or sentences of a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from magnesim.cli.options import Json
from magnesim.cli.output import DONE, EXAMPLES, check_place, tell, write
from magnesim.errors import InputError


def check(
    file: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    *,
    sentences: Path | None = None,
    format_: Annotated[str | None, Parameter(name="--format")] = None,
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """Which statements of an article about magnesium hold, and what it leaves out.

    Parameters
    ----------
    file
        Text, Markdown or HTML; - for standard input.
    sentences
        CSV file with the columns id and text instead: the claims of each sentence.
    format_
        text, markdown or html; found out where not said.
    out
        Also write the article with its claims marked as one HTML page.
    """
    if sentences:
        return _sentences(sentences, json_)
    if file is None:
        raise InputError("no file", "an article as a file, or - for standard input.", EXAMPLES["check"])
    from magnesim.claims.check import check_article
    from magnesim.report.check_page import check_page
    from magnesim.report.check_terminal import print_checked

    check_place(out)
    if format_ not in (None, "text", "markdown", "html"):
        raise InputError(f"--format {format_}", "text, markdown or html is allowed.", "--format html")
    result = check_article(_bytes_of(file), format_)
    write(out, lambda: check_page(result))
    tell(json_, result.to_json, lambda: print_checked(result))
    return DONE


def _bytes_of(file: str) -> bytes:
    """An article as it lies on disk or comes in; of a huge one no more than shows that it is."""
    from magnesim.claims.bounds import MOST_BYTES

    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(file, "no such file.", EXAMPLES["check"]) from None
    except OSError as error:
        raise InputError(file, f"cannot be read: {error.strerror}.", EXAMPLES["check"]) from None


def _sentences(file: Path, json_: bool) -> int:
    """The claims of each sentence of a file."""
    from magnesim.claims.check import check_sentences

    found: list[dict[str, Any]] = check_sentences(file)

    def in_words() -> None:
        for one in found:
            for claim in one["claims"]:
                verdict = claim["verdict"].replace("_", " ")
                sys.stdout.write(f"{one['id']}: {verdict} ({claim['topic']}). {claim['because']}\n")

    tell(json_, lambda: found, in_words)
    return DONE
