"""What a regimen does in many different people: drawn, settled and run in chunks that can be resumed.

A chunk is a fixed range of global person numbers, and a person depends on the seed and on that number
alone. So a run that was killed goes on from its complete chunks, and ends in the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from magnesim import __version__
from magnesim.body.entry import enters
from magnesim.body.parameters import between_person_draws
from magnesim.errors import InputError
from magnesim.exposure.course import (
    DRAW_RESIDUAL,
    DRAW_TOLERANCE,
    MEASURES,
    Entry,
    day_measures,
    doses_of,
    meals_of,
    values_of,
)
from magnesim.files import content_hash, write_whole
from magnesim.intake import Regimen
from magnesim.people import Person, Population, complete
from magnesim.solve import engine
from magnesim.solve.generate import model_hash
from magnesim.solve.steady import periodic_state

if TYPE_CHECKING:
    import polars as pl

    from magnesim.people import People

CHUNK = 2048
"""People of a chunk: whole groups of lanes, so that chunks change no bit."""
MOST_PEOPLE = 10_000_000
ROOMS = ("intake", "people", "body", "solve", "exposure")
"""Where a person's figures come from: a run is only continued while nothing in these rooms has changed."""


@dataclass(frozen=True)
class Crowd:
    """The result of `simulate_people`: one row a person, in the order of global numbers.

    Attributes:
        frame: what each person is, and each measure before (`_before`) and at the end (`_end`); measures are
            null for people without a steady state.
        folder: where `people.parquet` and its chunks stand, or None.
    """

    frame: pl.DataFrame
    folder: Path | None

    @property
    def lost(self) -> int:
        """People without a steady state that a person can live in."""
        return int(self.frame["serum_mmol_l_before"].null_count())

    def to_json(self) -> dict[str, Any]:
        """What `magnesim simulate --people N --json` adds to the object of one person."""
        return {
            "people": {
                "count": len(self.frame),
                "without_steady_state": self.lost,
                "change": {name: list(pair) for name, pair in self.limits().items()},
            }
        }

    def limits(self, level: float = 0.9) -> dict[str, tuple[float, float]]:
        """Middle `level` over people of the change of each measure."""
        found = {}
        for name in MEASURES:
            change = (self.frame[f"{name}_end"] - self.frame[f"{name}_before"]).drop_nulls().to_numpy()
            if not change.size:
                raise InputError("these people", "nobody has a steady state, so there is nothing to tell.")
            low, high = np.quantile(change, [(1 - level) / 2, (1 + level) / 2])
            found[name] = (float(low), float(high))
        return found


def simulate_people(
    person: Person,
    regimen: Regimen,
    count: int,
    *,
    seed: int = 0,
    folder: Path | None = None,
    on_build: Callable[[], None] | None = None,
    on_chunk: Callable[[int], None] | None = None,
) -> Crowd:
    """What a regimen does in people who share what was said of `person` and differ in all else.

    Args:
        person: what is the same for everybody; nothing said means a whole population of adults.
        regimen: what they take.
        count: how many, 1 to 10,000,000.
        seed: of the draws.
        folder: keeps each chunk as Parquet, and `people.parquet` at the end; a killed run resumes there.
        on_build: called once if the equations have to be compiled first.
        on_chunk: called with the number of people done after each chunk.

    Raises:
        InputError: a count out of range, a measured serum, a person or a salt that the model does not
            describe, or a folder that holds another run.
    """
    if not 1 <= count <= MOST_PEOPLE:
        raise InputError(f"--people {count}", f"1 to {MOST_PEOPLE} people are allowed.", "--people 1000")
    _check(person, regimen)
    engine.equations(on_build)
    if folder:
        _claim(folder, _fingerprint(person, regimen, count, seed))
    frames = []
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        path = folder / f"chunk_{first:08d}.parquet" if folder else None
        kept = _kept(path, size) if path else None
        frames.append(_made(person, regimen, size, seed, first, path) if kept is None else kept)
        if on_chunk:
            on_chunk(first + size)
    return _joined(frames, folder)


def _check(person: Person, regimen: Regimen) -> None:
    """Refuse what cannot be run before a folder is taken for it."""
    if person.serum_mg_mmol_l is not None:
        raise InputError(
            "--serum-mg-mmol-l with --people", "one measured serum describes one person.", "--people 1000"
        )
    Population(fixed=person)
    values_of(complete(person)[0], regimen)


def _joined(frames: list[pl.DataFrame], folder: Path | None) -> Crowd:
    import polars as pl

    frame = pl.concat(frames)
    if folder:
        write_whole(folder / "people.parquet", _parquet(frame))
    return Crowd(frame, folder)


