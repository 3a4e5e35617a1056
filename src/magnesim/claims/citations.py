"""Finds the source that a sentence names, looks it up in the shipped studies, and says what is wrong with it.

Three ways lead to a study: a number (DOI, PMID, registration), an author with a year, or a description such
as "a 12-week trial with 400 mg". What is told of the study is then held against its own row: who was studied,
how, what was measured and what came out. The first problem that fits is named.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from magnesim.claims.labels import Citation, Labels
from magnesim.data import records

HERE = Path(__file__).parent
NAME_LIKENESS = 83.0
"""Least likeness (0-100) of two family names of six letters or more: one may be wrong, or two swapped.

The first letter must be right, and the year too: Garrison is not Harrison."""

POOLS = frozenset(("meta_analysis", "systematic_review"))
TRIALS = frozenset(("rct_parallel", "rct_crossover", "open_label"))
NOT_PEOPLE = frozenset(("animal", "in_vitro"))
_DESIGN_NAMES = {
    "rct_parallel": "one randomised trial", "rct_crossover": "one randomised crossover trial",
    "open_label": "an open study without masking", "balance": "a balance study", "kinetic": "a kinetic study",
    "cross_sectional": "a cross-sectional survey", "meta_analysis": "a meta-analysis", "cohort": "a cohort",
    "systematic_review": "a systematic review", "guideline": "a guideline", "case_report": "a case report",
    "animal": "an animal experiment", "in_vitro": "an experiment on cells",
}  # fmt: skip


# ------------------------------------------------------------------------------------------------- the tables


@dataclass(frozen=True)
class Study:
    """What the tables hold of one study, gathered from their rows."""

    row: dict[str, Any]
    arms: tuple[dict[str, Any], ...] = ()
    contrasts: tuple[dict[str, Any], ...] = ()
    measured: frozenset[str] = frozenset()
    told: str = ""

    @property
    def id(self) -> str:
        return str(self.row["study_id"])

    @property
    def design(self) -> str:
        return str(self.row["design"] or "")

    @property
    def name(self) -> str:
        """Author and year as a reader knows them."""
        who = self.row["first_author"] or self.id
        return f"{who} {self.row['year']}" if self.row["year"] else str(who)

    @property
    def salts(self) -> frozenset[str]:
        """The salts that were given, without those the tables cannot name."""
        given = {str(arm["compound"]) for arm in self.arms if arm["role"] != "placebo"}
        return frozenset(given - {"none", "unspecified", "mixed", "diet", "None"})

    @property
    def sizes(self) -> frozenset[int]:
        """Every count of people that may fairly be quoted."""
        counts = [self.row["n_randomised"], self.row["n_analysed"], *(arm["n_arm"] for arm in self.arms)]
        return frozenset(int(count) for count in counts if count)

    @property
    def doses(self) -> frozenset[float]:
        return frozenset(
            float(arm["elemental_mg_per_day"]) for arm in self.arms if arm["elemental_mg_per_day"]
        )


@cache
def studies() -> dict[str, Study]:
    """All shipped studies by their key."""
    arms, contrasts, results = (_grouped(name) for name in ("arms", "contrasts", "results"))
    facts = _facts_by_source()
    found = {}
    for row in records("evidence", "studies"):
        key = str(row["study_id"])
        outcomes = {str(item["outcome"]) for item in contrasts.get(key, []) + results.get(key, [])}
        statements = [text for mark in (row["pmid"], row["doi"]) if mark for text in facts.get(str(mark), [])]
        told = " ".join([str(row["population"] or ""), str(row["condition"] or ""), *statements])
        told += " " + _without_denials(str(row["notes"] or ""))
        found[key] = Study(
            row, tuple(arms.get(key, [])), tuple(contrasts.get(key, [])), frozenset(outcomes), told
        )
    return found


def _grouped(name: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in records("evidence", name):
        found.setdefault(str(row["study_id"]), []).append(row)
    return found


@cache
def _facts_by_source() -> dict[str, list[str]]:
    """Statements of the facts by the PMID and the DOI that they come from."""
    found: dict[str, list[str]] = {}
    for row in records("evidence", "facts"):
        for mark in {str(row["pmid"] or ""), str(row["doi"] or "")} - {""}:
            found.setdefault(mark, []).append(str(row["statement"] or ""))
    return found


def _without_denials(notes: str) -> str:
    """Notes without parts such as "measures no GABA", which name what was not measured."""
    parts = re.split(r"[.;|]", notes)
    return " ".join(
        part for part in parts if not re.search(r"\b(?:no|not|never|without|none)\b", part, re.IGNORECASE)
    )


@dataclass(frozen=True)
class _Topic:
    """What counts as having measured a topic, and how a sentence names it."""

    outcomes: frozenset[str]
    conditions: frozenset[str]
    words: re.Pattern[str] | None
    said: re.Pattern[str] | None


@cache
def topics() -> dict[str, _Topic]:
    """The table `topic_outcomes.csv`."""
    return {row["topic"]: _topic(row) for row in _own_table("topic_outcomes.csv")}


def _topic(row: Mapping[str, str]) -> _Topic:
    words, said = (re.compile(row[key], re.IGNORECASE) if row[key] else None for key in ("words", "said"))
    return _Topic(_split(row["outcomes"]), _split(row["conditions"]), words, said)


def _split(cell: str) -> frozenset[str]:
    return frozenset(part for part in cell.split(";") if part)


def _own_table(name: str) -> list[dict[str, str]]:
    path = HERE / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _authorities() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile(row["pattern"]), row["what"], row["study_id"]) for row in _own_table("authorities.csv")
    )


def plain(name: str) -> str:
    """A name in small letters without accents, hyphens and blanks."""
    bare = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in bare.lower() if letter.isalpha() and letter.isascii())


@cache
def _authors() -> dict[str, tuple[str, ...]]:
    """Studies by the plain family name of their first author; half of a double name will do."""
    found: dict[str, set[str]] = {}
    for study in studies().values():
        author = str(study.row["first_author"] or "")
        if not author or "(" in author or author in ("not printed", "not seen", "company"):
            continue
        names = {plain(author), *(plain(part) for part in re.split(r"[- ]", author) if len(part) >= 5)}
        for name in names - {""}:
            found.setdefault(name, set()).add(study.id)
    return {name: tuple(sorted(keys)) for name, keys in found.items()}


@cache
def studies_of_author(name: str) -> tuple[str, ...]:
    """Keys of the studies whose first author bears a name, small slips of spelling allowed."""
    wanted = plain(name)
    exact = _authors().get(wanted)
    if exact:
        return exact
    if len(wanted) < 6:
        return ()
    near = [
        (fuzz.ratio(wanted, other), other)
        for other in _authors()
        if len(other) >= 6 and other[0] == wanted[0]
    ]
    best = max(near, default=(0.0, ""))
    return _authors()[best[1]] if best[0] >= NAME_LIKENESS else ()


@cache
def _named_in_facts(name: str) -> bool:
    """Whether a fact of the tables, though no study, is named after an author."""
    wanted = plain(name)
    return len(wanted) >= 5 and any(
        wanted in re.split(r"[._]", str(row["fact_id"])) for row in records("evidence", "facts")
    )


# ------------------------------------------------------------------------------------------ what is mentioned


@dataclass(frozen=True)
class Mention:
    """A source as a sentence names it.

    Attributes:
        written: the words.
        names: family names in it.
        year: the year, if told.
        details: how many things could identify it.
        found: keys of the studies that it may be.
        known: it is in the tables, though perhaps not as a study.
        missing: why it is not there, in a sentence.
        column: the column of the studies that a number was looked up in.
    """

    written: str
    names: tuple[str, ...] = ()
    year: int | None = None
    details: int = 0
    found: tuple[str, ...] = ()
    known: bool = False
    missing: str = ""
    column: str = ""


_YEAR = re.compile(r"\b(?:19[4-9]\d|20[0-4]\d)\b(?!\s?(?:mg|people|women|men|adults|patients))")
_NAME = r"(?:(?:de|da|van|von|del|El|EL|Mc)\s?)?[A-Z][a-zà-öø-ÿ]+(?:-[A-Z][a-zà-öø-ÿ]+)?"
_FELLOWS = (
    r"(?:(?:and|&|,)\s+(?:her |his |their )?"
    rf"(?:colleagues|co-?workers|others|associates|team|collaborators|{_NAME}))"
)
_STUDY_WORD = (
    r"(?:stud(?:y|ies)|trials?|experiments?|reviews?|reviewers|meta-?\s?analys[ie]s|surveys?|cohorts?|RCTs?|"
    r"papers?|pool(?:ed)?|pilot|team|group|work|analysis|article|findings|report)"
)
_AUTHORS = (
    re.compile(rf"(?P<name>{_NAME})(?:,?\s+[A-Z]{{1,3}}\.?)*,?\s+et\.?\s+al\b"),
    re.compile(rf"(?P<name>{_NAME})\s+{_FELLOWS}"),
    re.compile(rf"(?P<name>{_NAME})(?:,?\s+[A-Z]{{1,3}}\.?)*(?:,\s*|\s+\(?|\s*\()(?=(?:19|20)\d\d\b)"),
    re.compile(rf"(?P<name>{_NAME})[’']s?\s+(?:(?:19|20)\d\d|(?:\w+[- ]){{0,3}}{_STUDY_WORD})\b"),
    re.compile(rf"\bby\s+(?P<name>{_NAME})\b"),
)
_NO_NAMES_WORDS = """
    an be do he is it me my no or so to up us as neuropharmacology bone pain headache neurology gut diabetes
    a about after although american among and around as at because before between both british but
    by calcium canadian chinese citrate climacteric cochrane danish does dutch during earlier every
    european finally for french from german glycinate here how however if in indian iranian italian
    january february march april may june july august september october november december japanese
    journal lancet later magnesium melatonin many medicine more most nature newer norwegian
    nutrients nutrition of older on one only other our over oxide people published recent recently
    research researchers review scientists several since sleep some spanish studies study swedish
    swiss thai that the their these this those threonate through trial trials turkish two until
    vitamin we what when where while with women your zinc america europe germany britain today omega
    potassium ferritin iron menopause pubmed
