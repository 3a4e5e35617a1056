"""`magnesim export`: the model for others."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from magnesim.cli.options import PersonOptions, RegimenOptions
from magnesim.cli.output import DONE, EXAMPLES, compiling, say, write
from magnesim.errors import InputError

export = App(
    name="export",
    help="Write the model for others: SBML for other simulators, the equations as a page.",
)


@export.command(name="sbml")
def export_sbml(
    file: Path, *, person: PersonOptions | None = None, regimen: RegimenOptions | None = None
) -> int:
    """The model, this person and what they take as SBML (Level 3 Version 2, a unit on everything).

    Parameters
    ----------
    file
        Where to write it: model.xml.
    """
    from magnesim.export import course_sbml
    from magnesim.intake import Regimen
    from magnesim.people import complete

    _check_file(file)
    whole, assumed = complete((person or PersonOptions()).person())
    what = regimen.regimen() if regimen else Regimen.none()
    write(file, lambda: course_sbml(whole, what, on_build=compiling), "Written")
    if assumed:
        say("Assumed: " + ", ".join(f"{item.name} {item.value}" for item in assumed))
    return DONE


@export.command(name="equations")
def export_equations(file: Path) -> int:
    """Every equation of the body model, and every parameter with its sources, as one Markdown page.

    Parameters
    ----------
    file
        Where to write it: equations.md.
    """
    from magnesim.export import equations_markdown

    _check_file(file)
    write(file, equations_markdown, "Written")
    return DONE


def _check_file(file: Path) -> None:
    """See before the work whether a file can be meant by a path."""
    if not file.name or file.is_dir() or not file.parent.is_dir():
        raise InputError(f'"{file}"', "a file in a folder that exists is allowed.", EXAMPLES["export"])
