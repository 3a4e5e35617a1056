"""Every wrong cell of a package is named by file, row and column; the shipped packages have none."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from magnesim.data import DATA_DIR, corrections, descriptor, records, table
from magnesim.data.laws import laws, units
from magnesim.data.validation import PACKAGES, check_package

SHARED = Path(__file__).parents[2] / "shared"


def copy_of(package: str, folder: Path) -> Path:
    target = folder / package
    shutil.copytree(DATA_DIR / package, target)
    return target


def rewrite(file: Path, row: int, old: str, new: str) -> None:
    """Change one passage of one line, the header being line 1."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[row - 1], lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    file.write_text("".join(lines), encoding="utf-8")


def set_cell(file: Path, row: int, column: str, value: str) -> None:
    import csv

    with file.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    lines[row - 1][lines[0].index(column)] = value
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)


@pytest.mark.parametrize("package", PACKAGES)
def test_shipped_packages_have_no_problems(package: str) -> None:
    assert check_package(DATA_DIR / package / "datapackage.json") == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_shipped_table_loads_with_the_columns_of_its_descriptor(package: str) -> None:
    for name, resource in descriptor(package).items():
        assert table(package, name).columns == [field["name"] for field in resource["schema"]["fields"]]
    assert len(records("safety", "products")) == 42


def test_every_correction_still_matches_one_cell() -> None:
    import csv

    for fix in corrections():
        with (DATA_DIR / fix["package"] / f"{fix['table']}.csv").open(encoding="utf-8", newline="") as file:
            cells = [
                row[fix["column"]] for row in csv.DictReader(file) if row[fix["key_column"]] == fix["key"]
            ]
        assert cells == [fix["from"]], fix
        assert fix["reason"]
        corrected = [
            row[fix["column"]]
            for row in records(fix["package"], fix["table"])
            if row[fix["key_column"]] == fix["key"]
        ]
        assert corrected in ([None if not fix["to"] else fix["to"]], [float(fix["to"] or "nan")])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the curated tables are not beside the repository")
@pytest.mark.parametrize("package", PACKAGES)
def test_every_curated_row_ships_byte_for_byte_and_in_its_place(package: str) -> None:
    for file in sorted((DATA_DIR / package).glob("*.csv")):
        assert file.read_bytes().startswith((SHARED / package / file.name).read_bytes()), file.name


def test_loading_is_lazy() -> None:
    code = "import sys, magnesim.data; print('polars' in sys.modules, 'pydantic' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["False", "False"]


WRONG_CELLS = [
    # package, file, row, column, value, a word of what is allowed
    ("evidence", "studies.csv", 2, "year", "2O12", "whole number"),
    ("evidence", "studies.csv", 2, "year", "1812", "1900"),
    ("evidence", "studies.csv", 2, "year", "2031", "2027"),
    ("evidence", "studies.csv", 2, "design", "rct", "rct_parallel"),
    ("evidence", "studies.csv", 2, "study_id", "", "text"),
    ("evidence", "studies.csv", 2, "pmid", "PMID 5", "digits"),
    ("evidence", "studies.csv", 2, "doi", "doi:10.1/x", "10."),
    ("evidence", "studies.csv", 2, "source_url", "pmc.ncbi.nlm.nih.gov", "https://"),
    ("evidence", "studies.csv", 2, "pct_female", "101", "100"),
    ("evidence", "arms.csv", 2, "elemental_mg_per_day", "-1", "0"),
    ("evidence", "arms.csv", 2, "elemental_mg_per_day", "1_000", "number"),
    ("evidence", "arms.csv", 2, "elemental_mg_per_day", "nan", "number"),
    ("evidence", "arms.csv", 2, "elemental_mg_per_day", "1e999", "number"),
    ("evidence", "results.csv", 2, "sd_baseline", "-0.06", "0"),
    ("evidence", "results.csv", 2, "unit", "mmol per litre", "units.csv"),
    ("evidence", "results.csv", 2, "n", "-4", "0"),
    ("evidence", "contrasts.csv", 2, "estimate", "0.4", "ci_high"),
    ("evidence", "contrasts.csv", 2, "estimate", "0.01", "ci_low"),
    ("evidence", "contrasts.csv", 2, "se_derived", "-0.01", "0"),
    ("evidence", "contrasts.csv", 2, "p_value", "1.2", "1"),
    ("evidence", "contrasts.csv", 2, "null_without_numbers", "yes", "true or false"),
    ("evidence", "contrasts.csv", 2, "study_id", "nobody1900", "studies.csv"),
    ("evidence", "kinetics.csv", 2, "mean", "0,29", "number"),
    ("evidence", "compounds.csv", 2, "elemental_fraction", "0", "more than 0"),
    ("evidence", "compounds.csv", 2, "elemental_fraction", "8.5", "1"),
    ("safety", "facts.csv", 2, "unit", "milligrams", "units.csv"),
    ("safety", "interactions.csv", 3, "separation_before_h", "0", "more than 0"),
    ("safety", "dosing.csv", 4, "ul_supplement_mg", "65 mg", "number"),
    ("safety", "products.csv", 23, "elemental_mg", "440", "typical_unit_salt_mg"),
    ("safety", "contraindications.csv", 2, "action", "avoid", "do_not_use"),
]


@pytest.mark.parametrize(("package", "file", "row", "column", "value", "allowed"), WRONG_CELLS)
def test_a_wrong_cell_is_named(
    package: str, file: str, row: int, column: str, value: str, allowed: str, tmp_path: Path
) -> None:
    folder = copy_of(package, tmp_path)
    set_cell(folder / file, row, column, value)
    problems = check_package(folder / "datapackage.json")
    named = [
        problem for problem in problems if (problem.file, problem.row, problem.column) == (file, row, column)
    ]
    assert len(named) == 1, problems
    assert allowed in named[0].allowed
    for part in (file, f"row {row}", column):
        assert part in str(named[0])
    assert "\n" not in str(named[0])
    assert str(tmp_path) not in str(named[0])