"""
_NO_NAMES = frozenset(_NO_NAMES_WORDS.split())
_DOI = re.compile(
    r"\b10\.\d{4,9}/[^\s\"'<>)\]}]+|\bdoi:?\s*(?:https?://\S+/)?(?:x{3,}|10\.x+\S*)", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"^10\.(?:1234|0000|9999|12345|00000?|1000|5555)/|x{3,}|/(?:0{4,}|12345|example|placeholder)|\.{3}",
    re.IGNORECASE,
)
_PMID = re.compile(r"\bPMID:?\s*#?(\d{5,9})\b|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{5,9})\b", re.IGNORECASE)
_PMC = re.compile(r"\bPMC\s?(\d{5,9})\b")
_REGISTRATION = re.compile(
    r"\b(?:NCT\d{8}|ISRCTN\d{8}|IRCT[0-9A-Z]{8,}|ACTRN\d{14}|DRKS\d{8}|UMIN\d{9}|CTRI/\d{4}/\d+/\d+)\b"
)
_NUMBERED = re.compile(r"\[\^?(\d{1,3})(?:\s?[,–-]\s?\d{1,3})*\]")
_VAGUE = re.compile(
    r"\b(?:research(?:ers)?|studies|study|trials?|clinically (?:proven|tested|shown)|scientifically|"
    r"science|scientists|evidence|meta-?analys[ie]s|reviews?|reviewing|surveys?|literature|(?:cross-sectional|"
    r"observational|clinical|epidemiological|trial) data|experts say|"
    r"doctors (?:say|agree)|experiments?|cohorts?)\b",
    re.IGNORECASE,
)


def mentions(text: str, labels: Labels, references: Mapping[str, str]) -> Iterator[Mention]:
    """The sources of a sentence: numbers first, then authors, then numbered references."""
    yield from _by_number(text)
    yield from _by_author(text, labels)
    for found in _NUMBERED.finditer(text):
        reference = references.get(found.group(1))
        if reference:
            yield _of_reference(found.group(), reference, labels)


def _of_reference(mark: str, reference: str, labels: Labels) -> Mention:
    """The source behind a number of the reference list; only its first author and year count."""
    inner = _unless_replaced([*_by_number(reference), _first_author(reference, labels)])[0]
    return replace(inner, written=f"{mark} {inner.written}")


def _first_author(reference: str, labels: Labels) -> Mention:
    """A reference in the form "Nielsen FH, Johnson LK. Title. Journal 2010"."""
    name = re.match(rf"\W*(?P<name>{_NAME})", reference)
    year = _YEAR.search(reference)
    if not name or not year:
        return Mention(
            reference[:80], details=2, missing="The reference names no author and year to look up."
        )
    return _looked_up(reference[:80], (name["name"],), int(year.group()), labels, reference)


def _unless_replaced(items: list[Mention]) -> list[Mention]:
    """Mentions without numbers that the tables lack for a study which its author and year do identify."""
    authored = [studies()[item.found[0]] for item in items if item.names and item.found]
    kept = []
    for item in items:
        column = item.column
        lacking = column and not item.known and any(not study.row[column] for study in authored)
        if not lacking:
            kept.append(item)
    return kept


def _by_number(text: str) -> Iterator[Mention]:
    """DOIs, PMIDs, PMC and registration numbers."""
    for found in _DOI.finditer(text):
        doi = found.group().rstrip(".,;").lower()
        if _PLACEHOLDER.search(doi):
            yield Mention(found.group(), details=2, missing=f"The DOI {doi} is a placeholder, not a source.")
        else:
            yield _numbered(found.group().rstrip(".,;"), "doi", doi)
    for found in _PMID.finditer(text):
        yield _numbered(found.group(), "pmid", found.group(1) or found.group(2))
    for pattern in (_PMC, _REGISTRATION):
        for found in pattern.finditer(text):
            yield _in_notes(found.group())


def _numbered(written: str, column: str, value: str) -> Mention:
    keys = tuple(key for key, study in studies().items() if str(study.row[column] or "").lower() == value)
    if keys:
        return Mention(written, details=2, found=keys, known=True)
    known = any(str(mark).lower() == value for mark in _facts_by_source())
    missing = f"{written} stands in none of the tables."
    return Mention(written, details=2, known=known, missing=missing, column=column)


def _in_notes(written: str) -> Mention:
    """A number that the tables keep in their notes or addresses; a registration alone has no results."""
    mark = written.replace(" ", "")
    keys = tuple(
        key for key, study in studies().items() if mark in f"{study.row['notes']} {study.row['source_url']}"
    )
    return Mention(written, details=2, found=keys, missing=f"{written} stands in the tables with no results.")


def _by_author(text: str, labels: Labels) -> Iterator[Mention]:
    """Sources named by an author; names joined by "and" are one source."""
    taken: list[tuple[int, int]] = []
    years = [(found.start(), int(found.group())) for found in _YEAR.finditer(text)]
    study_word = re.search(rf"\b{_STUDY_WORD}\b", text, re.IGNORECASE)
    for pattern in _AUTHORS:
        for found in pattern.finditer(text):
            name = found["name"]
            overlaps = any(begin < found.end() and found.start() < end for begin, end in taken)
            if overlaps or plain(name) in _NO_NAMES:
                continue
            year = _nearest(years, found.start())
            if year is None and not (study_word or studies_of_author(name) or _named_in_facts(name)):
                continue
            taken.append((found.start(), found.end() + 12))
            yield _looked_up(_written(text, found), (name,), year, labels, text)


def _nearest(years: list[tuple[int, int]], place: int) -> int | None:
    return min(years, key=lambda item: abs(item[0] - place))[1] if years else None


def _written(text: str, found: re.Match[str]) -> str:
    """The words of the source, with a year close behind it."""
    year = _YEAR.search(text, found.start(), min(len(text), found.end() + 40))
    end = year.end() if year else found.end()
    end += text[end : end + 1] == ")" and "(" in text[found.start() : end]
    return text[found.start() : end].strip(" ,")


def _looked_up(written: str, names: tuple[str, ...], year: int | None, labels: Labels, text: str) -> Mention:
    """An author and perhaps a year, looked up in the studies."""
    keys = studies_of_author(names[0])
    fitting = tuple(key for key in keys if year is None or studies()[key].row["year"] in (year, None))
    dated = tuple(key for key in fitting if studies()[key].row["year"] == year) or fitting
    told = Details.of(text, labels)
    details = 1 + (year is not None) + told.count
    if dated:
        return Mention(written, names, year, details, _by_fit(dated, told, labels), known=True)
    if not keys and _named_in_facts(names[0]):
        return Mention(written, names, year, details, known=True)
    return Mention(written, names, year, details, missing=_why_missing(names[0], year, keys))


def _why_missing(name: str, year: int | None, keys: tuple[str, ...]) -> str:
    if keys and year:
        held = " and ".join(sorted({str(studies()[key].row["year"]) for key in keys}))
        return f"The tables hold {name} of {held}, not of {year}."
    return f"No study of {name}{f' {year}' if year else ''} stands in the tables."


def _by_fit(keys: tuple[str, ...], told: Details, labels: Labels) -> tuple[str, ...]:
    """Studies of one author, the one that fits the words best first."""

    def fit(key: str) -> tuple[bool, float]:
        study = studies()[key]
        return measures(study, labels.topic), told.points(study)[0]

    return tuple(sorted(keys, key=fit, reverse=True))


# ----------------------------------------------------------------------------------- details of a description

_COUNTED = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
"""
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
_NUMBER_WORDS = {word: value for value, word in enumerate(_COUNTED.split())} | _TENS | {"a": 1, "half": 0}
_NUMBER = r"(\d[\d,]*(?:\.\d+)?|" + "|".join(word for word in _NUMBER_WORDS if len(word) > 2) + ")"
_PEOPLE = (
    r"(?:people|persons?|women|men|patients|adults|nurses|survivors|pensioners|volunteers|participants|students|"
    r"athletes|subjects|children|individuals|cadets|mothers|sufferers|girls|boys|seniors|players)"
)
_SIZE = re.compile(rf"\b{_NUMBER}\s+(?:[a-z][\w-]*\s+){{0,4}}?{_PEOPLE}\b|\bn\s?=\s?(\d+)", re.IGNORECASE)
_SPAN = re.compile(rf"\b{_NUMBER}[- ](day|week|month|year)s?\b|\b(a) (week|month|year)\b", re.IGNORECASE)
_DOSE = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)(?:\s?(?:,|or|and|to|-|–)\s?(\d[\d,]*(?:\.\d+)?))?\s?mg\b(?!/)", re.IGNORECASE
)
_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 4.345, "year": 52.0}
_AGE = re.compile(r"\b(?:over|past|above|under|aged?|older than)\s+$", re.IGNORECASE)
_LANDS = {
    "Thai": "Thailand", "Norwegian": "Norway", "German": "Germany", "Danish": "Denmark", "Swedish": "Sweden",
    "Iranian": "Iran", "Turkish": "Turkey", "Dutch": "Netherlands", "Italian": "Italy", "Israeli": "Israel",
    "American": "USA", "US": "USA", "British": "UK|United Kingdom", "Japanese": "Japan", "Mexican": "Mexico",
    "Brazilian": "Brazil", "French": "France", "Swiss": "Switzerland", "Austrian": "Austria",
    "Canadian": "Canada",
    "Spanish": "Spain", "Indian": "India", "Polish": "Poland", "Serbian": "Serbia", "Australian": "Australia",
    "Chinese": "China", "Belgian": "Belgium", "Egyptian": "Egypt", "Argentinian": "Argentina",
    "Argentine": "Argentina", "Finnish": "Finland", "Pakistani": "Pakistan",
}  # fmt: skip
_LAND = re.compile(r"\b(" + "|".join(_LANDS) + r")s?\b")
_GROUPS = {
    r"breast.cancer": r"breast cancer",
    r"metabolic syndrome": r"metabolic.syndrome",
    r"osteopor": r"osteopor",
    r"pregnan|expectant": r"pregnan",
    r"diabet": r"diabet|t2d|NIDDM",
    r"insomni": r"insomn",
    r"restless.legs": r"RLS|restless",
    r"post.?menopausal": r"postmenopaus|menopaus",
    r"elderly|older|pensioner|seniors?\b|over.?sixt": r"older|elder|60|65|over 5|geriatric",
    r"hypertens|high blood pressure": r"hypertens",
    r"healthy": r"healthy",
    r"student": r"student",
    r"athlete|rugby|taekwondo|trained": r"athlet|rugby|tae|train|active",
    r"cadet|soldier": r"cadet|milit",
    r"fibromyalgia": r"fibromyalgia",
    r"polycystic": r"polycystic",
    r"(?:stressed)\b": r"stress",
    r"depress": r"depress",
    r"migraine": r"migraine",
    r"kidney disease|CKD": r"CKD|kidney",
}
_POOL_WORDS = re.compile(
    r"\bmeta-?\s?analys[ie]s|\bpool(?:ed|s|ing)?\b|systematic review|\breview(?:ers|s|ed)?\b|"
    r"Cochrane|\bumbrella\b",
    re.IGNORECASE,
)
_TRIAL_WORDS = re.compile(r"\b(?:trial|experiment|RCT|crossover|cross-over|randomi[sz]ed)\b", re.IGNORECASE)
_MASKED_WORDS = re.compile(
    r"placebo[- ]controlled|(?:double|single)[- ]blind|\bblinded\b|\bplacebo\b", re.IGNORECASE
)
_RANDOM_WORDS = re.compile(r"\brandomi[sz]ed|\bRCT\b", re.IGNORECASE)
_WATCHED_WORDS = re.compile(r"\bcohort|\bsurvey|cross-sectional|observational|epidemiolog", re.IGNORECASE)
_ANIMAL_WORDS = re.compile(
    r"\b(?:mice|mouse|rats?|animals?|rodents?|cells?|dogs?|frogs?|sheep|in vitro|"
    r"murine|lab(?:oratory)? dish)\b",
    re.IGNORECASE,
)
_STUDY_SINGULAR = re.compile(
    r"\b(?:study|trial|experiment|review|meta-?\s?analysis|survey|cohorts?|RCT|pilot|reviewers|pool(?:ed)?|"
    r"analysis)\b|\bone from (?:19|20)\d\d",
    re.IGNORECASE,
)


