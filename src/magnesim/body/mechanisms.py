"""Mechanisms as algebra on serum and brain magnesium: only those with a measured relation.

What was measured in test tubes or animals, or never against a dose, stands in `mechanisms.csv` with the
reason why nothing is computed. None of these is turned into a benefit.
"""

import sympy as sp

from magnesim.body.blood import SERUM
from magnesim.body.brain import CSF_IONISED
from magnesim.body.notation import Output, parameter

NMDA_OPEN = 1 / (
    1
    + CSF_IONISED
    / parameter("nmda_block_half")
    * sp.exp(parameter("nmda_block_slope") * parameter("nmda_depth"))
)

_shortfall = (parameter("serum_reference") - SERUM) / parameter("calcitriol_depletion_serum_fall")
CALCITRIOL = 1 - parameter("calcitriol_depletion_fall") * sp.Max(0, _shortfall)

PTH_RELEASE = SERUM**8 / (parameter("pth_switch") ** 8 + SERUM**8)

OUTPUTS = (
    Output("nmda_open_fraction", NMDA_OPEN, "1", "share of NMDA channels not blocked by magnesium"),
    Output("calcitriol_relative", CALCITRIOL, "1", "calcitriol against its value at the reference serum"),
    Output(
        "pth_release_relative", PTH_RELEASE, "1", "share of parathyroid release that low magnesium leaves"
    ),
)
