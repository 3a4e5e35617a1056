"""Results that show themselves: the page of the command line inside a notebook, the same charts as pictures.

The rooms further left compute; this one hands their results to a person at a Python prompt.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magnesim import answers, evidence, exposure
from magnesim import plan as plans
from magnesim.effects import Goal, goal_named
from magnesim.intake import Day, Regimen
from magnesim.people import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from magnesim.report.charts import Chart

PAGE_HEIGHT = 900
"""Height of a page inside a notebook, in points; it scrolls."""


class Shown(ABC):
    """A result with a page of its own."""

    @abstractmethod
    def page(self) -> str:
        """The result as one HTML page: no network, no script."""

    def save(self, path: str | Path) -> None:
        """Write the page, whole or not at all.

        Raises:
            InputError: a folder that does not exist or cannot be written.
        """
        from magnesim.files import write_whole

        write_whole(Path(path), self.page().encode())

    def show(self) -> None:
        """Show the page: in a notebook where there is one, else in the browser."""
        if _in_notebook():
            from IPython.display import display  # type: ignore[import-not-found]  # only where a notebook is

            display(self)
            return
        import tempfile
        import webbrowser

        place = Path(tempfile.mkdtemp()) / "magnesim.html"
        self.save(place)
        webbrowser.open(place.as_uri())

    def _repr_html_(self) -> str:
        # a frame of its own, so that the page's style does not reach the notebook; links open outside it
        framed = self.page().replace("<head>", '<head><base target="_blank">', 1)
        style = f"width:100%;height:{PAGE_HEIGHT}px;border:0"
        return f'<iframe srcdoc="{escape(framed)}" style="{style}" title="magnesim"></iframe>'


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython  # type: ignore[import-not-found]  # only where a notebook is
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _fields(result: Any) -> dict[str, Any]:
    """The fields of a result, so that one that shows itself can be made of it."""
    return {one.name: getattr(result, one.name) for one in fields(result)}


class Answer(answers.Answer, Shown):
    """An answer that shows its page; its fields are those of `magnesim.answers.Answer`."""

    def page(self) -> str:
        """The answer as one HTML page."""
        from magnesim.report.answer_page import answer_page

        return answer_page(self)

    def chart(self) -> Chart | None:
        """What to expect by week, as an Altair chart; None where no trial tells."""
        from magnesim.report.answer_page import week_chart

        return week_chart(self.measurements) if self.measurements else None


class Plan(plans.Plan, Shown):
    """A plan that shows its page; its fields are those of `magnesim.plan.Plan`."""

    def page(self) -> str:
        """The plan as one HTML page."""
        from magnesim.report.plan_page import plan_page

        return plan_page(self)


class Evidence(evidence.Evidence, Shown):
    """All trials of an outcome, with their page; its fields are those of `magnesim.evidence.Evidence`."""

    def page(self) -> str:
        """The evidence as one HTML page."""
        from magnesim.report.evidence_page import evidence_page

        return evidence_page(self)


class Simulation(exposure.Simulation):
    """A simulation with its chart; its fields are those of `magnesim.exposure.Simulation`."""

    def chart(self) -> Chart:
        """Serum magnesium by week on the usual range, as an Altair chart: `chart().save("serum.png")`."""
        from magnesim.answers.words import REFERENCE_RANGE
        from magnesim.report.charts import serum_by_week

        return serum_by_week(self.weekly_serum, REFERENCE_RANGE)


def answer(
    person: Person,
    regimen: Regimen,
    goal: str | Goal,
    *,
    day: Day | None = None,
    seed: int = 0,
    on_build: Callable[[], None] | None = None,
) -> Answer:
    """Will it help with this, how much, is it safe for this person, how sure is that?

    Args:
        person: as given; what is not said is filled with population values and listed.
        regimen: compound, elemental mg a day, clock times, weeks.
        goal: `sleep`, `rls`, `cramps` ... or another word for it; `goals()` lists them.
        day: when the person eats and sleeps; usual hours where not given.
        seed: of the draws; the same seed gives the same answer.
        on_build: called once if the body model has to be compiled first.

    Raises:
        InputError: no such goal, or a regimen that cannot be.
    """
    wanted = goal_named(goal) if isinstance(goal, str) else goal
    return Answer(**_fields(answers.answer(person, regimen, wanted, day=day, seed=seed, on_build=on_build)))


def plan_for(
    person: Person,
    regimen: Regimen,
    goal: str | Goal,
    *,
    day: Day | None = None,
    on_build: Callable[[], None] | None = None,
) -> Plan:
    """A safe plan for this person, or why there is none.

    Args:
        person: as given; what is not said is never filled in for the safety rules.
        regimen: compound, elemental mg a day, clock times.
        goal, day: as in `answer`.
        on_build: as in `answer`.

    Raises:
        InputError: no such goal.
    """
    wanted = goal_named(goal) if isinstance(goal, str) else goal
    return Plan(**_fields(plans.plan(person, regimen, wanted, day=day, on_build=on_build)))


def simulate(
    person: Person,
    regimen: Regimen,
    *,
    draws: int = exposure.simulation.DRAWS,
    seed: int = 0,
    on_build: Callable[[], None] | None = None,
) -> Simulation:
    """What a regimen does in this body, from the steady state on the person's own diet.

    Args:
        person: as in `answer`.
        regimen: compound, elemental mg a day, clock times, weeks.
        draws: people drawn on each of two axes: what is not known, and how people differ.
        seed: of the draws.
        on_build: as in `answer`.

    Returns:
        Serum in mmol/L, flows in mmol a day, stores in mmol; `to_xarray()` carries the units.

    Raises:
        InputError: a person under 18, an unknown salt, a diet and kidney without a steady state.
    """
    found = exposure.simulate(person, regimen, draws=draws, seed=seed, on_build=on_build)
    return Simulation(**_fields(found))


def evidence_for(
    key: str, form: str | None = None, population: str | None = None, design: str = "rct"
) -> Evidence:
    """What all trials of an outcome say, both ways, with certainty and alarms.

    Args:
        key: an outcome of the tables, for example `sbp` or `isi`.
        form: a salt to ask about; None for all.
        population: words that the people studied must match; None for all.
        design: `rct`, `controlled` or `observational`.

    Raises:
        InputError: no such outcome, salt or design.
    """
    return Evidence(**_fields(evidence.evidence_for(key, form=form, population=population, design=design)))