_OF_STUDIES = re.compile(
    rf"\b{_NUMBER}\s+(?:[a-z-]+\s+){{0,3}}?(?:trials|studies|RCTs|cohorts|reports)\b", re.IGNORECASE
)
_PLACES = re.compile(
    r"Framingham|Women[’']s Health Initiative|Nurses[’'] Health|NHANES|PREVEND|Harvard|Stanford|Oxford|Yale|"
    r"Mayo Clinic|Johns Hopkins|New England Journal|\b(?:The )?Lancet|\bJAMA\b|\bBMJ\b|Journal of [A-Z]\w+|"
    r"University of [A-Z]\w+|[A-Z]\w+ University|Climacteric|Nutrients"
)


def _study_counts(text: str) -> tuple[float, ...]:
    """Numbers of studies told, such as 34 in "34 trials"; a year is none."""
    return tuple(_number(found.group(1)) for found in _OF_STUDIES.finditer(_YEAR.sub(" ", text)))


def _number(word: str) -> float:
    low = word.lower()
    return float(_NUMBER_WORDS[low]) if low in _NUMBER_WORDS else float(low.replace(",", "").rstrip("."))


@dataclass(frozen=True)
class Details:
    """What a sentence tells of a study besides its author."""

    sizes: tuple[int, ...] = ()
    weeks: tuple[float, ...] = ()
    doses: tuple[float, ...] = ()
    lands: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    counts: tuple[float, ...] = ()
    places: tuple[str, ...] = ()
    year: int | None = None
    form: str = "any"
    pooled: bool = False
    masked: bool = False
    text: str = field(default="", repr=False)
    topic: str = ""

    @classmethod
    def of(cls, text: str, labels: Labels) -> Details:
        """The details in a sentence."""
        year = _YEAR.search(text)
        doses = [_number(part) for found in _DOSE.finditer(text) for part in found.groups() if part]
        return cls(
            sizes=tuple(_sizes(text)),
            weeks=tuple(_spans(text)),
            doses=tuple(doses),
            lands=tuple(_LANDS[found.group(1)] for found in _LAND.finditer(text)),
            groups=tuple(own for said, own in _GROUPS.items() if re.search(said, text, re.IGNORECASE)),
            counts=_study_counts(text),
            places=tuple(found.group() for found in _PLACES.finditer(text)),
            year=int(year.group()) if year else None,
            form=labels.form,
            pooled=bool(_POOL_WORDS.search(text)),
            masked=bool(_MASKED_WORDS.search(text)),
            text=text,
            topic=labels.topic,
        )

    @property
    def count(self) -> int:
        """How many details could identify a study; a pool with its outcome is two."""
        told = (self.sizes, self.weeks, self.doses, self.lands, self.groups, self.places, self.year)
        return sum(map(bool, told)) + self.masked + 2 * self.pooled

    def points(self, study: Study) -> tuple[float, int]:
        """How well a study fits, and by how many details; below zero if one of them contradicts it."""
        score, hits = 0.0, 0
        for told, held, agree, worth in self._comparisons(study):
            if not told or not held:
                continue
            if not agree:
                return -1.0, 0
            score, hits = score + worth, hits + 1
        if self.form in study.salts:
            score += 1
        elif self.form != "any" and study.salts:
            return -1.0, 0
        for group in self.groups:
            if re.search(group, study.told + " " + study.id, re.IGNORECASE):
                score, hits = score + 2, hits + 1
        return score, hits

    def _comparisons(self, study: Study) -> Iterator[tuple[bool, bool, bool, float]]:
        """For every hard detail: told, held by the tables, whether both agree, what it is worth."""
        row = study.row
        yield bool(self.sizes), bool(study.sizes), _any_near(self.sizes, study.sizes, 0.02), 3
        weeks = [float(row["duration_weeks"])] if row["duration_weeks"] else []
        yield bool(self.weeks), bool(weeks), _any_near(self.weeks, weeks, 0.1), 2
        yield bool(self.doses), bool(study.doses), _any_near(self.doses, study.doses, 0.05), 2
        lands = "|".join(self.lands)
        yield bool(lands), bool(row["country"]), bool(re.search(lands, str(row["country"]))), 2
        yield self.year is not None, bool(row["year"]), row["year"] == self.year, 2
        yield bool(self.counts), bool(_study_counts(study.told)), self._counts_agree(study), 3
        named = f"{study.told} {row['first_author']} {row['notes']} {row['funding']}"
        yield bool(self.places), True, all(place in named for place in self.places), 3
        yield self.pooled, True, study.design in POOLS, 2
        yield self.masked, bool(row["blinding"]), not is_open(study), 1

    def _counts_agree(self, study: Study) -> bool:
        return bool(set(self.counts) & set(_study_counts(study.told)))


