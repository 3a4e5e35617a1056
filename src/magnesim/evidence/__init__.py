"""All trials in one view: data, pooling, certainty, alarms.

`evidence_for("isi")` is the way in; `pool` and `pool_file` serve anybody's data.
"""

from magnesim.evidence.findings import StudyFinding, findings
from magnesim.evidence.literature import Evidence, evidence_for
from magnesim.evidence.outcomes import Outcome, outcome, outcomes
from magnesim.evidence.placebo_change import UsualChange, usual_changes, usual_placebo_change
from magnesim.evidence.pool_file import PooledFile, pool_file
from magnesim.evidence.pooling import Pooled, leave_one_out, pool

__all__ = [
    "Evidence",
    "Outcome",
    "Pooled",
    "PooledFile",
    "StudyFinding",
    "UsualChange",
    "evidence_for",
    "findings",
    "leave_one_out",
    "outcome",
    "outcomes",
    "pool",
    "pool_file",
    "usual_changes",
    "usual_placebo_change",
]
