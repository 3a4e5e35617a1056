"""The model for others to run and to read, from the one source: SBML, and the page of equations."""

from magnesim.export.course import course_sbml
from magnesim.export.equations import equations_markdown
from magnesim.export.sbml import sbml

__all__ = ["course_sbml", "equations_markdown", "sbml"]