def _any_near(told: Any, held: Any, share: float) -> bool:
    """Whether a figure that is told stands in the tables, within a share of it."""
    return any(abs(left - right) <= share * right + 1e-9 for left in told for right in held)


def _sizes(text: str) -> Iterator[int]:
    for found in _SIZE.finditer(text):
        number = found.group(1) or found.group(2)
        value = _number(number)
        if value >= 3 and not _AGE.search(text[: found.start()]):
            yield int(value)


def _spans(text: str) -> Iterator[float]:
    """Lengths of time in weeks; an age in years is none."""
    for found in _SPAN.finditer(text):
        number, unit = found.group(1) or found.group(3), found.group(2) or found.group(4)
        after = text[found.end() : found.end() + 4].lower()
        if not _AGE.search(text[: found.start()]) and not re.match(r"[- ]old", after):
            yield _number(number) * _WEEKS[unit.lower()]


def is_open(study: Study) -> bool:
    """Whether people knew what they took."""
    masking = str(study.row["blinding"] or "").lower()
    if study.design == "open_label":
        return True
    return study.design in TRIALS and bool(
        re.match(r"none|open\b|.*\bno placebo|.*not stated; no placebo", masking)
    )


def is_cochrane(study: Study) -> bool:
    """Whether a pool is a Cochrane review, by its number or its address."""
    row = study.row
    told = f"{row['study_id']} {row['doi']} {row['source_url']}"
    return study.design in POOLS and bool(re.search(r"cochrane|\bcd0\d{5}", told, re.IGNORECASE))