def test_swapped_limits_are_named(tmp_path: Path) -> None:
    folder = copy_of("evidence", tmp_path)
    rewrite(folder / "contrasts.csv", 2, ",0.02,0.06,", ",0.06,0.02,")
    assert "ci_low" in {problem.column for problem in check_package(folder / "datapackage.json")}


def test_a_repeated_key_names_both_rows(tmp_path: Path) -> None:
    folder = copy_of("safety", tmp_path)
    first = (folder / "facts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "facts.csv").write_text("".join([*first, first[1]]), encoding="utf-8")
    (problem,) = check_package(folder / "datapackage.json")
    assert (problem.file, problem.row, problem.column) == ("facts.csv", len(first) + 1, "key")
    assert "row 2" in problem.given


def test_a_row_after_a_cell_with_a_line_break_keeps_its_line(tmp_path: Path) -> None:
    folder = copy_of("safety", tmp_path)
    rewrite(folder / "facts.csv", 2, "default gate for the planner", '"default gate\nfor the planner"')
    rewrite(folder / "facts.csv", 4, ",360,", ",many,")
    (problem,) = check_package(folder / "datapackage.json")
    assert (problem.row, problem.column) == (4, "value")


def test_units_of_other_packages_may_be_let_pass(tmp_path: Path) -> None:
    folder = copy_of("evidence", tmp_path)
    set_cell(folder / "kinetics.csv", 2, "unit", "furlongs")
    assert check_package(folder / "datapackage.json", known_units=False) == []


def broken_files(folder: Path, how: str) -> None:
    file = folder / "products.csv"
    text = file.read_text(encoding="utf-8")
    whole = {
        "empty": b"",
        "binary": b"PK\x03\x04\x00\x00" + bytes(range(256)),
        "latin": text.replace("oxide", "oxyd\u00e9").encode("latin-1"),
        "html": b"<html><body>not found</body></html>\n",
        "open quote": (text + '"never closed\n').encode(),
        "extra cell": text.replace("hydroxide,", "hydroxide,,", 1).encode(),
        "renamed": text.replace("elemental_mg,", "elemental_mass,", 1).encode(),
        "swapped": text.replace("compound,label_form", "label_form,compound", 1).encode(),
        "huge cell": (text + "x" * 200_000 + ",,,,,,\n").encode(),
        "nul": text.replace("oxide", "ox\0ide").encode(),
    }
    if how == "missing":
        file.unlink()
    elif how == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(whole[how])


@pytest.mark.parametrize(
    ("how", "row"),
    [
        ("missing", None),
        ("folder", None),
        ("empty", None),
        ("binary", 2),
        ("latin", 2),
        ("html", 1),
        ("open quote", 44),
        ("extra cell", 3),
        ("renamed", 1),
        ("swapped", 1),
        ("huge cell", 44),
        ("nul", None),
    ],
)
def test_a_broken_file_is_a_problem_and_not_a_traceback(how: str, row: int | None, tmp_path: Path) -> None:
    folder = copy_of("safety", tmp_path)
    broken_files(folder, how)
    problems = check_package(folder / "datapackage.json")
    assert problems
    assert {problem.file for problem in problems} == {"products.csv"}
    assert problems[0].row == row


FIELD = {"name": "x"}
BROKEN_RESOURCES = [
    {},
    3,
    {"name": "a", "path": "../../etc/passwd", "schema": {"fields": [FIELD]}},
    {"name": "a", "path": ["a.csv"], "schema": {"fields": [FIELD]}},
    {"name": "a", "path": "a.csv", "schema": {"fields": []}},
    {"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "x", "type": "blob"}]}},
    {"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "x", "type": []}]}},
    {"name": "a", "path": "a.csv", "schema": {"fields": [FIELD], "primaryKey": "y"}},
    {"name": "a", "path": "a.csv", "schema": {"fields": [FIELD], "foreignKeys": [1]}},
]
BROKEN_DESCRIPTORS = ["", "[]", "{}", *(json.dumps({"resources": [broken]}) for broken in BROKEN_RESOURCES)]


@pytest.mark.parametrize("text", BROKEN_DESCRIPTORS)
def test_a_broken_descriptor_is_a_problem_and_not_a_traceback(text: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    problems = check_package(tmp_path / "datapackage.json")
    assert problems
    assert {problem.file for problem in problems} == {"datapackage.json"}


@pytest.mark.parametrize(
    "constraints", [{"pattern": "("}, {"enum": 3}, {"minimum": "low"}, {"enum": ["a"], "pattern": "a"}]
)
def test_constraints_that_cannot_hold_are_a_problem(constraints: dict[str, object], tmp_path: Path) -> None:
    field = {"name": "x", "type": "number", "constraints": constraints}
    resource = {"name": "a", "path": "a.csv", "schema": {"fields": [field]}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    assert check_package(tmp_path / "datapackage.json")


def test_a_missing_descriptor_is_a_problem(tmp_path: Path) -> None:
    (problem,) = check_package(tmp_path / "datapackage.json")
    assert problem.given == "missing"


def test_every_law_names_a_shipped_column_and_says_why() -> None:
    for law in laws():
        assert law.why
        columns = {
            field["name"]
            for package in PACKAGES
            for name, resource in descriptor(package).items()
            if law.concerns(package, name)
            for field in resource["schema"]["fields"]
        }
        assert law.column in columns, law


def test_every_unit_has_a_kind_of_quantity() -> None:
    assert all(row["quantity"] for row in units().values())
    assert len(units()) > 200
