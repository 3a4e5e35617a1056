"""Writes `seeds.md`: each statement of the three articles, what the program finds for it, and its verdict.

Run: `.venv/bin/python docs/seeds.py`. The statements stand in `seeds.csv`, in our own words; all else on the
page is computed. `tests/test_docs.py` accepts no difference.
"""

from __future__ import annotations

import csv
import shlex
from functools import cache
from pathlib import Path

from magnesim import Regimen
from magnesim.answers import answer
from magnesim.answers.words import body_sentences, effect_words
from magnesim.claims.check import check_sentence
from magnesim.effects import expect, goal_named
from magnesim.exposure import Simulation, simulate
from magnesim.people import Person
from magnesim.plan import plan
from magnesim.provenance import why
from magnesim.report.check_words import verdict_signs
from magnesim.report.plan_words import headline

HERE = Path(__file__).parent
HEAD = """# What the three articles say, and what of it holds

magnesim began with three articles on magnesium citrate: for sleep, for restless legs, for the menopause.
Each row is one of their statements, in our words. The verdict is that of `magnesim check` on that very
sentence, with its reason. The last column is what the command shows.

Written by `python docs/seeds.py`; no row is edited by hand.
"""


def page() -> str:
    """The page as Markdown."""
    with (HERE / "seeds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [HEAD]
    for article in dict.fromkeys(row["article"] for row in rows):
        parts.append(f"\n## {article.capitalize()}\n")
        parts.append("| where | statement | verdict and why | what the program shows |")
        parts.append("| --- | --- | --- | --- |")
        parts += [_line(row) for row in rows if row["article"] == article]
    return "\n".join(parts) + "\n"


def _line(row: dict[str, str]) -> str:
    claim = check_sentence(row["statement"])[0]
    word = verdict_signs()[claim["verdict"]]["label"]
    cells = (
        row["place"],
        row["statement"],
        f"**{word}**. {claim['because']}",
        f"{_shown(row['command'], row['reads'])} `{row['command']}`".strip(),
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _shown(command: str, reads: str) -> str:
    """What a command shows, as far as the row reads it."""
    verb, *words = shlex.split(command)[1:]
    if verb == "evidence":
        return effect_words(expect(words[0], "primary", _options(words[1:]).get("--form")))
    if verb == "why":
        found = why(words[0])
        return " ".join(part for part in (_sentence(found.text), _sentence(found.derivation)) if part)
    return "" if verb == "check" else _for_a_person(verb, _options(words), *reads.partition(":")[::2])


def _for_a_person(verb: str, said: dict[str, str], what: str, place: str) -> str:
    person = Person(
        sex=said.get("--sex"),
        menopause=said.get("--menopause"),
        **{name: float(said[f"--{name}"]) for name in ("age", "egfr") if f"--{name}" in said},
    )
    regimen = Regimen(said["--form"], float(said["--dose-mg"]), ("20:00",))
    if verb == "simulate":
        return _of_body(_body(person, regimen), what, place)
    goal = goal_named(said["--goal"])
    if verb == "answer":
        found = answer(person, regimen, goal)
        return " ".join([found.headline, *found.lead[:2]])
    planned = plan(person, regimen, goal)
    if what == "titration":
        return " ".join(planned.decision.titration)
    return " ".join([headline(planned), *[reason.because for reason in planned.decision.reasons[:1]]])


def _options(words: list[str]) -> dict[str, str]:
    return dict(zip(words[::2], words[1::2], strict=True))


def _sentence(text: str) -> str:
    return text if not text or text.endswith(".") else f"{text[:1].upper()}{text[1:]}."


@cache
def _body(person: Person, regimen: Regimen) -> Simulation:
    return simulate(person, regimen)


def _of_body(body: Simulation, what: str, place: str) -> str:
    if what == "body":
        return body_sentences(body)[int(place)]
    stores, whole = body.baseline.stores_mmol, body.baseline.total_body_mmol
    mmol = sum(amount for name, amount in stores.items() if name.startswith(place))
    return f"{mmol:.0f} of {whole:.0f} mmol, {100 * mmol / whole:.0f} %."


def main() -> None:
    """Write the page."""
    (HERE / "seeds.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