def by_description(text: str, labels: Labels) -> Mention | None:
    """The study that a sentence describes without naming it, if it describes one at all."""
    written = _STUDY_SINGULAR.search(text) or _PLACES.search(text)
    if not written:
        return None
    told = Details.of(text, labels)
    if told.count < 2:
        return None
    ranked = sorted(_fits(told, labels), reverse=True)
    words = written.group()
    if not ranked:
        return Mention(words, details=told.count, missing="No study in the tables fits this description.")
    best = [key for score, key in ranked if score == ranked[0][0]]
    if len(best) > 1 and told.pooled:
        # of several pools that fit, the newest stands for what is known
        best = [max(best, key=lambda key: studies()[key].row["year"] or 0)]
    return Mention(words, details=told.count, found=tuple(best) if len(best) == 1 else (), known=True)


def _fits(told: Details, labels: Labels) -> Iterator[tuple[float, str]]:
    """Studies that fit a description in two details at least, what was measured being one."""
    animals = bool(_ANIMAL_WORDS.search(told.text))
    for key, study in studies().items():
        score, hits = told.points(study)
        if score < 0 or (study.design in NOT_PEOPLE) != animals or study.design == "guideline":
            continue
        right_topic = measures(study, labels.topic)
        if "Cochrane" in told.text and is_cochrane(study):
            score += 2
        if hits + right_topic >= 2 and score + 2 * right_topic >= 4 and right_topic:
            yield score + 2 * right_topic, key


