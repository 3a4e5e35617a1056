"""Decision lists: of the rows of `decisions.csv` for a judge, the first that fits gives the verdict.

A condition is made of atoms. ` or ` parts ways to fit, ` & ` parts what must all hold, `|` parts atoms of
which one is enough, and `not` belongs to the one atom after it. An atom is a name of `words.csv`, a test of
`_TESTS`, or one or more values of a label, as in `direction=increases,improves`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from magnesim.claims.labels import Verdict
from magnesim.claims.tables import patterns, rows
from magnesim.claims.verdicts.amounts import age_limit
from magnesim.claims.verdicts.drugs import drugs_in, lowers
from magnesim.claims.verdicts.said import Said, say

Test = Callable[[Said], bool]
_Ways = tuple[tuple[tuple[Test, ...], ...], ...]
_BY_LABELS = ("denied", "negated", "reverses_pathway", "against_trials")
LEAST_GAP = 2.0
"""Hours between magnesium and a medicine, where the interaction table asks for none in particular."""
CLEARLY_FEWER = 0.6
"""Below this share of the hours asked for, advice on spacing is wrong: labels differ by less (assumption)."""


def _gaps(said: Said) -> list[float]:
    """Hours that the sentence names."""
    told = said.values("hour") + [minutes / 60 for minutes in said.values("min")]
    return told + ([1.0] if said.says("whole_hour") else [])


def _gap_too_short(said: Said) -> bool:
    """Whether the hours told are clearly fewer than the table asks for the medicine named."""
    found = drugs_in(said.text)
    asked = [found[0][key] for key in ("separation_before_h", "separation_after_h")] if found else []
    needed = min((float(hours) for hours in asked if hours), default=LEAST_GAP)
    told = max(_gaps(said), default=needed)
    return told < min(needed, LEAST_GAP) or told < CLEARLY_FEWER * needed


def _reverses(said: Said) -> bool:
    """Whether a rise is claimed of what falls in the laboratory, or the other way round."""
    return {said.row["stance"], said.labels.direction} == {"increases", "decreases"}


def _against_trials(said: Said) -> bool:
    return said.labels.direction in ("increases", "decreases") and said.labels.direction != said.row["stance"]


_TESTS: dict[str, Test] = {
    "denied": lambda said: said.denied,
    "negated": lambda said: said.negated,
    "big_change": lambda said: said.big_change,
    "size_given": lambda said: bool(said.values("%", "fold")),
    "infants_named": lambda said: age_limit(said) == 0.0,
    "drug_listed": lambda said: bool(drugs_in(said.text)),
    "drug_lowers": lambda said: lowers(drugs_in(said.text)[0]),
    "gap_given": lambda said: bool(_gaps(said)),
    "gap_too_short": _gap_too_short,
    "reverses_pathway": _reverses,
    "against_trials": _against_trials,
}


def holds(condition: str, said: Said) -> bool:
    """Whether a condition holds of a claim; an empty one always does."""
    return _holds(_parsed(condition), said)


def _holds(ways: _Ways, said: Said) -> bool:
    return not ways or any(all(any(test(said) for test in term) for term in way) for way in ways)


@cache
def _parsed(condition: str) -> _Ways:
    """Ways to fit, of terms, of atoms of which one is enough; what labels alone decide is asked first.

    Raises:
        ValueError: an atom is neither words, nor a test, nor a label.
    """
    return tuple(
        tuple(
            tuple(_atom(atom) for atom in term.split("|")) for term in sorted(way.split(" & "), key=_is_slow)
        )
        for way in filter(None, condition.split(" or "))
    )


def _is_slow(term: str) -> bool:
    """Whether a term looks at more than the labels."""
    return not all("=" in atom or atom.removeprefix("not ") in _BY_LABELS for atom in term.split("|"))


def _atom(written: str) -> Test:
    name = written.removeprefix("not ")
    test = _TESTS.get(name) or _of_label(name) or _of_words(name)
    return test if name == written else lambda said: not test(said)


def _of_label(name: str) -> Test | None:
    label, equals, values = name.partition("=")
    wanted = values.split(",")
    return (lambda said: getattr(said.labels, label) in wanted) if equals else None


def _of_words(name: str) -> Test:
    if name not in patterns("verdicts/words"):
        raise ValueError(f"{name!r} is neither in words.csv nor a test")
    return lambda said: said.says(name)


@cache
def _list(judge: str) -> tuple[tuple[_Ways, _Ways, dict[str, str]], ...]:
    """The rows of a judge, with what must hold and what must not."""
    listed = (row for row in rows("verdicts/decisions") if row["judge"] == judge)
    return tuple((_parsed(row["when"]), _parsed(row["unless"]), row) for row in listed)


def decide(judge: str, said: Said) -> Verdict | None:
    """The verdict of the first row that fits, or None.

    Args:
        judge: whose decision list: `unsafe`, a topic, or a way of judging such as `pathway`.
        said: the claim.
    """
    for when, unless, row in _list(judge):
        if _holds(when, said) and not (unless and _holds(unless, said)):
            verdict = row["verdict"] if holds(row["and_if"], said) else row["otherwise"]
            return say(said, verdict, _reason(row["because"], said))
    return None


def _reason(because: str, said: Said) -> str:
    """The reason with what the tables say in place of `{why}`, `{drug}` and `{drug_effect}`."""
    if "{" not in because:
        return because
    drug = drugs_in(said.text)[0] if "{drug" in because else {"drug_or_class": "", "effect": ""}
    return because.format(why=said.why, drug=drug["drug_or_class"], drug_effect=drug["effect"])
