"""`python -m magnesim.cli`: the same as `magnesim`."""

from magnesim.cli import main

main()
