"""Many made-up people through the safety rules, against an oracle written apart: is any plan unsafe?

Run: `python benchmarks/safety_profiles.py [--profiles 100000] [--seed 1] [--json]`. A profile is drawn from
words whose least strict answer is known without the engine: plain words judged by hand from leaflets
(`safety_words.csv`), and the tables' own terms, judged by what their row says (an hour's gap, a severity, an
action). Four laws are counted: no answer less strict than that of any of its parts; one more drug or illness
never makes an answer more lenient; order and capitals change nothing; no times without an allowing answer.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from magnesim.data import records
from magnesim.people import Person
from magnesim.safety import decide

STRICTNESS = ("allow", "allow_with_separation", "clinician_first", "refuse")
CAPS = {"US": 350.0, "EU": 250.0, "UK": 400.0}
SALTS = ("citrate", "oxide")
ONLY_WITH_ANTACID_SALTS = (
    "rilpivirine tablets", "atazanavir", "sofosbuvir/ledipasvir", "oral cephalosporins needing acid",
    "ketoconazole, itraconazole (oral)", "dipyridamole",
)  # fmt: skip
"""Rows that speak of acid or of antacid salts: citrate is spared, as read from each row."""
ONLY_IN_SOME_FORM = (
    "active inflammatory bowel disease", "high phosphate", "phenylketonuria",
    "hereditary fructose intolerance",
)  # fmt: skip
"""Rows of a form or a laxative dose that nobody here takes."""
ASKED_FIRST = ("laboratory value", "sleepy, limp toddler after magnesium", "nausea, vomiting, flushing")
"""Signs whose action depends on a figure or an age that the words alone do not say."""


@cache
def words(kind: str) -> dict[str, dict[str, str]]:
    """Least strict answer by words and salt: by hand, then the tables' own terms."""
    with (Path(__file__).parent / "safety_words.csv").open(encoding="utf-8", newline="") as file:
        by_hand = {
            row["words"]: dict.fromkeys(SALTS, row["least"])
            for row in csv.DictReader(file)
            if row["kind"] == kind
        }
    return (_drugs_of_tables() if kind == "drug" else _illnesses_of_tables()) | by_hand


def _drugs_of_tables() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in records("safety", "interactions"):
        parted = row["separation_before_h"] is not None or row["separation_after_h"] is not None
        least = "allow_with_separation" if parted else "allow"
        if row["severity"] == "contraindicated":
            least = "refuse"
        spared = "allow" if row["drug_or_class"] in ONLY_WITH_ANTACID_SALTS else least
        for name in row["generic_names"].split(";"):
            old = found.get(name, dict.fromkeys(SALTS, "allow"))
            new = {"citrate": spared, "oxide": least}
            found[name] = {salt: max(old[salt], new[salt], key=STRICTNESS.index) for salt in SALTS}
    return found


def _illnesses_of_tables() -> dict[str, dict[str, str]]:
    actions = {"do_not_use": "refuse", "only_with_clinician": "clinician_first"}
    found = {}
    for row in records("safety", "contraindications"):
        least = actions.get(row["action"], "allow")
        if row["condition"] in ONLY_IN_SOME_FORM:
            least = "allow"
        found[row["condition"]] = dict.fromkeys(SALTS, least)
    for row in records("safety", "redflags"):
        urgent = any(word in row["action"].lower() for word in ("emergency", "same-day", "crisis"))
        least = "refuse" if urgent and not row["sign"].startswith(ASKED_FIRST) else "clinician_first"
        found[row["sign"]] = dict.fromkeys(SALTS, least)
    return found


@dataclass
class Count:
    """What was seen."""

    profiles: int = 0
    too_lenient: list[str] = field(default_factory=list)
    less_strict_with_more: list[str] = field(default_factory=list)
    order_or_case: list[str] = field(default_factory=list)
    times_without_leave: list[str] = field(default_factory=list)
    decisions: dict[str, int] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """Profiles that break a law."""
        laws = (self.too_lenient, self.less_strict_with_more, self.order_or_case, self.times_without_leave)
        return sum(map(len, laws))


@dataclass(frozen=True)
class Profile:
    """A made-up person with a dose and what they say."""

    age: float
    egfr: float | None
    sex: str
    region: str
    mg: float
    salt: str
    drugs: tuple[str, ...]
    illnesses: tuple[str, ...]


