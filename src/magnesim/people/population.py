"""A population: people drawn with their age, size, kidneys, diet and menopause going together.

Person i depends on the seed and on i alone, so a million may be drawn at once or in chunks of any size.
Nobody takes drugs but those that are fixed for all: no table that ships tells the share of users by age and
sex. Diets are those of the US survey whatever the region, which sets dose limits only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from magnesim.draws import Stream, correlated, uniform_draws
from magnesim.errors import InputError
from magnesim.people import spread
from magnesim.people.kidney import egfr_ckd_epi_2021_of, gfr_l_h
from magnesim.people.person import MENOPAUSE, PERSON_RANGES, SEXES, Person

if TYPE_CHECKING:
    import polars as pl

FEMALE, MALE = SEXES.index("female"), SEXES.index("male")
_COLUMNS = ("sex", "age", *spread.SCORED, "menopause")
"""Random numbers of a person, in the order of their columns. A new one goes last, and nobody changes."""

_SAID_OF_ALL = ("region", "drugs", "conditions", "serum_mg_mmol_l")


@dataclass(frozen=True, eq=False)
class People:
    """Many people, one array for each thing known of them, (person,).

    Attributes:
        age: years.
        sex: place in `SEXES`, int8.
        weight_kg: kg.
        height_cm: cm.
        egfr: estimated glomerular filtration rate, mL/min/1.73 m2.
        diet_mg: magnesium eaten a day, mg.
        menopause: place in `MENOPAUSE`, int8.
        shared: what holds for all of them: region, drugs, conditions, measured serum.
        first: global number of the first person.
    """

    age: np.ndarray
    sex: np.ndarray
    weight_kg: np.ndarray
    height_cm: np.ndarray
    egfr: np.ndarray
    diet_mg: np.ndarray
    menopause: np.ndarray
    shared: Person
    first: int = 0

    def __len__(self) -> int:
        return len(self.age)

    @property
    def gfr_l_h(self) -> np.ndarray:
        """Filtration of each body, L/h, (person,)."""
        return gfr_l_h(self.egfr, self.weight_kg, self.height_cm)

    def person(self, i: int) -> Person:
        """The person at place i of these arrays, whose global number is `first` + i."""
        return replace(
            self.shared,
            age=float(self.age[i]),
            sex=SEXES[self.sex[i]],
            weight_kg=float(self.weight_kg[i]),
            height_cm=float(self.height_cm[i]),
            egfr=float(self.egfr[i]),
            diet_mg=float(self.diet_mg[i]),
            menopause=MENOPAUSE[self.menopause[i]],
        )

    def to_polars(self) -> pl.DataFrame:
        """A row for each person, with the global number under `person`."""
        import polars as pl

        return pl.DataFrame(
            {
                "person": np.arange(self.first, self.first + len(self)),
                "age": self.age,
                "sex": _named(self.sex, SEXES),
                "weight_kg": self.weight_kg,
                "height_cm": self.height_cm,
                "egfr": self.egfr,
                "diet_mg": self.diet_mg,
                "menopause": _named(self.menopause, MENOPAUSE),
            }
        )


def _named(places: np.ndarray, names: tuple[str, ...]) -> pl.Series:
    import polars as pl

    return pl.Series(names, dtype=pl.Enum(names)).gather(pl.Series(places).cast(pl.UInt32))


def _within_range(name: str, drawn: np.ndarray) -> np.ndarray:
    """What a `Person` may have: the rare draw outside is set to the end of the range."""
    low, high, _ = PERSON_RANGES[name]
    return np.clip(drawn, low, high)


@dataclass(frozen=True)
class Population:
    """Adults of whom some things are fixed, and the rest is drawn.

    What is fixed of size, diet or creatinine informs what else is drawn (a tall person is heavier), and a
    fixed stage of menopause informs age. A fixed eGFR informs nothing; nothing else informs age or sex.

    Attributes:
        age: youngest and oldest, years, 18 to 120; None for all adults of `population.csv`.
        sex: `female`, `male`, or None for both.
        fixed: what holds for everyone.
        region: whose dose limits apply where `fixed` names none.

    Raises:
        InputError: children, ages in the wrong order, or what contradicts the person who is fixed.
    """

    age: tuple[float, float] | None = None
    sex: str | None = None
    fixed: Person | None = None
    region: str = "US"

    def __post_init__(self) -> None:
        Person(sex=self.sex, region=self.region)
        if self.age is not None and self._said.age is not None:
            given = f"an age range and a fixed age of {self._said.age:g}"
            raise InputError(given, "only one of them is allowed.", "age=(40, 70)")
        if self.sex and self._only_sex != self.sex:
            given = f"sex {self.sex} with someone fixed as {self._only_sex}"
            raise InputError(given, "only one sex is allowed here.", "sex='female'")
        low, high = self.ages
        youngest = spread.adult_ages()[0]
        if not youngest <= low <= high <= spread.OLDEST:
            allowed = f"adults of {youngest:g} to {spread.OLDEST:g} years are allowed, the younger end first."
            raise InputError(f"ages {low:g} to {high:g}", allowed, "age=(40, 70)")

    @property
    def ages(self) -> tuple[float, float]:
        """Youngest and oldest, years."""
        if self._said.age is not None:
            return self._said.age, self._said.age
        return self.age or spread.adult_ages()

    @property
    def _said(self) -> Person:
        return self.fixed or Person()

    @property
    def _only_sex(self) -> str | None:
        """The one sex of all, where it was said or follows from a stage of menopause."""
        in_stage = self._said.menopause in ("pre", "peri", "post")
        return self._said.sex or ("female" if in_stage else self.sex)

    def draw(self, count: int, seed: int, first: int = 0) -> People:
        """People with the global numbers `first` to `first` + `count` - 1.

        Args:
            count: how many.
            seed: 0 to 2^64 - 1; another seed gives other people throughout.
            first: global number of the first.
        """
        from scipy.special import ndtri

        drawn = uniform_draws(count, len(_COLUMNS), seed, Stream.POPULATION, first)
        uniform = dict(zip(_COLUMNS, drawn.T, strict=True))
        female = self._female(uniform["sex"])
        age = spread.age_at(uniform["age"], *self.ages, self._said.menopause)
        normal = {name: ndtri(uniform[name]) for name in (*spread.SCORED, "menopause")}
        body = self._body(age, female, normal)
        return People(
            age=age,
            sex=np.where(female, FEMALE, MALE).astype(np.int8),
            weight_kg=body["weight_kg"],
            height_cm=body["height_cm"],
            egfr=self._egfr(body["creatinine_mg_dl"], age, female),
            diet_mg=body["diet_mg"],
            menopause=self._menopause(normal["menopause"], age, female),
            shared=self._shared,
            first=first,
        )

    @property
    def _shared(self) -> Person:
        said = {name: getattr(self._said, name) for name in _SAID_OF_ALL}
        return Person(**said | {"region": said["region"] or self.region})

    def _female(self, uniform: np.ndarray) -> np.ndarray:
        if self._only_sex:
            return np.full(len(uniform), self._only_sex == "female")
        return uniform < spread.spread("share_female")

    def _body(
        self, age: np.ndarray, female: np.ndarray, normal: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Height, weight, diet and creatinine, (person,) each: drawn given age and what is fixed."""
        fixed = {name: value for name in spread.SCORED if (value := getattr(self._said, name)) is not None}
        known = {"age": spread.age_score(age)}
        known |= {name: spread.score_of(name, value, female) for name, value in fixed.items()}
        order = (*known, *(name for name in spread.SCORED if name not in known))
        independent = np.array([known.get(name, normal.get(name)) for name in order]).T
        scores = correlated(independent, spread.correlation_of(order), len(known)).T
        body = {name: np.full(len(age), float(value)) for name, value in fixed.items()}
        for name, score in zip(order, scores, strict=True):
            if name not in known:
                body[name] = _within_range(name, spread.value_of(name, score, female))
        return body

    def _egfr(self, creatinine: np.ndarray, age: np.ndarray, female: np.ndarray) -> np.ndarray:
        if self._said.egfr is not None:
            return np.full(len(age), float(self._said.egfr))
        return _within_range("egfr", egfr_ckd_epi_2021_of(creatinine, age, female))

    def _menopause(self, score: np.ndarray, age: np.ndarray, female: np.ndarray) -> np.ndarray:
        """Place in `MENOPAUSE`, (person,)."""
        place = {stage: np.int8(i) for i, stage in enumerate(MENOPAUSE)}
        if self._said.menopause:
            return np.full(len(age), place[self._said.menopause])
        reached = spread.menopause_age_at(score)
        begun = reached - spread.spread("perimenopause_years")
        of_women = np.where(age < begun, place["pre"], np.where(age < reached, place["peri"], place["post"]))
        return np.where(female, of_women, place["na"])
