"""Reads a label or a sentence into elemental magnesium a day, or asks the question that would settle it.

Closed by default: a number without a unit, a mass that may be salt or magnesium, a salt with several
hydrates, a range, a frequency given twice in conflict or a word not known gives a question, never a dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from magnesim.errors import InputError, UnclearError
from magnesim.intake.compounds import Synonym, normalised_name, synonyms
from magnesim.intake.compounds import compound as canonical_compound
from magnesim.intake.dose_parts import Part, clauses_of, parts_of
from magnesim.intake.dose_rhythm import Rhythm, count_of, rhythm_of
from magnesim.intake.dose_tokens import EXAMPLE, Token, dose_tokens, said
from magnesim.intake.salt_mass import Content, Salt, fraction_is_possible, salt_content, volume_content
from magnesim.units import mg_from_meq, mg_from_mmol

LOWEST_MG, HIGHEST_MG = 1.0, 5000.0
"""Elemental magnesium a day outside these is a slip of the pen or a bowel preparation, not a regimen."""
SAME = 0.02
"""Two figures for one amount agree within 2 %: labels round 24.305 mg to 24 or 24.3."""
BASES = ("salt_converted", "percent", "label", "meq", "mmol", "elemental")
"""From the least sure to the surest; a sum is as sure as its least sure part."""


UNIT_TEXT = {"mg": "mg", "g": "g", "mmol": "mmol", "meq": "mEq", "ml": "mL"}


class UnclearSaltError(UnclearError):
    """A salt mass whose variant is open; every reading lies within `elemental_mg_per_day` (low, high)."""

    def __init__(self, given: str, question: str, elemental_mg_per_day: tuple[float, float]) -> None:
        super().__init__(given, question, "200 mg elemental magnesium (as citrate)")
        self.elemental_mg_per_day = elemental_mg_per_day


@dataclass(frozen=True)
class Dose:
    """A dose as read.

    Attributes:
        compound: canonical name, `mixed` for several salts, None where not said.
        variant: variant that a conversion stands on, or None.
        elemental_mg_per_intake: elemental mg; the mean where portions differ.
        intakes_per_day: 1 to 12.
        times: clock times HH:MM in order; empty where not said.
        elemental_mg_per_day: elemental mg, all intakes and products together.
        basis: `elemental`, `salt_converted`, `mmol`, `meq`, `percent` or `label`.
        with_meal: whether taken with food; None where not said.
        as_read: one line to show back to the person.
        assumptions: what was taken for granted, to be shown beside it.
        portions_mg: elemental mg of each intake, in the order of `times`.
        intakes_said: the text says how many intakes a day; if not, one was assumed.
    """

    compound: str | None
    variant: str | None
    elemental_mg_per_intake: float
    intakes_per_day: int
    times: tuple[str, ...]
    elemental_mg_per_day: float
    basis: str
    with_meal: bool | None
    as_read: str
    assumptions: tuple[str, ...]
    portions_mg: tuple[float, ...]
    intakes_said: bool


@dataclass(frozen=True)
class _Portion:
    """One part as read: what one intake holds, and how often."""

    part: Part
    salt: Salt | None
    content: Content
    count: float
    rhythm: Rhythm

    @property
    def share(self) -> float:
        """What turns the stated amount into that of one intake."""
        return self.count / (self.rhythm.intakes if self.rhythm.whole_day else 1)

    @property
    def mg_per_intake(self) -> float:
        return self.content.high_mg * self.share

    @property
    def mg_per_day(self) -> tuple[float, float]:
        times = self.share * self.rhythm.intakes
        return self.content.low_mg * times, self.content.high_mg * times


def read_dose(text: str, form: str | None = None) -> Dose:
    """Read a dose in words.

    Args:
        text: such as `400 mg magnesium oxide tablet twice a day` or `200 mg elemental at 21:00`.
        form: the form, where it was given apart from the text.

    Returns:
        The dose in elemental mg, with the line that shows the person how it was read.

    Raises:
        UnclearError: the text has two readings or lacks a part; the message ends in the question to answer.
        UnclearSaltError: as above, where every reading is known; carries the lowest and the highest.
        InputError: a unit, a number or a total that no oral magnesium dose has.
    """
    given_form = _synonym_of(form)
    tokens = dose_tokens(text)
    _refuse_zero(text, tokens)
    portions = [_read_part(part, given_form) for part in parts_of(Part(said(text), tuple(tokens)))]
    _refuse_open_readings(text, portions)
    dose = _one_dose(portions) if len(portions) == 1 else _summed(portions)
    _refuse_implausible(text, dose.elemental_mg_per_day)
    return dose


def _refuse_zero(text: str, tokens: list[Token]) -> None:
    for token in tokens:
        if token.kind in ("amount", "count", "percent", "portions", "frequency") and token.number <= 0:
            raise InputError(said(text), f'a dose above zero is allowed, not "{token.text}".', EXAMPLE)


def _refuse_open_readings(text: str, portions: list[_Portion]) -> None:
    questions = [portion.content.question for portion in portions if portion.content.question]
    if questions:
        low, high = (sum(portion.mg_per_day[side] for portion in portions) for side in (0, 1))
        _refuse_implausible(text, high)
        raise UnclearSaltError(said(text), questions[0], (low, high))


def _refuse_implausible(text: str, mg: float) -> None:
    if not LOWEST_MG <= mg <= HIGHEST_MG:
        raise InputError(
            said(text),
            f"read as {mg:.4g} mg elemental a day; {LOWEST_MG:g} to {HIGHEST_MG:g} mg a day is allowed.",
            EXAMPLE,
        )


# --- one part --------------------------------------------------------------------------------------------


def _synonym_of(form: str | None) -> Synonym | None:
    if form is None:
        return None
    canonical_compound(form)
    return synonyms()[normalised_name(form)]


def _read_part(part: Part, form: Synonym | None) -> _Portion:
    salt = _salt(part, form)
    clauses = clauses_of(part)
    content = _single_content(part, salt) if len(clauses) == 1 else _equal_content(part, clauses, salt)
    return _Portion(part, salt, content, count_of(part, content.per_container), rhythm_of(part))


def _salt(part: Part, form: Synonym | None) -> Salt | None:
    """The salt that a part names; `mixed` where it names several; None where none is named."""
    named = [synonyms()[token.name] for token in part.all("compound")]
    if form is not None and not part.has("product"):
        if any(synonym.name != form.name for synonym in named):
            raise part.unclear(
                f"the form is {form.name}, yet the text names {named[0].written}: which is it?"
            )
        named.append(form)
    if not named:
        return None
    names = {synonym.name for synonym in named}
    words = tuple(token.name for token in part.all("variant"))
    return Salt(names.pop() if len(names) == 1 else "mixed", tuple(named), words)


def _single_content(part: Part, salt: Salt | None) -> Content:
    (amount,) = part.all("amount")
    if amount.name == "spoon":
        raise part.unclear("how many mg of elemental magnesium does the label print for one spoon?")
    if part.has("percent"):
        return _percent_content(part, salt, amount)
    elemental = _elemental_content(part, amount)
    if elemental:
        return elemental
    if salt is None or not (salt.name or salt.question):
        raise part.unclear(
            f"is {amount.text} the magnesium itself (elemental) or the mass of a salt, and of which salt?"
        )
    if amount.name == "ml":
        return volume_content(part.given, salt, amount.number)
    if _basis_is_open(part):
        raise part.unclear(f"is {amount.text} the elemental magnesium, or the mass of the salt?")
    return _mass_content(part, salt, amount)


def _mass_content(part: Part, salt: Salt, amount: Token) -> Content:
    if not salt.name:
        raise part.unclear(salt.question)
    containers = {token.name for token in part.all("container", "count", "each") if token.name}
    return salt_content(part.given, salt, _mg(amount), part.has("salt"), containers)


def _mg(amount: Token) -> float:
    return amount.number * (1000.0 if amount.name == "g" else 1.0)


def _elemental_content(part: Part, amount: Token) -> Content | None:
    """The amount as magnesium itself, where the text says so; None where it does not."""
    if amount.name in ("mmol", "meq"):
        convert = mg_from_mmol if amount.name == "mmol" else mg_from_meq
        mg = convert(amount.number)
        return Content(mg, mg, amount.name)
    if amount.name not in ("mg", "g"):
        return None
    if part.has("elemental") and part.has("salt"):
        raise part.unclear(f"is {amount.text} the salt, or the elemental magnesium?")
    if part.has("elemental"):
        return Content(_mg(amount), _mg(amount), "elemental")
    if _is_label_practice(part):
        note = f'"magnesium {amount.text} as a salt" is how labels print the magnesium itself'
        return Content(_mg(amount), _mg(amount), "elemental", assumptions=(note,))
    return None


def _is_label_practice(part: Part) -> bool:
    """`magnesium 200 mg (as citrate)`: the element is named, then after `as` the salt that carries it."""
    kinds = [token.kind for token in part.tokens if token.kind not in ("open", "close", "comma")]
    if "as" not in kinds or part.has("salt"):
        return False
    place = kinds.index("as")
    after = [kind for kind in kinds[place + 1 :] if kind != "magnesium"]
    return "magnesium" in kinds[:place] and "compound" not in kinds[:place] and after[:1] == ["compound"]


def _basis_is_open(part: Part) -> bool:
    """`400 mg (as oxide)` or `magnesium (oxide) 400 mg`: labels print either the element so, or the salt."""
    kinds = [token.kind for token in part.tokens if token.kind != "magnesium"]
    in_brackets = ("open", "compound") in pairwise(kinds)
    return (part.has("as") or in_brackets) and not part.has("salt")


def _percent_content(part: Part, salt: Salt | None, amount: Token) -> Content:
    (percent, *more) = part.all("percent")
    fraction = percent.number / 100.0
    if more or part.has("elemental") or amount.name not in ("mg", "g"):
        raise part.unclear(f"what is {percent.text} a share of?")
    if not fraction_is_possible(salt or Salt(""), fraction):
        what = salt.label if salt else "a magnesium salt"
        raise part.unclear(f"{what} cannot be {percent.number:g} % magnesium: what does the label print?")
    mg = _mg(amount) * fraction
    return Content(mg, mg, "percent")


def _equal_content(part: Part, clauses: list[Part], salt: Salt | None) -> Content:
    """One amount stated twice, as salt and as magnesium or in two units: the magnesium is what counts."""
    elemental, masses = _magnesium_and_masses(clauses)
    fit = bool(elemental) and max(elemental) <= min(elemental) * (1 + SAME)
    fit = fit and all(_belong_together(elemental[0], mass, salt) for mass in masses)
    if not fit or part.has("product", "percent"):
        raise part.unclear("the amounts do not fit together: how much elemental magnesium is taken?")
    return Content(elemental[0], elemental[0], "label")


def _magnesium_and_masses(clauses: list[Part]) -> tuple[list[float], list[float]]:
    """What the clauses state as magnesium, and as a mass that may be the salt, mg; volumes say neither."""
    elemental: list[float] = []
    masses: list[float] = []
    for clause, after in zip(clauses, [*clauses[1:], None], strict=True):
        (amount,) = clause.all("amount")
        content = _elemental_content(clause, amount)
        if content:
            elemental.append(content.high_mg)
        elif amount.name in ("mg", "g"):
            (elemental if _is_named_as_magnesium(clause, after) else masses).append(_mg(amount))
    return elemental, masses


def _belong_together(elemental_mg: float, mass_mg: float, salt: Salt | None) -> bool:
    if abs(mass_mg - elemental_mg) <= SAME * elemental_mg:
        return True
    return salt is not None and fraction_is_possible(salt, elemental_mg / mass_mg)


def _is_named_as_magnesium(clause: Part, after: Part | None) -> bool:
    """`providing 160 mg magnesium`, or `magnesium 200 mg` before `(as 1250 mg citrate)`."""
    if clause.has("compound", "salt") or not clause.has("magnesium"):
        return False
    leads_on = after is not None and "as" in [token.kind for token in after.tokens[:2]]
    return leads_on or clause.tokens[0].kind == "equivalent"


# --- the dose --------------------------------------------------------------------------------------------


def _one_dose(portions: list[_Portion]) -> Dose:
    (portion,) = portions
    rhythm = portion.rhythm
    mg, day = portion.mg_per_intake, portion.mg_per_day[1]
    return Dose(
        compound=_compound_name(portion.salt),
        variant=portion.content.variant,
        elemental_mg_per_intake=mg,
        intakes_per_day=rhythm.intakes,
        times=rhythm.times,
        elemental_mg_per_day=day,
        basis=portion.content.basis,
        with_meal=rhythm.with_meal,
        as_read=f"{_sentence(portion)}: {_mg_text(day)} mg elemental a day",
        assumptions=_assumptions(portions),
        portions_mg=(mg,) * rhythm.intakes,
        intakes_said=rhythm.intakes_said,
    )


def _compound_name(salt: Salt | None) -> str | None:
    return salt.name or None if salt else None


def _summed(portions: list[_Portion]) -> Dose:
    rhythms = [portion.rhythm for portion in portions]
    if any(r.intakes > 1 for r in rhythms) and not all(r.is_said for r in rhythms):
        raise portions[0].part.unclear("how many times a day is each of them taken?")
    day = sum(portion.mg_per_day[1] for portion in portions)
    times, portions_mg = _portions_of_the_day(portions, day)
    meals = {rhythm.with_meal for rhythm in rhythms}
    return Dose(
        compound=_compound_of_the_sum(portions),
        variant=None,
        elemental_mg_per_intake=day / len(portions_mg),
        intakes_per_day=len(portions_mg),
        times=times,
        elemental_mg_per_day=day,
        basis=min((portion.content.basis for portion in portions), key=BASES.index),
        with_meal=meals.pop() if len(meals) == 1 else None,
        as_read=f"{' + '.join(map(_sentence, portions))}: {_mg_text(day)} mg elemental a day in all",
        assumptions=_assumptions(portions),
        portions_mg=portions_mg,
        intakes_said=any(rhythm.intakes_said for rhythm in rhythms),
    )


def _compound_of_the_sum(portions: list[_Portion]) -> str | None:
    """The salt that every part has, or `mixed`."""
    named = {_compound_name(portion.salt) for portion in portions}
    return named.pop() if len(named) == 1 else "mixed"


def _portions_of_the_day(portions: list[_Portion], day: float) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Clock times and what is taken at each; even portions where not every part says when."""
    if all(portion.rhythm.times for portion in portions):
        at: dict[str, float] = {}
        for portion in portions:
            for time in portion.rhythm.times:
                at[time] = at.get(time, 0.0) + portion.mg_per_intake
        ordered = tuple(sorted(at))
        return ordered, tuple(at[time] for time in ordered)
    intakes = max(portion.rhythm.intakes for portion in portions)
    known = [portion.rhythm.times for portion in portions if len(portion.rhythm.times) == intakes]
    return known[0] if known else (), (day / intakes,) * intakes


