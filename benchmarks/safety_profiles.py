"""Many made-up people through the safety rules, against an oracle written apart: is any plan unsafe?

Run: `python benchmarks/safety_profiles.py [--profiles 100000] [--seed 1] [--json]`. A profile is drawn from
words whose least strict answer is written here by hand, from the leaflets, not from the tables of the
package. Four laws are counted: no answer less strict than that of any of its parts; one more drug or illness
never makes an answer more lenient; order and capitals change nothing; no times without an allowing answer.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass, field

from magnesim.people import Person
from magnesim.safety import decide

STRICTNESS = ("allow", "allow_with_separation", "clinician_first", "refuse")
DRUGS = {
    "amoxicillin 500 mg": "allow",
    "atorvastatin 20 mg": "allow",
    "amlodipine 5 mg": "allow",
    "paracetamol": "allow",
    "cetirizine": "allow",
    "levothyroxine 07:00": "allow_with_separation",
    "alendronate 70 mg once a week": "allow_with_separation",
    "doxycycline 100 mg 08:00": "allow_with_separation",
    "ciprofloxacin 500 mg 08:00": "allow_with_separation",
    "raltegravir 400 mg twice a day": "refuse",
    "digoxin": "clinician_first",
    "furosemide 40 mg": "clinician_first",
    "spironolactone 25 mg": "clinician_first",
    "tacrolimus": "clinician_first",
    "gentamicin injection": "clinician_first",
    "patiromer": "clinician_first",
    "water pill, name unknown": "clinician_first",
    "blorbizine 10 mg": "clinician_first",
}
ILLNESSES = {
    "none": "allow",
    "hay fever": "allow",
    "high cholesterol": "allow",
    "myasthenia gravis": "clinician_first",
    "complete heart block": "refuse",
    "kidney stones, struvite": "refuse",
    "on dialysis": "refuse",
    "pregnant 20 weeks": "clinician_first",
    "heart failure": "allow",
    "serum magnesium 1.9": "clinician_first",
    "bowel obstruction": "refuse",
    "restless legs, ferritin 22": "clinician_first",
    "something strange with my flurb": "clinician_first",
}
CAPS = {"US": 350.0, "EU": 250.0, "UK": 400.0}


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


def oracle(age: float, egfr: float | None, mg: float, region: str, parts: list[str]) -> str:
    """The least strict answer that may come."""
    least = [DRUGS.get(part) or ILLNESSES[part] for part in parts]
    if age < 1 or (egfr is not None and egfr < 30):
        least.append("refuse")
    if age < 18 or (egfr is not None and egfr < 60) or (egfr is None and age >= 65) or mg > CAPS[region]:
        least.append("clinician_first")
    if egfr is None and "heart failure" in parts:
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
        _one(rng, seen)
        if time.monotonic() - told > 5:
            told = time.monotonic()
            sys.stderr.write(f"\r{place + 1} of {profiles} in {told - begun:.0f} s")
    return seen


def _one(rng: random.Random, seen: Count) -> None:
    drugs = rng.sample(sorted(DRUGS), rng.choice((0, 1, 1, 2, 3)))
    illnesses = rng.sample(sorted(ILLNESSES), rng.choice((0, 1, 1, 2)))
    age = rng.choice((0.5, 10, 17.9, 18, 30, 30, 40, 50, 50, 60, 64.9, 65, 80))
    egfr = rng.choice((None, 29.9, 30.0, 59.9, 60.0, *[95.0] * 10))
    mg = rng.choice((*[100.0] * 6, *[200.0] * 6, 250.0, 251.0, 350.0, 351.0, 400.0, 401.0, 1000.0))
    region = rng.choice(sorted(CAPS))
    said = {"age": age, "egfr": egfr, "sex": rng.choice(("female", "male")), "region": region}
    if said["sex"] == "male":
        illnesses = [part for part in illnesses if "pregnant" not in part]

    def answer(some_drugs: list[str], some_illnesses: list[str]) -> tuple[str, bool]:
        person = Person(
            **said, drugs="; ".join(some_drugs) or None, conditions="; ".join(some_illnesses) or None
        )
        found = decide(person, mg, "citrate", (), "sleep")
        return found.decision, bool(found.schedule)

    decision, timed = answer(drugs, illnesses)
    name = f"{said} {mg:g} mg {drugs} {illnesses}: {decision}"
    seen.profiles += 1
    seen.decisions[decision] = seen.decisions.get(decision, 0) + 1
    if STRICTNESS.index(decision) < STRICTNESS.index(oracle(age, egfr, mg, region, [*drugs, *illnesses])):
        seen.too_lenient.append(name)
    if timed and STRICTNESS.index(decision) > 1:
        seen.times_without_leave.append(name)
    turned = answer([one.upper() for one in reversed(drugs)], [one.upper() for one in reversed(illnesses)])
    if turned[0] != decision:
        seen.order_or_case.append(f"{name} but {turned[0]} turned round")
    if drugs or illnesses:
        fewer = answer(drugs[1:], illnesses) if drugs else answer(drugs, illnesses[1:])
        if STRICTNESS.index(fewer[0]) > STRICTNESS.index(decision):
            seen.less_strict_with_more.append(f"{name} but {fewer[0]} with one thing less")


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
    print(f"\n{seen.profiles} profiles, {seen.broken} that break a law; decisions {seen.decisions}")
    for law in ("too_lenient", "less_strict_with_more", "order_or_case", "times_without_leave"):
        found = getattr(seen, law)
        print(f"{law}: {len(found)}")
        for line in found[:5]:
            print("  ", line)


if __name__ == "__main__":
    main()