# ---------------------------------------------------------------------------------------- what may be wrong


def measures(study: Study, topic: str) -> bool:
    """Whether a study measured a topic; of topics without a table nothing is said against it."""
    rule = topics().get(topic)
    if rule is None:
        return True
    if rule.outcomes & study.measured or str(study.row["condition"]) in rule.conditions:
        return True
    return bool(rule.words and rule.words.search(study.told))


_DENIED = re.compile(
    r"\b(?:no|not|without|non|un|lacked|lacking|never)\b[^,.;]{0,15}$|\bopen\b[^.;]{0,20}$", re.IGNORECASE
)


def _affirmed(pattern: re.Pattern[str], text: str) -> bool:
    """Whether words stand in a sentence without a denial right before them."""
    return any(not _DENIED.search(text[: found.start()]) for found in pattern.finditer(text))


def species_problem(study: Study, text: str) -> str:
    """What is wrong if animals or cells are told as people."""
    if study.design in NOT_PEOPLE and not _ANIMAL_WORDS.search(text):
        who = re.split(r"[,(]", str(study.row["population"] or "animals"))[0].strip()
        return f"{study.name} is {_DESIGN_NAMES[study.design]} ({who}); no person took part."
    return ""


def design_problem(study: Study, text: str) -> str:
    """What is wrong if a study is told to be of a design that it is not."""
    told = f"{study.name} is {_DESIGN_NAMES.get(study.design, study.design)}"
    return (
        _kind_problem(study, text, told)
        or _masking_problem(study, text, told)
        or _mixture_problem(study, text)
        or _count_problem(study, text)
    )


def _kind_problem(study: Study, text: str, told: str) -> str:
    """A trial called a pool, a pool called a trial, or a survey taken for either."""
    watched = study.design in ("cross_sectional", "cohort")
    trial = study.design in TRIALS
    if (watched or trial or study.design in ("balance", "kinetic", "case_report")) and _affirmed(
        _POOL_WORDS, text
    ):
        return f"{told}, not a review or pool."
    if study.design in POOLS and _TRIAL_WORDS.search(text) and not _POOL_WORDS.search(text):
        return f"{told}, not a trial of its own."
    if watched and _TRIAL_WORDS.search(text):
        return f"{told}; nobody was given anything by chance."
    if trial and _affirmed(_WATCHED_WORDS, text):
        return f"{told}, not a survey or cohort."
    return ""


def _masking_problem(study: Study, text: str, told: str) -> str:
    """An open study called blinded, or one without a draw called randomised."""
    if is_open(study) and _affirmed(_MASKED_WORDS, text):
        return (
            f"{told if study.design == 'open_label' else study.name + ' was open'}: it had no masked placebo."
        )
    if study.design == "open_label" and _affirmed(_RANDOM_WORDS, text):
        return f"{told}, not a randomised trial."
    return ""


def _mixture_problem(study: Study, text: str) -> str:
    """A combination told as magnesium alone."""
    given = [arm for arm in study.arms if arm["role"] != "placebo" and arm["compound"] != "none"]
    added = {str(arm["cointervention"]) for arm in given if arm["cointervention"]}
    mixed = given and all(arm["cointervention"] for arm in given)
    harmless = re.compile(
        r"training|diet|care|chelate|thiazide|diuretic|furosemide|glycine|routine", re.IGNORECASE
    )
    if not mixed or any(harmless.search(item) for item in added):
        return ""
    words = {word for item in added for word in re.findall(r"[A-Za-z]\w+", item)} | {
        "combin",
        "plus",
        "with",
        "add",
    }
    if any(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words):
        return ""
    return f"{study.name} gave magnesium together with {sorted(added)[0]}, not alone."


def _count_problem(study: Study, text: str) -> str:
    """More studies claimed than a review holds."""
    if study.design not in POOLS:
        return ""
    held = _study_counts(str(study.row["population"] or ""))
    said = _study_counts(text)
    if held and said and max(said) > max(held):
        return f"{study.name} counts {max(held):g} studies, not {max(said):g}."
    return ""


def topic_problem(study: Study, labels: Labels) -> str:
    """What is wrong if a study did not measure what it is cited for."""
    if measures(study, labels.topic):
        return ""
    about = str(study.row["population"] or "other people").rstrip(".")
    shown = ", ".join(sorted(study.measured)[:3]).replace("_", " ") or about
    return f"{study.name} does not measure {labels.topic.replace('_', ' ')}; it is about {shown}."


_ABSOLUTE = re.compile(
    r"\b(?:prov(?:ed|es|en|ing)|always|every(?:one|body)?|all (?:women|men|people|adults)|any age|cures?|"
    r"guarantee\w*|"
    r"whatever|never|definitively|beyond doubt|once and for all|without exception|miracle)\b",
    re.IGNORECASE,
)
_MENOPAUSE_WORDS = re.compile(
    r"menopaus|women (?:over|past|above) (?:fifty|50)|woman (?:over|past) (?:fifty|50)", re.I
)
_BOTH_SIDES = re.compile(
    r"\b(?:but|while|although|though|yet|however|whereas|only in|except|not)\b", re.IGNORECASE
)