def _fingerprint(person: Person, regimen: Regimen, count: int, seed: int) -> dict[str, Any]:
    """What a run is, so that a folder is never continued with another."""
    return {
        "person": vars(person),
        "regimen": vars(regimen),
        "people": count,
        "seed": seed,
        "chunk": CHUNK,
        "version": __version__,
        "model": model_hash(),
        "figures": _figures_hash(),
    }


def _figures_hash() -> str:
    """Hash of the code and the tables of those rooms, such as the parameters."""
    package = Path(__file__).parent.parent
    files = (path for room in ROOMS for path in sorted((package / room).iterdir()))
    return content_hash(path for path in files if path.suffix in (".py", ".csv"))


def _claim(folder: Path, fingerprint: dict[str, Any]) -> None:
    """Make a folder this run's, or see that it already is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"--out {folder}", f"a folder is allowed ({error.strerror}).", "--out results"
        ) from error
    manifest = folder / "run.json"
    text = json.dumps(fingerprint, indent=1, sort_keys=True).encode()
    begun = manifest.read_bytes() if manifest.exists() else None
    if begun != text and (begun is not None or any(folder.glob("chunk_*.parquet"))):
        raise InputError(
            f"--out {folder}", "an empty folder is allowed: this one holds another run.", "--out run2"
        )
    write_whole(manifest, text)


def _kept(path: Path, size: int) -> pl.DataFrame | None:
    """A chunk of so many people that was kept; None where there is none, or none that can be read."""
    import polars as pl

    if not path.exists():
        return None
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        return None
    return frame if len(frame) == size else None


def _made(
    person: Person, regimen: Regimen, size: int, seed: int, first: int, path: Path | None
) -> pl.DataFrame:
    """One chunk of people, run, and kept where a folder was given."""
    people = Population(fixed=person).draw(size, seed, first)
    frame = people.to_polars().hstack(_measured(person, regimen, people, seed))
    if path:
        write_whole(path, _parquet(frame))
    return frame


def _parquet(frame: pl.DataFrame) -> bytes:
    import io

    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _measured(person: Person, regimen: Regimen, people: People, seed: int) -> pl.DataFrame:
    """Every measure of a chunk, before and at the end; null for people who do not settle."""
    import polars as pl

    size = len(people)
    typical, _ = complete(person)
    values = values_of(typical, regimen)
    factors = between_person_draws(size, seed, people.first)
    factors["weight"] = people.weight_kg / values["weight"]
    factors["gfr"] = people.gfr_l_h / values["gfr"]
    parameters = engine.parameter_array(values, factors, size)
    on_diet, with_doses = _days([], people), _days(doses_of(regimen), people)
    state = periodic_state(parameters, on_diet, residual=DRAW_RESIDUAL, strict=False)
    settled = np.flatnonzero(np.isfinite(state).all(axis=0))
    columns = {f"{name}_{when}": np.full(size, np.nan) for name in MEASURES for when in ("before", "end")}
    if settled.size:
        _run_settled(columns, settled, parameters, state, on_diet, with_doses, regimen)
    return pl.DataFrame(columns).fill_nan(None)


def _run_settled(
    columns: dict[str, np.ndarray],
    settled: np.ndarray,
    parameters: np.ndarray,
    state: np.ndarray,
    on_diet: engine.Schedule,
    with_doses: engine.Schedule,
    regimen: Regimen,
) -> None:
    """Fill in what the settled people's day before and last day hold."""
    parameters, start = parameters[:, settled], state[:, settled]
    plan = with_doses.only(settled)
    before = engine.run(start, parameters, on_diet.only(settled), 1, relative_tolerance=DRAW_TOLERANCE)
    late = start
    if regimen.days > 1:
        course = engine.run(
            start, parameters, plan, regimen.days - 1, relative_tolerance=DRAW_TOLERANCE, keep_daily=False
        )
        late = course.daily[-1]
    end = engine.run(late, parameters, plan, 1, relative_tolerance=DRAW_TOLERANCE)
    for when, run in (("before", before), ("end", end)):
        measures = day_measures(run)
        for name in MEASURES:
            columns[f"{name}_{when}"][settled] = measures[name]


def _days(doses: list[Entry], people: People) -> engine.Schedule:
    """Everybody's day: the meals scaled to each person's diet, the doses the same for all."""
    size = len(people)
    diet = meals_of(1.0)

    def entering(meals: float, dose: float) -> engine.Schedule:
        parts = [(e, meals) for e in diet] + [(e, dose) for e in doses]
        return engine.Schedule.of(
            [(e.time_h, enters(e.compound, e.mmol * share, e.with_meal)) for e, share in parts], size
        )

    eaten, taken = entering(1.0, 0.0).scaled(people.diet_mg), entering(0.0, 1.0)
    return engine.Schedule(eaten.time_h, eaten.amount_mmol + taken.amount_mmol)