def oracle(asked: Profile) -> str:
    """The least strict answer that may come."""
    least = [words("drug")[part][asked.salt] for part in asked.drugs]
    least += [words("illness")[part][asked.salt] for part in asked.illnesses]
    if asked.age < 1 or (asked.egfr is not None and asked.egfr < 30):
        least.append("refuse")
    low_or_unknown = asked.age >= 65 if asked.egfr is None else asked.egfr < 60
    if asked.age < 18 or low_or_unknown or asked.mg > CAPS[asked.region]:
        least.append("clinician_first")
    return max(least, key=STRICTNESS.index, default="allow")


def run(profiles: int, seed: int) -> Count:
    """Draw and decide.

    Args:
        profiles: how many people; each is decided three times.
        seed: of the draws.
    """
    rng = random.Random(seed)
    seen = Count()
    begun = told = time.monotonic()
    for place in range(profiles):
        _one(_drawn(rng), seen)
        if time.monotonic() - told > 5:
            told = time.monotonic()
            sys.stderr.write(f"\r{place + 1} of {profiles} in {told - begun:.0f} s")
    return seen


def _drawn(rng: random.Random) -> Profile:
    """Half of what is said is harmless, so that all four answers are seen."""
    sex = rng.choice(("female", "male"))
    illnesses = _some(rng, words("illness"), rng.choice((0, 1, 1, 2)))
    if sex == "male":
        illnesses = tuple(part for part in illnesses if "pregnan" not in part)
    return Profile(
        age=rng.choice((0.5, 10, 17.9, 18, 30, 30, 40, 50, 50, 60, 64.9, 65, 80)),
        egfr=rng.choice((None, 29.9, 30.0, 59.9, 60.0, *[95.0] * 10)),
        sex=sex,
        region=rng.choice(sorted(CAPS)),
        mg=rng.choice((*[100.0] * 6, *[200.0] * 6, 250.0, 251.0, 350.0, 351.0, 400.0, 401.0, 1000.0)),
        salt=rng.choice(SALTS),
        drugs=_some(rng, words("drug"), rng.choice((0, 1, 1, 2, 3))),
        illnesses=illnesses,
    )


def _some(rng: random.Random, known: dict[str, dict[str, str]], count: int) -> tuple[str, ...]:
    lenient = [part for part, least in sorted(known.items()) if least["oxide"] in STRICTNESS[:2]]
    return tuple(
        dict.fromkeys(rng.choice(lenient if rng.random() < 0.5 else sorted(known)) for _ in range(count))
    )


def _answer(asked: Profile, drugs: tuple[str, ...], illnesses: tuple[str, ...]) -> tuple[str, bool]:
    person = Person(
        age=asked.age,
        egfr=asked.egfr,
        sex=asked.sex,
        region=asked.region,
        drugs="; ".join(drugs) or None,
        conditions="; ".join(illnesses) or None,
    )
    found = decide(person, asked.mg, asked.salt, (), "sleep")
    return found.decision, bool(found.schedule)


def _one(asked: Profile, seen: Count) -> None:
    drugs, illnesses = asked.drugs, asked.illnesses
    decision, timed = _answer(asked, drugs, illnesses)
    name = f"{asked}: {decision}"
    seen.profiles += 1
    seen.decisions[decision] = seen.decisions.get(decision, 0) + 1
    if STRICTNESS.index(decision) < STRICTNESS.index(oracle(asked)):
        seen.too_lenient.append(name)
    if timed and STRICTNESS.index(decision) > 1:
        seen.times_without_leave.append(name)
    turned, _ = _answer(
        asked,
        tuple(one.upper() for one in reversed(drugs)),
        tuple(one.upper() for one in reversed(illnesses)),
    )
    if turned != decision:
        seen.order_or_case.append(f"{name} but {turned} turned round")
    if drugs or illnesses:
        fewer, _ = _answer(asked, drugs[1:], illnesses) if drugs else _answer(asked, drugs, illnesses[1:])
        if STRICTNESS.index(fewer) > STRICTNESS.index(decision):
            seen.less_strict_with_more.append(f"{name} but {fewer} with one thing less")


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    seen = run(asked.profiles, asked.seed)
    if asked.json:
        print(json.dumps(vars(seen) | {"broken": seen.broken}))
        return
    said = f"{len(words('drug'))} ways to say a drug, {len(words('illness'))} to say an illness"
    print(f"\n{seen.profiles} profiles of {said}: {seen.broken} that break a law; decisions {seen.decisions}")
    for law in ("too_lenient", "less_strict_with_more", "order_or_case", "times_without_leave"):
        found = getattr(seen, law)
        print(f"{law}: {len(found)}")
        for line in found[:5]:
            print("  ", line)


if __name__ == "__main__":
    main()
