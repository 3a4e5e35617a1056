"""The article checker: what an article claims of magnesium, what of that holds, and what it leaves out.

`reading` cuts an article into units, `language` labels them, `citations` resolves their sources, `verdicts`
judges them and `check` puts all of it together. `tables` reads the tables, which `tables.csv` describes.
"""