def overstatement(study: Study, text: str, labels: Labels) -> str:
    """What of a faithful source was stretched: people, salt, size, certainty or its result."""
    if study.design == "guideline":
        return ""
    checks = (_null_told_as_benefit, _benefit_told_as_null, _contrary_left_out, _salt_problem, _size_problem)
    for check in checks:
        problem = check(study, text, labels)
        if problem:
            return problem
    found = _ABSOLUTE.search(text)
    if found and labels.strength != "negated" and study.row["risk_of_bias"] != "low":
        bias = f"risk of bias {study.row['risk_of_bias']}"
        size = f"{min(study.sizes)} people, " if study.sizes and study.design in TRIALS else ""
        return f'"{found.group()}" says more than {study.name} can carry ({size}{bias}).'
    return _people_problem(study, text)


def _people_problem(study: Study, text: str) -> str:
    """Women at menopause told of a trial in other people."""
    others = study.design in TRIALS and study.row["menopause"] in ("mixed", "pre", "na")
    people = str(study.row["population"])
    if others and _MENOPAUSE_WORDS.search(text) and not re.search(r"menopaus", people, re.IGNORECASE):
        return f"{study.name} was not in menopausal women but in {people}."
    return ""


def named_topics(text: str, labels: Labels) -> list[str]:
    """The topic of a claim and the other outcomes that its sentence names."""
    others = [name for name, rule in topics().items() if rule.said and rule.said.search(text)]
    return [labels.topic, *(name for name in others if name != labels.topic)]


def _null(row: Mapping[str, Any]) -> bool:
    """Whether a comparison found no difference."""
    if row["null_without_numbers"]:
        return True
    low, high = row["ci_low"], row["ci_high"]
    nothing = 1.0 if row["effect_type"] in ("or", "rr", "ratio") else 0.0
    if low is not None and high is not None:
        return bool(low <= nothing <= high)
    return bool(row["p_value"] is not None and row["p_value"] > 0.05 and row["p_bound"] != "lt")


def _between(study: Study, topic: str) -> list[dict[str, Any]]:
    """Comparisons between arms on a topic; a change within both arms says nothing of magnesium."""
    rule = topics().get(topic)
    if rule is None:
        return []
    own = topics()[topic].outcomes
    return [
        row for row in study.contrasts
        if row["outcome"] in own and row["effect_type"] != "within_md"
        and row["treatment_arm"] != row["control_arm"]
    ]  # fmt: skip


_BENEFIT = frozenset(("improves", "increases", "decreases"))


def _null_told_as_benefit(study: Study, text: str, labels: Labels) -> str:
    if labels.direction not in _BENEFIT or labels.strength == "negated":
        return ""
    for topic in named_topics(text, labels):
        rows = _between(study, topic)
        per_outcome: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            per_outcome.setdefault(str(row["outcome"]), []).append(row)
        # on the topic itself one outcome in favour is enough; of a side topic a single null is one too many
        null = [name for name, group in per_outcome.items() if _speaks_null(group, topic != labels.topic)]
        if null and (len(null) == len(per_outcome) or topic != labels.topic):
            what = null[0].replace("_", " ")
            return f"{study.name} found no difference between magnesium and control in {what}."
    return ""


def _speaks_null(rows: list[dict[str, Any]], strict: bool) -> bool:
    return any(map(_null, rows)) if strict else all(map(_null, rows))


def _benefit_told_as_null(study: Study, text: str, labels: Labels) -> str:
    if labels.direction != "no_effect":
        return ""
    rows = _between(study, labels.topic)
    clear = [
        row for row in rows if not _null(row) and (row["ci_low"] is not None or row["p_value"] is not None)
    ]
    if rows and len(clear) == len(rows) and all(row["favours_magnesium"] == "yes" for row in rows):
        return f"{study.name} did find a difference in {str(rows[0]['outcome']).replace('_', ' ')}."
    return ""


def _contrary_left_out(study: Study, text: str, labels: Labels) -> str:
    """Two marks of the same topic moved apart and only one of them is told."""
    if labels.direction not in _BENEFIT or _BOTH_SIDES.search(text):
        return ""
    rule = topics().get(labels.topic)
    if rule is None or labels.topic not in ("bone_turnover", "hpa_cortisol", "lipids"):
        return ""
    treated = {arm["arm_id"] for arm in study.arms if arm["role"] == "treatment"}
    moved = {
        str(row["outcome"]): float(row["estimate"]) for row in study.contrasts
        if row["outcome"] in rule.outcomes and row["estimate"] is not None and not _null(row)
        and row["treatment_arm"] in treated
    }  # fmt: skip
    up = [name for name, value in moved.items() if value > 0]
    down = [name for name, value in moved.items() if value < 0]
    if up and down:
        return f"In {study.name} {up[0]} rose while {down[0]} fell; only one side is told."
    return ""


def _salt_problem(study: Study, text: str, labels: Labels) -> str:
    if labels.form == "any" or not study.salts or labels.form in study.salts or study.design not in TRIALS:
        return ""
    return f"{study.name} gave {' and '.join(sorted(study.salts))}, not {labels.form}."


_SALT_SHARES = (1.0, 0.16, 0.14, 0.08, 0.6, 0.12)
"""Magnesium in a salt by weight, for doses quoted as salt: citrate, glycinate, threonate, oxide, chloride."""


def _size_problem(study: Study, text: str, labels: Labels) -> str:
    """People, weeks or milligrams that are not those of the study."""
    if study.design not in TRIALS:
        return ""
    told = Details.of(text, labels)
    if told.sizes and study.sizes and not _any_near(told.sizes, _with_sums(study.sizes), 0.1):
        return f"{study.name} had {max(study.sizes)} people, not {told.sizes[0]}."
    weeks = study.row["duration_weeks"]
    if len(told.weeks) == 1 and weeks and not _any_near(told.weeks, [float(weeks)], 0.25):
        return f"{study.name} lasted {weeks:g} weeks, not {told.weeks[0]:.0f}."
    given = {dose for dose in study.doses if dose > 0}
    if told.doses and given:
        as_salt = [dose / share for dose in given for share in _SALT_SHARES]
        if not _any_near(told.doses, as_salt, 0.15):
            return f"{study.name} gave {max(given):g} mg a day, not {told.doses[0]:g}."
    return ""