def _assumptions(portions: list[_Portion]) -> tuple[str, ...]:
    notes = [note for portion in portions for note in portion.content.assumptions]
    if not any(portion.rhythm.is_said for portion in portions):
        notes.append("taken once a day, since the text does not say how often")
    elif not any(portion.rhythm.intakes_said for portion in portions):
        notes.append("the amount of a day is taken at once")
    if len(portions) > 1 and not all(portion.rhythm.times for portion in portions):
        notes.append("all products together, in even portions")
    if any(portion.part.has("approximate") for portion in portions):
        notes.append("the amount is taken as exact")
    if any(portion.rhythm.times and not portion.part.has("clock") for portion in portions):
        notes.append("clock times stand for the times of day that were named")
    return tuple(dict.fromkeys(notes))


def _sentence(portion: _Portion) -> str:
    """`400 mg magnesium oxide (salt) = 241 mg elemental, twice a day`."""
    rhythm = portion.rhythm
    often = {1: "once a day", 2: "twice a day"}.get(rhythm.intakes, f"{rhythm.intakes} times a day")
    if rhythm.whole_day and rhythm.intakes > 1:
        often = f"divided over {rhythm.intakes} intakes a day"
    at = f" at {' and '.join(rhythm.times)}" if rhythm.times else ""
    return f"{_what(portion)}, {often}{at}"


def _what(portion: _Portion) -> str:
    """The amount taken at once as stated, and the elemental magnesium in it where that differs."""
    content, stated = portion.content, portion.part.all("amount")
    name = portion.salt.label if portion.salt else "magnesium"
    count = f"{portion.count:g} x " if portion.count != 1 else ""
    held = f" = {_mg_text(content.high_mg * portion.count)} mg elemental"
    if content.basis == "elemental" or len(stated) > 1:
        carrier = f" (as {name})" if portion.salt and portion.salt.name else ""
        return f"{count}{_mg_text(content.high_mg)} mg elemental magnesium{carrier}{held if count else ''}"
    salt = " (salt)" if content.basis == "salt_converted" else ""
    return f"{count}{stated[0].number:g} {UNIT_TEXT[stated[0].name]} {name}{salt}{held}"


def _mg_text(mg: float) -> str:
    return f"{mg:.0f}" if mg >= 100 else f"{mg:.3g}"
