"""All trials in one view: data, pooling, certainty, alarms.

`evidence_for("isi")` is the way in; `pool` and `pool_file` serve anybody's data.
"""

from magnesim.evidence.back_conversion import BackConverted
from magnesim.evidence.constructs import Construct, constructs
from magnesim.evidence.cumulative import Step, cumulative
from magnesim.evidence.findings import StudyFinding, findings
from magnesim.evidence.literature import Evidence, evidence_for
from magnesim.evidence.meta_regression import MetaRegression, meta_regression
from magnesim.evidence.multilevel import Multilevel, three_level
from magnesim.evidence.outcomes import Outcome, outcome, outcomes
from magnesim.evidence.placebo_change import UsualChange, usual_changes, usual_placebo_change
from magnesim.evidence.pool_file import PooledFile, pool_file
from magnesim.evidence.pooling import Pooled, leave_one_out, pool
from magnesim.evidence.sensitivity import Sensitivity
from magnesim.evidence.trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "BackConverted",
    "Construct",
    "Evidence",
    "MetaRegression",
    "Multilevel",
    "Outcome",
    "Pooled",
    "PooledFile",
    "Sensitivity",
    "Step",
    "StudyFinding",
    "TrimAndFill",
    "UsualChange",
    "constructs",
    "cumulative",
    "evidence_for",
    "findings",
    "leave_one_out",
    "meta_regression",
    "outcome",
    "outcomes",
    "pool",
    "pool_file",
    "three_level",
    "trim_and_fill",
    "usual_changes",
    "usual_placebo_change",
]