def _with_sums(sizes: frozenset[int]) -> frozenset[int]:
    """Counts, and what two arms make together."""
    return sizes | {left + right for left in sizes for right in sizes}


# ------------------------------------------------------------------------------------------------- the answer


def citation_of(text: str, labels: Labels, references: Mapping[str, str] | None = None) -> Citation:
    """The source that a sentence names and what is wrong with it.

    Args:
        text: a claim.
        labels: what it says; kind, topic, form, direction and strength are used.
        references: the numbered reference list of the article, number -> reference.
    """
    if labels.kind in ("not_a_claim", "promotional", "advice"):
        return Citation()
    sources = _unless_replaced(list(mentions(text, labels, references or {})))
    judged = [_judged(item, text, labels) for item in sources]
    wrong = [item for item in judged if item.problem != "none"]
    if judged:
        return wrong[0] if wrong else judged[0]
    authority = _by_authority(text, labels)
    if authority:
        return authority
    described = by_description(text, labels)
    if described and (described.known or labels.kind == "citation" or described.details >= 4):
        return _judged(described, text, labels)
    return _without_source(text)


def _without_source(text: str) -> Citation:
    vague = _VAGUE.search(text)
    if vague:
        why = f'"{vague.group()}" alone does not say which study is meant.'
        return Citation(vague.group(), None, "insufficient_detail", why)
    return Citation("", None, "no_citation", "No source is named.")


def _judged(item: Mention, text: str, labels: Labels) -> Citation:
    """A source with the first problem that fits."""
    if not item.found:
        if item.known:
            return Citation(item.written, None, "none")
        if item.details < 2:
            return Citation(
                item.written, None, "insufficient_detail", "Name alone does not say which study is meant."
            )
        return Citation(item.written, None, "not_found", item.missing)
    study = studies()[item.found[0]]
    problems = (
        ("wrong_species", species_problem(study, text)),
        ("wrong_design", design_problem(study, text)),
        ("wrong_topic", topic_problem(study, labels)),
        ("overstated", overstatement(study, text, labels)),
    )
    for name, because in problems:
        if because:
            return Citation(item.written, study.id, name, because)
    return Citation(item.written, study.id, "none")


def _by_authority(text: str, labels: Labels) -> Citation | None:
    """A named authority, law or official value; a claim that it refused is no approval."""
    for pattern, what, study_id in _authorities():
        found = pattern.search(text)
        if found:
            refused = _refused(text, labels) if "urope" in what else ""
            problem = "overstated" if refused else "none"
            return Citation(found.group().strip(), study_id or None, problem, refused)
    return None


_APPROVAL = re.compile(
    r"\b(?:recogni[sz]\w*|authori[sz]\w*|approv\w*|allow\w*|accept\w*|endors\w*|confirm\w*|permit\w*|acknowledg\w*|"
    r"back(?:s|ed)?)\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:no|not|never|refus\w*|reject\w*|declin\w*|turned down|unauthori[sz]ed)\b", re.IGNORECASE
)


def _refused(text: str, labels: Labels) -> str:
    """What is wrong if the European Union is said to approve a claim that it refused."""
    if not _APPROVAL.search(text) or _REFUSAL.search(text) or labels.strength == "negated":
        return ""
    for row in _own_table("eu_claims.csv"):
        if row["status"] == "refused" and re.search(row["words"], text, re.IGNORECASE):
            return f"The European Union refused the claim on {row['wording']} ({row['source']})."
    return ""


_ITEM = re.compile(r"^\s*(?:\[\^?(\d{1,3})\]:?|(\d{1,3})[.)])\s+(\S.*)$")
_REFERENCE_HEAD = re.compile(
    r"^[\s#*_>\d.]*(?:references?|sources?|bibliography|literature|citations|works cited|footnotes)\W*$",
    re.IGNORECASE,
)


def references_of(article_text: str) -> dict[str, str]:
    """The numbered reference list at the end of an article, number -> reference; empty if there is none."""
    listed = _html_references(article_text)
    if listed:
        return listed
    lines = article_text.splitlines()
    heads = [place for place, line in enumerate(lines) if len(line) < 60 and _REFERENCE_HEAD.match(line)]
    begin = heads[-1] + 1 if heads else _tail(lines)
    found: dict[str, str] = {}
    number = ""
    for line in lines[begin:]:
        item = _ITEM.match(line)
        if item:
            number = item.group(1) or item.group(2)
            found.setdefault(number, item.group(3).strip())
        elif number and line.strip() and not line.lstrip().startswith("#"):
            found[number] += " " + line.strip()
        elif line.lstrip().startswith("#"):
            break
    return found


_HTML_HEAD = re.compile(
    r">\s*(?:references?|sources?|bibliography|literature|citations|works cited|footnotes)\s*:?\s*</",
    re.IGNORECASE,
)
_HTML_ITEM = re.compile(r"<li\b[^<>]*>(.*?)(?=</li|<li\b|</ol|</ul|\Z)", re.DOTALL | re.IGNORECASE)


def _html_references(text: str) -> dict[str, str]:
    """The items under the last heading of references in a page, numbered as a browser numbers them."""
    heads = list(_HTML_HEAD.finditer(text))
    if not heads:
        return {}
    items = (re.sub(r"<[^<>]*>", " ", item) for item in _HTML_ITEM.findall(text[heads[-1].end() :]))
    words = (" ".join(unescape(item).split()) for item in items)
    return {str(number): item for number, item in enumerate(words, 1)}


def _tail(lines: list[str]) -> int:
    """Where the last lines begin that are numbered in square brackets, for a list without a heading."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or re.match(r"\s*\[\^?\d{1,3}\]:?\s+\S", lines[place - 1])):
        place -= 1
    return place
