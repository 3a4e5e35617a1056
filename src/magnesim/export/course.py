"""A person and what they take, as SBML: their parameters, their steady state on the diet, meals and doses."""

from __future__ import annotations

from collections.abc import Callable

from magnesim.body.entry import ENTRY, enters
from magnesim.export.sbml import library, sbml
from magnesim.exposure.course import Draws, doses_of, meals_of, run_course, values_of
from magnesim.intake import Regimen
from magnesim.people import Person
from magnesim.solve import engine


def course_sbml(person: Person, regimen: Regimen, on_build: Callable[[], None] | None = None) -> str:
    """The course that `simulate` runs with typical parameters, for another simulator.

    Args:
        person: complete, see `people.complete`.
        regimen: taken every day from the start on; its weeks are left to whoever runs the file.
        on_build: called once if the equations have to be compiled first.
    """
    library()
    engine.equations(on_build)
    diet, doses = meals_of(person.diet_mg or 0.0), doses_of(regimen)
    course = run_course(
        values_of(person, regimen), Draws(), diet, doses, days=1, people=1, serum=person.serum_mg_mmol_l
    )
    equations = engine.equations()
    values = {name: float(course.parameters[engine.parameter_index(name), 0]) for name in equations.GIVEN}
    settled = course.before.daily[0, :, 0]
    start = {name: float(settled[engine.state_index(name)]) for name in equations.INSIDE}
    day = [
        (entry.time_h, dict(zip(ENTRY, enters(entry.compound, entry.mmol, entry.with_meal), strict=True)))
        for entry in (*diet, *doses)
    ]
    return sbml(values, day, start=start)
