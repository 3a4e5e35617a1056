"""What of a claim holds: the rules of verdict in their order, over the evidence and the tables that ship.

A verdict says what the curated evidence supports. The first rule that fits decides, so a dangerous sentence
is called unsafe before anyone asks whether it is true. `topic_evidence.csv` says how each topic is judged and
which calls are settled, with the source; `eu_claims.csv` holds the register of claims, `physiology_facts.csv`
the numbers. All else is computed from the studies.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from magnesim.claims.labels import Citation, Labels, Verdict

HERE = Path(__file__).parent

ROUNDING = 0.15
"""A figure within 15 % of the printed one is rounding, not an error."""
ADULT_LIMIT, FREE_OF_DISPUTE = 400.0, 250.0
"""mg a day from supplements: the highest and the lowest figure that an authority prints for adults."""
LIMIT_BY_AGE = ((1.0, 0.0), (4.0, 65.0), (9.0, 110.0), (18.0, 350.0))
"""Below this age in years, this many mg a day from supplements; infants none."""
SALT_MASS_FROM = 1000.0
ORGANIC_SHARE = {"citrate": 0.16, "glycinate": 0.14, "threonate": 0.08}
BIG_SHARE = 40.0
"""A change of this many percent or more is a big one: no pool of the tables comes near it."""
SURE = ("moderate", "high")

FAVOURABLE = (
    "supported",
    "supported_low_certainty",
    "mixed",
    "mechanism_only",
    "insufficient",
    "not_supported",
)
ONE_STEP_DOWN = {"supported": "supported_low_certainty", "supported_low_certainty": "insufficient"}

PATHWAYS = ("pathway", "marker")
REFERENCE_TYPES = ("requirement", "children", "pregnancy_lactation")


def _words(*patterns: str) -> re.Pattern[str]:
    """One pattern of several, parted by `;` or given one by one; whole words, lower case, lines run on."""
    parts = [part.strip() for text in patterns for part in re.sub(r"\n\s*", "", text).split(";")]
    return re.compile(r"\b(?:" + "|".join(parts) + r")")


CAUTION = _words(r"""
    avoid; should not; shouldn't; must not; mustn't; do not take; don't take; caution; careful;
    not (?:be )?(?:safe|suitable|fit|right|for); unsafe; danger; risky; harmful; (?:first )?(?:ask|see
    |talk to|speak to|consult|check with) (?:a|an|your|the)\b; supervis; builds? up; accumulat;
    only (?:with|after|under|if); unless; contraindicat; warn; keep away;
    can(?:not|'t) (?:clear|get rid|excrete); (?:doctor|medical|clinician)'?s? (?:advice|ok|say);
    not risk.free; isn't risk.free; need(?:s)? (?:a |medical )?(?:check|doctor|advice|blood)
""")
FINE = _words(r"""
    safe\b; safely; fine\b; harmless; no (?:problem|risk|danger|harm|need|reason|worr); needn't;
    need not; (?:don't|do not|doesn't|does not) (?:need|have) to;
    without (?:check|worr|ask|any|harm|risk); freely; as much as; unlimited; any amount; no limit;
    nothing to (?:fear|worry); can take; may take; suits?\b; (?:can't|cannot|won't|never|doesn't
    |does not) (?:hurt|harm|damage|strain); well tolerated; okay\b; all right\b; don't worry;
    do not worry; ignore; no matter
""")
UNIVERSAL = _words(r"""
    everyone; everybody; anyone\b; anybody; all ages; every(?:one)? (?:age|body|person|man|woman);
    all people; any age; any (?:dose|amount); for all\b; (?:absolutely|entirely|wholly) no; no (?:known\s
    |possible )?(?:side.effects?|risks?|downsides?|dangers?|drawbacks?|harms?); zero (?:risk|side);
    risk.free; without (?:any )?(?:side.effects?|risks?|danger); (?:completely|perfectly|totally|entirely
    |absolutely|100 ?%|always|utterly|wholly) (?:safe|harmless|natural and safe); whatsoever; can(?:not
    |'t) (?:possibly )?(?:hurt|harm|do (?:any |you )?(?:harm|damage)); never (?:harms?|hurts?
    |does (?:any )?harm|causes? (?:any )?(?:harm|side)); no one (?:can|will|could);
    safe (?:for (?:all|every|any)|at any|in any); free of (?:any |all )?(?:risk|side); side.effect.free;
    nobody; whoever; entirely safe
""")
NOT_UNIVERSAL = re.compile(
    r"(?:not|n't|isn't|hardly|far from) (?:\w+ ){0,3}(?:everyone|everybody|anyone|risk.free|harmless|all\b"
    r"|(?:completely|perfectly|totally|entirely|100 ?%) |without|free of)|no supplement"
)
MODEST = _words(r"""
    moderate; usual; normal; modest; most\b; healthy; generally; recommended; sensible;
    within (?:the )?limits?; small; ordinary; typical
""")
TOGETHER = _words(r"""
    together; same time; alongside; at once; same (?:glass|gulp|moment|swallow); along with; in one go;
    side by side; simultaneously; without (?:a |any )?(?:gap|spacing|wait); no gap
""")
APART = re.compile(
    r"apart|separat|gap of|hours? (?:before|after|between|away|earlier|later|from)|(?:not|n't|never|avoid"
    r"|don't)"
    r"(?: \w+){0,6} (?:together|same time|at once|alongside)|space[ds]?\b|spacing|wait"
)
NO_INTERACTION = re.compile(
    r"(?:no|not|n't|never|without|zero) (?:\w+ ){0,3}(?:interact|affect|interfer|matter|problem|difference"
    r"|clash"
    r"|influence|effect on|bother|issue|gap|wait|spacing|separat|apart|space|harm|block|bind|disturb|lower"
    r"|reduce)"
    r"|\bsafe(?:ly)? (?:with|to (?:take|combine|mix)|alongside|together)|mix(?:es)? (?:fine|well|safely)"
)
REPLACES = _words(r"""
    instead of; replac; ditch; swap; rather than; substitut; alternative to; no need for;
    (?:don't|do not|won't|no longer|never) need; needn't; skip; (?:stop|quit|drop|bin|throw (?:away|out)
    |give up|come off|cancel|forget|leave out|toss); in place of; does the (?:same )?job;
    before (?:you )?(?:trying|try|seeing|see|starting|asking|ask|resort|any|go);
    as (?:good|effective|well) as;
    unnecessary; makes? (?:your |the )?\w+ (?:tablets?|pills?|medicines?) (?:redundant|superfluous);
    wean; without (?:a )?(?:doctor|test|prescription|seeing); delay; put off; waste of;
    before (?:a|your|the)\s
""")
TREATMENT = _words(r"""
    tablets?; pills?; medic; drugs?\b; prescri; treatment; therapy; statins?; insulin; metformin;
    antidepress; doctors?; blood tests?; iron (?:stud|test|check|level); ferritin;
    (?:blood |lab )?tests?\b; hormone replacement; \bhrt\b; levothyroxine; diuretic; sleeping; inhaler;
    chemo; anticoag; surgery; gp\b; clinic; checks?\b
""")
NO_REPLACEMENT = re.compile(
    r"(?:not|n't|never|no|cannot|nor|neither|nothing)(?: \w+){0,4} (?:replac|substitut|instead|stop|swap"
    r"|alternative"
    r"|ditch|skip|in place|come off|give up|delay|put off|drop|quit|as good|leave out)|no (?:substitute"
    r"|replacement"
    r"|alternative)|on top of|(?:added|addition|alongside|next) to|keep (?:taking|on)"
)
NO_DOCTOR = re.compile(
    r"(?:no|not|n't|never|without) (?:\w+ ){0,3}(?:need|ask|check|doctor|midwife|limit|consult|supervis|worry"
    r"|gp)"
    r"|as much as|any amount|freely|no upper|unlimited|needn't"
)
ENDLESS = _words(r"""
    every (?:day|night|morning|evening); daily; for (?:months|years|ever|good|life); forever;
    indefinitely; long.term; as long as you; no (?:time )?limit; year (?:in|round); permanent;
    for as long; lifelong; each (?:day|night|morning); rest of your; year after year
""")
LIMITED = re.compile(
    r"(?:not|n't|never|no more|at most|longer than|more than|only|short|few days|a week|seven days|avoid"
    r"|unless|ask"
    r"|doctor|occasional|beyond)"
)
KIDNEY = _words(r"""
    kidney; renal; dialysis; nephr; \begfr\b; \bgfr\b; \bckd\b
""")
ABSOLUTE = _words(r"""
    cure[sd]?\b; curing; vanish; disappear; melts?\b; eliminat; eradicat; always; never\b;
    every (?:single|night|woman|man|case|person|patient|time|sufferer|one); everyone; everybody; instant;
    guarante; (?:clinically |scientifically )?proven\b; proof\b; proves?\b; proved\b;
    the only (?:\w+ )?(?:form|salt|magnesium|kind|type|one|mineral|supplement|thing|remedy|treatment|cure
    |way); (?:just )?as (?:good|well|strong|powerful|effective|strongly|effectively) as;
    works? like (?:a|your) (?:drug|tablet); 100 ?%; completely; for good\b; once and for all;
    whatever (?:your|the); no matter; without fail; in all (?:women|men|people|cases|patients);
    all (?:women|men|patients|people); permanently; overnight; banish; wipes? (?:out|away); reverses?\b;
    end(?:s)? (?:your|all|the); no more\b; infallib; certain(?:ly)? to; entirely; totally; miracle;
    any age; within (?:minutes|hours); at any age; works for all; stops? (?:all|every); forever;
    immediate; magic; better than any
""")
NOT_ABSOLUTE = re.compile(
    r"(?:not|n't|never|no|nor|yet to be|hardly|un|far from|neither)(?: \w+){0,3} ?(?:proven|proof|proved"
    r"|prove|cure"
    r"|guarante|miracle|magic|always|everyone|completely|entirely|instant|overnight|eliminat|every)|unproven"
    r"|no proof"
)
SUPERLATIVE = _words(r"""
    best\b; gold standard; (?:most|least) (?:\w+ly )?(?:bioavailable|absorb\w*|effective|reliable
    |accurate|potent|soluble|powerful|concentrated|gentle|important); highest;
    superior to (?:all|every|any); top\b; richest;
    (?:than|of|beats|over) (?:all|any|every)(?: the)?(?: other)?; number one; unbeat; unrivall?ed;
    perfect (?:time|hour|form); ideal (?:time|hour|form); optimal; strongest; finest; supreme;
    second to none; the (?:only|ultimate); no other; gentlest; ahead of (?:all|every)
""")
STATE = re.compile(
    r"\bno (?:\w+ ){0,4}(?:trials?|stud(?:y|ies)|evidence|data|research|proof|review)\b|\b(?:trials?|stud(?:y"
    r"|ies)"
    r"|evidence|data|results?|reviews?|findings?|pools?|research\w*|cohorts?|science|analyses|experts"
    r"|record)\b"
    r"[^.;]{0,60}\b(?:conflict|disagree|both ways|mixed|inconclusive|unclear|inconsistent|contradict|limited"
    r"|thin"
    r"|scarce|weak|lacking|divided|sparse|equivocal|unsettled|open|missing|split|poor|varied|varies|vary"
    r"|diverge|"
    r"differ|do not agree|don't agree|patchy|uncertain|shaky|absent|scant|strong|solid|overwhelming"
    r"|convincing)"
    r"|\b(?:not|never|n't|nobody|no one)\b[^.;]{0,30}\b(?:tested|studied|measured|examined|shown|proven"
    r"|proved"
    r"|established|known|looked at|demonstrated|investigated|settled|tried|confirmed)|\bunproven|untested"
    r"|remains? (?:unclear|open|unproven|to be)|jury is|\bvar(?:y|ies)\b|too (?:few|little)"
    r"|\black of (?:\w+ ){0,3}"
    r"(?:trials|evidence|stud)|\bunknown"
)
CONFLICT = re.compile(
    r"conflict|disagree|both ways|mixed|inconclusive|inconsistent|contradict|divided|equivocal|split|varies"
    r"|vary"
    r"|var(?:ied|ying)|diverge|differ|agree|patchy|open|unsettled|jury|settled|unclear|uncertain"
)
UNTESTED = re.compile(
    r"no (?:\w+ ){0,4}(?:trials?|stud(?:y|ies)|research|data)\b|(?:never|not|nobody|no one"
    r"|n't)[^.;]{0,30}(?:tested"
    r"|studied|measured|examined|looked at|investigated|tried)|untested|unknown|absent|missing"
)
STRONG_BODY = re.compile(
    r"\b(?:strong|solid|overwhelming|convincing|robust)\b|\b(?:good|ample|plenty of|clear|compelling|firm)"
    r" (?:\w+ )?(?:evidence|data|proof|trials?|stud(?:y|ies)|research)"
)
ASSOCIATION = _words(r"""
    link(?:ed)?\b; associat; tends? to; go(?:es)? (?:along|hand); correlat; relat(?:ed|ion); less often;
    more often; (?:eat|ate|consum|get|got)\w* (?:the )?(?:more|most|less|little|least|plenty|enough);
    diet; intakes?; on the plate; cohort; survey; population stud; observational; eaters; higher serum;
    low(?:er)? serum; low(?:er)? levels?; higher levels?; tied to; accompan
""")
LACK = _words(r"""
    lack(?:s|ing)?\b; defici; shortage; without (?:enough |sufficient |adequate |it\b|magnesium);
    too little; not enough; low (?:\w+ ){0,2}magnesium; magnesium.(?:poor|deplet|starved|free); run low;
    running (?:low|short); short of; insufficient magnesium; hypomagn; depriv; depleted;
    (?:blood |magnesium )?levels? (?:\w+ ){0,4}low\b; low in magnesium; lower magnesium; falls? short;
    low levels?; levels? (?:\w+ ){0,3}low; inadequate; low status; runs? short
""")
ANIMALS = _words(r"""
    mice; mouse; rats?\b; animals?; rodents?; cells? (?:in|culture); test.tube; petri; in vitro; dogs?\b;
    laborator; pigs?\b
""")
IN_PEOPLE = _words(r"""
    in (?:people|humans?|volunteers|patients|women|men|adults|athletes);
    human(?:s)? (?:brain|trial|stud); (?:people|humans?|women|men|patients|volunteers|adults|sleepers
    |participants|users) (?:who|taking|given|on|with); brain scans?;
    has been (?:measured|shown|seen|proven); measured in; within \d+; after \d+ ; scans? (?:show|prove);
    clinically; trial(?:s)? (?:show|prove|found)
""")
THROUGH = re.compile(
    r"\bby (?:\w+ly )?(?:relax|block|calm|rais|lower|boost|regulat|activ|shut|bind|increas|reduc|quiet|sooth"
    r"|settl"
    r"|enhanc|support|promot|balanc|damp|slow|inhibit|stimulat|steady|open|clos|turning|keeping|helping)\w*"
    r"|, so |"
    r"\bwhich (?:means|is why|in turn|then|makes|explains)|\bbecause (?:it|magnesium)|thereby|that(?:'s"
    r"| is) why|"
    r"through its|\bthanks to its|\btherefore|\bhence"
)
EU_VERBS = _words(r"""
    contribut; support; help; need; role; require; essential; necess; involved; part in; important; keep;
    maintain; maintenance; depend; aid; assist; vital; reduc; normal; uses?\b; rel(?:y|ies); cuts? ;
    less tired; lower; eas(?:e|es|ing); goes? to; serve
""")
STRETCH = _words(r"""
    boost; treat(?!ed); doubl; energi[sz]; heal(?:s|ing)?\b; skyrocket; supercharg; fix; banish; disease;
    osteopor; chronic; syndrome; burnout; surge; soar; turbo; triple; rebuild; regrow; strengthen;
    stronger; repair; reverse; prevent; fracture; neuropath; alzheimer; dementia; depress; anxi; adhd;
    transform; explo; crush; beat; unlimited; performance; faster; bigger; recover; detox; burn; sharper;
    arthrit; denser; cramp; sleep; fibromyalg; more energy; extra energy; wak(?:e|ing) up; maximi[sz];
    power
""")
GOOD_FOOD = _words(r"""
    nuts?\b; seeds?\b; almonds?; cashews?; peanuts?; walnuts?; hazelnuts?; pulses; beans?\b; lentils?;
    chickpeas?; legumes?; whole.?(?:grains?|meal|wheat); wholegrains?; oats?\b; oatmeal; brown rice;
    quinoa; buckwheat; bran\b; leafy; greens\b; spinach; kale; chard; cocoa; chocolate; soya?\b; edamame;
    tofu; porridge; cacao; tahini; peas\b; hummus
""")
IMPERATIVE = re.compile(
    r"(?:^|[.;:,!?\-–] ?|\band |\bthen |\bjust |\bsimply |\bplease )(?:take|try|use|swallow|give|aim for|go"
    r"|start|raise"
    r"|increase|double|reach|pop|have|drink|stick|add|begin|work up|build up|push|load|get|choose|dose)\b"
)
ADVISED = _words(r"""
    you (?:can|may|should|need|could|might|must|want); should (?:take|have|get|be given); safe(?:ly)?\b;
    fine\b; (?:ideal|right|best|sensible|good|proper|effective|optimal|correct|standard|usual|typical
    |therapeutic) (?:daily )?(?:dose|amount); recommend; harmless; no problem; well tolerated;
    needs? (?:at least|to take); is (?:enough|plenty|needed|required|best|ideal|right); up to; at least;
    daily; per day; a day; a night; nightly; each (?:day|night|evening|morning);
    every (?:day|night|evening|morning); once a
""")
TOO_MUCH = re.compile(
    r"(?:not|n't|never|nobody|no one|without|avoid)(?: \w+){0,6} (?:exceed|more than|above|over|beyond)"
    r"|too (?:much|high)"
    r"|(?:above|over|beyond|exceed\w*|more than) (?:that|this|the|\d)[^.;]{0,60}(?:risk|danger|harm|diarrh"
    r"|loose|unsafe"
    r"|poison|toxic|stool|hurt|upset|problem|side|caus|low(?:er)?s? blood|weak|stop|too|needs?|only|doctor"
    r"|medical|supervis)"
    r"|\bavoid|danger|unsafe|toxic|poison|overdose|hazard|not safe|isn't safe|harmful|excess"
)
SUPERVISED = re.compile(
    r"supervis|prescri(?:bed|ption)|under (?:medical|a doctor)|(?:doctor|clinician"
    r"|medical) (?:guid|superv|over)|unless|only (?:with|if|after) (?:a |your )?(?:doctor"
    r"|medical|clinician)"
)
OTHER_SUBSTANCE = re.compile(
    r"^\s*(?:of |a day of |tablet of |dose of )?(?:melatonin|calcium|zinc|iron|potassium|vitamin|caffeine"
    r"|omega|vit\b|b6"
    r"|sodium|taurine|glycine\b|theanine|l-theanine|ashwagandha|aspirin|ibuprofen|metformin|cholesterol"
    r"|gaba\b)"
)
COMBINED = re.compile(
    r"(?:magnesium|it) (?:\w+ )?(?:plus|with|and|combined with|together with) (?:\w+ )?(?:vitamin b6|b6"
    r"|melatonin|zinc|"
    r"l-theanine|theanine|potassium|ashwagandha|valerian|glycine|taurine|vitamin d|calcium|gaba\b|saffron"
    r"|probiotic)"
)
PEOPLE: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "pregnancy",
        _words(r"pregnan", r"expectant", r"expecting (?:mother|women)", r"mothers?.to.be"),
        "pregnan",
    ),
    (
        "children",
        _words(r"child", r"toddler", r"kids?\b", r"teen", r"adolescent", r"bab(?:y|ies)", r"infant"),
        "child|pediatr|paediatr",
    ),
    (
        "normal_pressure",
        _words(
            r"normotens",
            r"(?:normal|healthy) (?:blood )?pressure",
            r"pressure is (?:already )?(?:normal|fine|healthy)",
            r"pressure (?:already )?normal",
            r"without (?:hypertension|high blood pressure)",
        ),
        "zzz",
    ),
    (
        "vitd_deficient",
        _words(
            r"vitamin d.{1,4}defici",
            r"low (?:in )?vitamin d",
            r"defici\w+ in vitamin d",
            r"lack(?:ing)? (?:of )?vitamin d",
            r"short of vitamin d",
        ),
        "vitd_def|vitamin d",
    ),
    (
        "vitd_replete",
        _words(
            r"vitamin d (?:\w+ ){0,4}(?:fine|normal|sufficien|already|good)",
            r"(?:enough|plenty of|sufficient) vitamin d",
        ),
        "zzz",
    ),
    ("fibromyalgia", _words(r"fibromyalg"), "fibromyalg"),
    (
        "athletes",
        _words(r"athlet", r"runners?\b", r"lifters?", r"sports", r"exercis", r"training", r"gym"),
        "athlet|train|active|exercis|runner|player",
    ),
    (
        "menopause",
        _words(r"menopaus", r"the change\b", r"women (?:over|past|in their) (?:fif|5)", r"midlife"),
        "menopaus|\\bpost\\b",
    ),
    ("diabetes", _words(r"diabet"), "t2d|diabet"),
    ("shift_workers", _words(r"shift work", r"nurses"), "shift work|nurse"),
    ("students", _words(r"students?"), "student"),
)
OWN_PEOPLE = {
    "glycaemia": ("diabetes",),
    "cramps": (),
    "muscle_soreness": ("athletes",),
    "exercise_performance": ("athletes",),
    "hot_flashes": ("menopause",),
    "menopause_symptoms": ("menopause",),
    "bone_density": ("menopause",),
    "fracture": ("menopause",),
    "bone_turnover": ("menopause",),
    "vitd_level": ("menopause",),
    "mg_status_menopause": ("menopause",),
    "sleep_efficiency": (),
    "pain_sensitivity": (),
}


# ---------------------------------------- tables


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table of this room."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _topics() -> dict[str, dict[str, str]]:
    return {row["topic"]: row for row in _table("topic_evidence")}


def _topic(topic: str) -> dict[str, str]:
    """How a topic is judged; a topic that is not in the table is judged as one nothing is known of."""
    return _topics().get(topic, _topics()["other_outcome"])


def _settled(cell: str, key: str) -> str:
    """The verdict of one key in a cell such as `citrate:mixed;oxide:insufficient`, or empty."""
    pairs = dict(part.split(":", 1) for part in cell.split(";") if part)
    return pairs.get(key, "")


@cache
def _facts(topic: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in _table("physiology_facts") if row["topic"] == topic)


@cache
def _study(study_id: str) -> dict[str, object] | None:
    from magnesim.data import records

    return next((s for s in records("evidence", "studies") if s["study_id"] == study_id), None)


@cache
def _elemental_shares() -> dict[str, tuple[float, float]]:
    """Lowest and highest elemental share of each salt over its variants."""
    from magnesim.data import records

    shares: dict[str, list[float]] = {}
    for row in records("evidence", "compounds"):
        if row["elemental_fraction"] is not None:
            shares.setdefault(str(row["compound"]), []).append(float(row["elemental_fraction"]))
    for short, names in (("glycinate", ("bisglycinate",)),):
        for name in names:
            shares.setdefault(short, []).extend(shares.get(name, []))
    return {salt: (min(values), max(values)) for salt, values in shares.items()}


@cache
def _dosing() -> tuple[dict[str, object], ...]:
    from magnesim.data import records

    return records("safety", "dosing")


# ---------------------------------------- reading a sentence

UNITS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
SHARES = (
    (r"three[- ]quarters", 75),
    (r"two[- ]thirds", 67),
    (r"(?:a|one) third|third of", 33),
    (r"halves|halv(?:ed|ing)", 50),
    (r"(?:a|one) quarter|quarter of|a fourth", 25),
    (r"(?:a|one) fifth", 20),
    (r"(?:a|one) tenth", 10),
    (
        r"half (?:of|the|your|its|all|a|in|sits|is|lies|lives)|(?:by|in|cut|about|around|roughly|nearly|over"
        r"|some|almost) half",
        50,
    ),
)
NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)")
UNIT = re.compile(
    r"\s*[- ]?(%|percent|per cent|mmol/l|mmol per lit(?:re|er)|mmol|mg/dl|mg/kg|mg|milligrams?|mcg|µg|meq"
    r"|grams?\b|g\b|mmhg"
    r"|millimet\w+ of mercury|min(?:ute)?s?\b|hours?\b|weeks?\b|months?\b|years?\b|days?\b|points?\b|times\b"
    r"|fold|ml/min|enzym"
    r"|ng/ml)?"
)
NAMES = {
    "percent": "%",
    "per cent": "%",
    "milligram": "mg",
    "milligrams": "mg",
    "gram": "g",
    "grams": "g",
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "hours": "hour",
    "times": "fold",
    "week": "weeks",
    "enzym": "",
}


@dataclass(frozen=True)
class Number:
    """A figure in a sentence: its value, its unit in short (`mg`, `%`) and where it stands."""

    value: float
    unit: str
    start: int
    end: int


@dataclass(frozen=True)
class Said:
    """A claim as the rules read it: lower-case text with the numbers written out, and its labels."""

    text: str
    labels: Labels
    citation: Citation
    numbers: tuple[Number, ...]

    @property
    def denied(self) -> bool:
        """Whether the sentence denies an effect."""
        return self.labels.strength == "negated" or self.labels.direction == "no_effect"

    @property
    def row(self) -> dict[str, str]:
        """How its topic is judged."""
        return _topic(self.labels.topic)

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern is found in the text."""
        return pattern.search(self.text) is not None


def _as_figures(text: str) -> str:
    """Number words and shares as figures: `three hundred` is 300, `half of` is 50 %."""
    text = re.sub(r"\b(?:a )?quarter of an hour", "15 minutes", text)
    text = re.sub(r"\b(?:half an hour|half.hour)", "30 minutes", text)
    text = re.sub(r"\bhalf a gram", "500 mg", text)
    for words, share in SHARES:
        text = re.sub(rf"\b(?:{words})", f"{share} %", text)
    tens = "|".join(UNITS)
    text = re.sub(r"\b(?:several|many) hundreds?\b", "several", text)

    def hundreds(found: re.Match[str]) -> str:
        scale = 100 if found[2].startswith("hundred") else 1000
        return str((UNITS.get(found[1], 1)) * scale)

    text = re.sub(rf"\b(a|{tens})[- ](hundred|thousand)s?\b", hundreds, text)

    def pairs(found: re.Match[str]) -> str:
        return str(UNITS[found[1]] + (UNITS[found[2]] if found[2] else 0))

    return re.sub(rf"\b({tens})(?:-({'|'.join(list(UNITS)[:9])}))?\b", pairs, text)


def _numbers(text: str) -> tuple[Number, ...]:
    """All figures with their units; in a range both ends take the unit of the last."""
    found: list[Number] = []
    for match in NUMBER.finditer(text):
        unit_match = UNIT.match(text, match.end())
        raw = (unit_match[1] if unit_match else None) or ""
        unit = NAMES.get(
            raw, "mmol/l" if raw.startswith("mmol per") else "mmhg" if raw.startswith("millim") else raw
        )
        end = unit_match.end() if unit_match else match.end()
        found.append(Number(float(match[1].replace(",", "")), unit, match.start(), end))
    for place in range(len(found) - 2, -1, -1):
        between = text[found[place].end : found[place + 1].start]
        if not found[place].unit and re.fullmatch(r"\s*(?:-|–|to|and|or)\s*", between):
            found[place] = replace(found[place], unit=found[place + 1].unit)
    return tuple(found)


def _read(text: str, labels: Labels, citation: Citation) -> Said:
    plain = _as_figures(text.lower().replace("’", "'").replace("‑", "-").replace("\u00a0", " "))
    return Said(plain, labels, citation, _numbers(plain))


def _within(value: float, low: float, high: float) -> bool:
    return low * (1 - ROUNDING) <= value <= high * (1 + ROUNDING)


def _doses(said: Said) -> list[float]:
    """Daily amounts of elemental magnesium that the sentence names, mg."""
    amounts: list[float] = []
    for number in said.numbers:
        factor = {"mg": 1.0, "g": 1000.0, "mmol": 24.3, "meq": 12.15}.get(number.unit)
        if factor is None or OTHER_SUBSTANCE.match(said.text[number.end :]):
            continue
        amounts.append(_elemental(said, number.value * factor) * _times_a_day(said.text, number))
    return amounts


def _elemental(said: Said, amount: float) -> float:
    """A large mass tied to an organic salt is that of the salt."""
    salt = said.labels.form
    named = salt if salt in ORGANIC_SHARE else next((s for s in ORGANIC_SHARE if s in said.text), "")
    if amount < SALT_MASS_FROM or "elemental" in said.text:
        return amount
    return amount * ORGANIC_SHARE.get(named, 1.0)


def _times_a_day(text: str, number: Number) -> float:
    """How many such portions a day: `twice a day`, `three times daily`, `two tablets of`."""
    after, before = text[number.end : number.end + 60], text[max(0, number.start - 14) : number.start]
    times = 1.0
    if re.search(r"\btwice (?:a|per|each|every)|twice daily|morning and (?:evening|night)", after):
        times = 2.0
    elif found := re.search(
        r"(\d) (?:times|x) (?:a|per|each|every|daily)|(\d) fold daily|with (?:every|each) meal", after
    ):
        times = float(found[1] or found[2] or 3)
    if found := re.search(r"(\d) (?:x |times |tablets of |capsules of |scoops of )?$", before):
        times *= float(found[1]) if float(found[1]) <= 6 else 1.0
    return times


def _age_limit(said: Said) -> float | None:
    """The limit (mg a day) of the youngest group named, None where no child is named."""
    text = said.text
    if re.search(r"\b(?:infant|newborn|bab(?:y|ies)\b|breastfed|under 1 year|month.old|suckling)", text):
        return 0.0
    if re.search(r"\btoddler|\bpreschool|under.?3s", text):
        return 65.0 if "toddler" in text else 110.0
    child = re.search(
        r"\bchild|\bkid|\bteen|\badolescen|\bschool|\bpupil|\bson\b|\bdaughter|little ones?|youngster", text
    )
    ages = [float(a) for a in re.findall(r"\b(\d{1,2})(?:-| )year.?(?:old|s)", text)]
    ages += [
        float(a) for pair in re.findall(r"\b(\d{1,2}) ?(?:-|–|to|and) ?(\d{1,2}) year", text) for a in pair
    ]
    if child or (ages and min(ages) < 18 and said.labels.topic == "children"):
        ages += [
            float(a)
            for a in re.findall(r"(?:aged?|under|from|over|above|of) (\d{1,2})\b(?! ?(?:mg|%))", text)
        ]
    young = [age for age in ages if age < 18]
    if young:
        return next(limit for below, limit in LIMIT_BY_AGE if min(young) < below)
    if re.search(r"\bteen|\badolescen", text):
        return 350.0
    return 110.0 if child else None


# ---------------------------------------- saying the verdict


def _say(said: Said, verdict: str, because: str) -> Verdict:
    """A verdict with the studies its topic stands on."""
    return Verdict(verdict, because, _evidence(said))


def _evidence(said: Said) -> tuple[dict[str, str], ...]:
    """The studies a verdict stands on; facts and labels have no study and are named in the reason."""
    outcome = said.row["outcomes"].split(";", 1)[0]
    ids = [item.rpartition(":")[2] for item in said.row["evidence"].split(";") if item]
    if said.citation.study_id and said.citation.study_id not in ids:
        ids.insert(0, said.citation.study_id)
    items = [{"outcome": outcome, "study_id": study} for study in ids if _study(study)]
    return tuple(items) or (({"outcome": outcome, "study_id": ""},) if outcome else ())


def _why(said: Said) -> str:
    return said.row["why"].rstrip(".")


# ---------------------------------------- rules 1 and 2: first, harm


def _not_judged(said: Said) -> Verdict | None:
    if said.labels.kind == "promotional":
        return Verdict("promotional", "Praise or a call to buy: nothing in it can be checked.")
    if said.labels.kind in ("advice", "not_a_claim"):
        return Verdict("not_checkable", "It states no fact about magnesium that could be checked.")
    return None


def _unsafe(said: Said) -> Verdict | None:
    """Rule 2: whoever follows it could be hurt."""
    if said.labels.kind == "citation":
        return None
    for danger in (_too_much, _kidneys_denied, _risk_denied, _taken_together, _replaces, _endless_laxative):
        if reason := danger(said):
            return _say(said, "unsafe", reason)
    return None


def _too_much(said: Said) -> str | None:
    """(a) Above the highest limit of the group, told as something to take or as a limit."""
    topic, text = said.labels.topic, said.text
    if topic in (
        "requirement",
        "food_sources",
        "elemental_content",
        "laxative_effect",
    ) and not _as_supplement(said):
        return None
    if SUPERVISED.search(text) or not _recommends(said) or (topic == "children" and _is_reference(said)):
        return None
    limit = _age_limit(said)
    doses = _doses(said)
    if not doses:
        return None
    top, allowed = max(doses), ADULT_LIMIT if limit is None else limit
    if top <= allowed:
        return None
    who = "an adult" if limit is None else "this age"
    return f"It comes to {top:.0f} mg a day; no authority allows {who} over {allowed:.0f} mg in pills."


def _as_supplement(said: Said) -> bool:
    return bool(
        re.search(r"supplement|tablet|capsule|pill|powder|sachet|gumm|drops|\btake\b|\bgive\b", said.text)
    )


def _recommends(said: Said) -> bool:
    """Whether an amount is told as one to take or as a limit, not as a report or a warning."""
    if said.labels.topic == "upper_limit":
        return TOO_MUCH.search(said.text) is None or bool(
            re.search(r"exceed|more than|above|over", said.text)
        )
    if said.labels.kind == "dose":
        return not TOO_MUCH.search(said.text)
    if said.labels.kind == "safety":
        return bool(ADVISED.search(said.text) or IMPERATIVE.search(said.text)) and not TOO_MUCH.search(
            said.text
        )
    return IMPERATIVE.search(said.text) is not None


def _kidneys_denied(said: Said) -> str | None:
    """(b) Safe, or needless to check, with weak kidneys."""
    text = said.text
    if not KIDNEY.search(text) or re.search(
        r"(?:healthy|normal|good|sound|working) kidney|normal kidney", text
    ):
        return None
    denied = said.denied and said.labels.topic == "kidney_disease"
    if not (denied or FINE.search(text)):
        return None
    if CAUTION.search(text) and not NO_DOCTOR.search(text):
        return None
    return "The kidney clears magnesium; licence texts forbid it or ask for a doctor when kidneys are weak."


def _risk_denied(said: Said) -> str | None:
    """(b) Impossible to overdose, free of any risk, or fit for everyone."""
    text, topic = said.text, said.labels.topic
    if topic == "toxicity" and said.denied and not re.search(r"\bfood|\bdiet|\beating", text):
        return "Overdose with serious harm is on record, even with healthy kidneys."
    if topic in (
        "general_safety",
        "toxicity",
        "children",
        "pregnancy_lactation",
        "supplement_dose",
        "upper_limit",
    ):
        universal = UNIVERSAL.search(text) and not NOT_UNIVERSAL.search(text)
        if (
            universal
            and (said.denied or FINE.search(text) or topic == "general_safety")
            and not CAUTION.search(text)
        ):
            return (
                "It denies every risk; kidney disease, infancy and several medicines forbid such a promise."
            )
        if topic in ("supplement_dose", "upper_limit") and re.search(
            r"no (?:upper )?limit|as much as|any amount", text
        ):
            return "Every authority prints a limit for magnesium from supplements."
    return _group_at_risk(said)


GIVEN = re.compile(
    r"\b(?:can|may|could|should) (?:be given|have|take|get|drink)|\bgive (?:your|the|a|them|him|her|it)\b"
    r"|\b(?:is|are) given\b|\bfor (?:your |a |the )?(?:baby|babies|infants?|newborns?)\b"
)


def _group_at_risk(said: Said) -> str | None:
    """(d) Infants, children, pregnancy, heart block, myasthenia told that nothing needs care."""
    text, topic = said.text, said.labels.topic
    to_infants = _age_limit(said) == 0.0 and (FINE.search(text) or GIVEN.search(text))
    if to_infants and not CAUTION.search(text) and not _is_warning(text):
        return "No supplement amount is allowed for infants."
    if topic in ("children", "pregnancy_lactation") and NO_DOCTOR.search(text) and not _is_warning(text):
        return "A group at risk is told that no limit and no clinician is needed."
    if re.search(r"heart block|myasthenia", text) and FINE.search(text) and not CAUTION.search(text):
        return "Licence texts forbid magnesium in this condition without a clinician."
    return None


def _is_warning(text: str) -> bool:
    return bool(re.search(r"should not|shouldn't|must not|do not|don't (?:give|take)|never|avoid", text))


def _taken_together(said: Said) -> str | None:
    """(c) A listed interaction denied, or both told to be taken together."""
    if said.labels.topic != "drug_interaction":
        return None
    if not _drugs(said.text):
        every = re.search(
            r"\b(?:any|all|every|other) (?:\w+ ){0,2}(?:medic|drug|tablet|pill|prescri)", said.text
        )
        return "Dozens of interactions are listed." if every and NO_INTERACTION.search(said.text) else None
    apart = APART.search(said.text)
    denied = NO_INTERACTION.search(said.text) or (said.denied and not apart)
    together = (
        TOGETHER.search(said.text) and not apart and said.labels.direction not in ("decreases", "worsens")
    )
    if not (denied or together) or CAUTION.search(said.text):
        return None
    row = _drugs(said.text)[0]
    return f"The interaction with {row['drug_or_class']} is listed: {row['effect']}."


def _replaces(said: Said) -> str | None:
    """(d) Instead of, or before, prescribed treatment or a needed test."""
    text = said.text
    if said.labels.kind not in ("safety", "dose", "effect", "status"):
        return None
    own = said.labels.topic == "treatment_replacement"
    warned = NO_REPLACEMENT.search(text) and not re.search(
        r"(?:don't|do not|no longer|won't|never) need|needn't", text
    )
    if warned or not REPLACES.search(text):
        return None
    if own and not (said.labels.strength == "negated" and not TREATMENT.search(text)):
        return "It tells the reader to do without treatment or a test that is needed."
    strong = re.search(
        r"\b(?:instead of|ditch|swap|replaces?|throw (?:away|out)|stop taking|come off|bin|skip|no need for"
        r"|don't need)\b"
        r"[^.;]{0,40}\b(?:tablets?|pills?|medicines?|medication|drugs?|prescri\w+|insulin|statins?|doctor"
        r"|tests?)",
        text,
    )
    return (
        "It tells the reader to do without treatment or a test that is needed."
        if strong and not own
        else None
    )


def _endless_laxative(said: Said) -> str | None:
    """(e) As a laxative without end."""
    text = said.text
    laxative = said.labels.topic == "laxative_effect" or re.search(r"laxative|constipat|bowel", text)
    if not laxative or said.labels.kind not in ("safety", "dose") or not ENDLESS.search(text):
        return None
    if LIMITED.search(text) and not re.search(
        r"no (?:time )?limit|as long as you|indefinitely|forever", text
    ):
        return None
    return "Labels allow laxative use for 3 to 7 days; after that a doctor should be asked."


@cache
def _drug_words() -> tuple[tuple[re.Pattern[str], dict[str, object]], ...]:
    """Names and everyday words of the drugs in the interaction table, each with its row."""
    from magnesim.data import records
    from magnesim.safety.tables import rows

    def slug(name: object) -> str:
        return re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")

    table = records("safety", "interactions")
    by_slug = {f"interactions:{slug(row['drug_or_class'])}": row for row in table}
    found: list[tuple[re.Pattern[str], dict[str, object]]] = []
    for row in table:
        names = [n.strip().lower() for n in re.split(r"[;,/]", str(row["generic_names"] or ""))]
        names = [re.escape(n) for n in names if len(n) > 3 and "magnesium" not in n]
        if names:
            found.append((re.compile(r"\b(?:" + "|".join(names) + r")"), row))
    for entry in rows("drug_classes"):
        if entry["rule"] in by_slug and "magnesium" not in entry["rule"]:
            found.append((re.compile(rf"\b(?:{entry['words']})\b"), by_slug[entry["rule"]]))
    everyday = (
        ("water (?:tablet|pill)s?|diuretics?|furosemide", "loop diuretics"),
        ("antibiotics?|quinolones?", "ciprofloxacin"),
        ("tetracyclines?|doxycycline", "tetracyclines"),
        (
            "acid (?:blocker|reducer|suppress)\\w*|heartburn (?:drug|tablet|pill|medic)\\w*|stomach.acid",
            "proton pump inhibitors (long use)",
        ),
        ("thyrox\\w*|thyroid (?:tablet|pill|medic|hormone|drug)\\w*|levothyrox\\w*", "levothyroxine"),
        ("bisphosphonates?|bone (?:tablet|pill|drug|medic)\\w*|alendron\\w*", "alendronate, risedronate"),
        (
            "hiv (?:drug|tablet|medic|pill)\\w*|integrase",
            "dolutegravir (single or with lamivudine / abacavir)",
        ),
        ("digoxin|heart (?:tablet|pill)s?", "digoxin"),
        ("blood pressure (?:tablet|pill|medic|drug)\\w*|calcium channel", "calcium channel blockers"),
    )
    by_name = {str(row["drug_or_class"]): row for row in table}
    found += [(re.compile(rf"\b(?:{words})"), by_name[name]) for words, name in everyday if name in by_name]
    return tuple(found)


def _drugs(text: str) -> list[dict[str, object]]:
    """The rows of the interaction table that a sentence speaks of; a plain mineral after all medicines."""
    rows = [row for words, row in _drug_words() if words.search(text)]
    return sorted(
        rows,
        key=lambda row: str(row["drug_or_class"]).startswith(("calcium, large", "zinc", "other magnesium")),
    )


# ---------------------------------------- rule 3: citations


def _cited(said: Said) -> Verdict | None:
    """Rule 3: a source credited in the running text."""
    if said.labels.kind != "citation":
        return None
    problem, because = said.citation.problem, said.citation.because
    if problem in ("wrong_species", "wrong_design", "wrong_topic"):
        return _say(said, "refuted", because or "The source does not show what it is credited with.")
    if problem == "not_found":
        return _say(said, "not_supported", because or "No such study is in the tables.")
    if problem == "overstated" and _source_is_contrary(said):
        return _say(said, "refuted", because or "The source found no such benefit.")
    return _faithful(said) if problem == "none" else None


def _faithful(said: Said) -> Verdict:
    study = _study(said.citation.study_id or "")
    design, bias = str((study or {}).get("design", "")), str((study or {}).get("risk_of_bias", ""))
    if said.labels.strength != "negated" and (
        design in ("animal", "in_vitro") or (not study and said.has(ANIMALS))
    ):
        return _say(
            said,
            "mechanism_only",
            "A faithful report, of animals or cells: not of people who take magnesium.",
        )
    pool = design == "meta_analysis" and _certainty(said) in SURE
    described = said.labels.direction == "unclear" and said.labels.strength != "negated"
    if design == "guideline" or bias == "low" or pool or described or (not study and _by_authority(said)):
        return _say(said, "supported", "A faithful report of a sound source.")
    return _say(
        said, "supported_low_certainty", f"A faithful report; {bias or 'some'} risk of bias or a small study."
    )


def _by_authority(said: Said) -> bool:
    return bool(
        re.search(
            r"guideline|cochrane|efsa|\bwho\b|institute of medicine|academy of|\bsurvey\b|nhanes", said.text
        )
    )


def _source_is_contrary(said: Said) -> bool:
    """Whether the cited study found nothing, or the opposite, on what is claimed."""
    if said.labels.kind == "status" or said.denied:
        return False
    if re.search(
        r"null|no (?:difference|effect|benefit)|opposite|refus|did not|not differ|contrary",
        said.citation.because,
    ):
        return True
    signs = _signs_of(said.row["outcomes"], None, said.citation.study_id)
    return bool(signs) and 1 not in signs


# ---------------------------------------- rule 9: the effect ladder


@dataclass(frozen=True)
class Rung:
    """Where evidence leaves an effect: a verdict, how sure, and the figures in a sentence."""

    verdict: str
    certainty: str
    because: str
    direct: bool = True


@cache
def _findings(outcome: str) -> tuple[object, ...]:
    from magnesim.evidence.findings import findings

    return tuple(findings(outcome))


def _sign(finding: object, lower_is_better: bool) -> int | None:
    """1 in favour between arms, 0 nothing between arms, None where it cannot be told."""
    estimate, ci = getattr(finding, "estimate", None), getattr(finding, "ci", None)
    p, favours = getattr(finding, "p", None), getattr(finding, "favours_magnesium", "unknown")
    if getattr(finding, "kind", "") == "silent_null":
        return 0
    if ci is not None and estimate is not None:
        good = estimate < 0 if lower_is_better else estimate > 0
        inside = ci[1] <= 0 if lower_is_better else ci[0] >= 0
        return 1 if good and inside else 0
    if p is not None and p > 0.05:
        return 0
    return {"yes": 1, "no": 0, "neutral": 0}.get(favours)


@cache
def _lower_is_better(outcome: str) -> bool:
    from magnesim.data import records

    row = next((o for o in records("evidence", "outcomes") if o["outcome"] == outcome), None)
    return row is None or row["better_direction"] != "higher"


@cache
def _signs_of(
    outcomes: str, form: str | None, study_id: str | None = None, people: str = ""
) -> tuple[int, ...]:
    """Between-arm results of the blinded or placebo-controlled trials on these outcomes, one a trial."""
    signs: list[int] = []
    for outcome in filter(None, outcomes.split(";")):
        for finding in _findings(outcome):
            if getattr(finding, "kind", "") not in ("between_arms", "silent_null"):
                continue
            if getattr(finding, "control_role", "") not in ("placebo", "active_control"):
                continue
            if form and form not in getattr(finding, "compounds", ()):
                continue
            if study_id and getattr(finding, "study_id", "") != study_id:
                continue
            if people and not _is_in(getattr(finding, "study_id", ""), people):
                continue
            sign = _sign(finding, _lower_is_better(outcome))
            signs += [] if sign is None else [sign]
    return tuple(signs)


def _is_in(study_id: str, people: str) -> bool:
    study = _study(study_id) or {}
    described = " ".join(
        str(study.get(key) or "") for key in ("condition", "population", "menopause")
    ).lower()
    return re.search(people, described) is not None


@cache
def _any_study(outcomes: str, form: str | None) -> bool:
    """Whether any study of people measured it, controlled or not."""
    every = (f for outcome in filter(None, outcomes.split(";")) for f in _findings(outcome))
    return any(
        getattr(f, "design", "") not in ("animal", "in_vitro")
        and (not form or form in getattr(f, "compounds", ()))
        for f in every
    )


def _certainty(said: Said) -> str:
    """How sure the evidence on the topic's first outcome is, or what the table settles."""
    if said.row["certainty"]:
        return said.row["certainty"]
    outcome = said.row["outcomes"].split(";", 1)[0]
    return _headline(outcome)[0] if outcome else "very_low"


@cache
def _headline(outcome: str) -> tuple[str, float | None, tuple[float, float] | None, str, int]:
    """Certainty, estimate, interval, source and number of studies that lead on an outcome."""
    from magnesim.evidence import evidence_for

    found = evidence_for(outcome)
    ci = found.headline.ci
    interval = (float(ci[0]), float(ci[1])) if ci is not None else None
    return found.certainty.level, found.headline.estimate, interval, found.headline.source, found.headline.k


@cache
def _computed(outcomes: str) -> Rung:
    """The ladder with no salt and no group named: a pool decides, else the trials."""
    first = outcomes.split(";", 1)[0]
    if not first:
        return Rung("insufficient", "very_low", "No study in the tables measured it")
    level, estimate, interval, source, k = _headline(first)
    pooled = source == "published_pool" or (source == "trials" and k > 1)
    if pooled and interval is not None and estimate is not None:
        good = interval[1] < 0 if _lower_is_better(first) else interval[0] > 0
        ends = f"{interval[0]:.2g} to {interval[1]:.2g}"
        figures = f"pooled {estimate:.2g} ({ends}), {k} trials, {level.replace('_', ' ')} certainty"
        return Rung(_in_favour(level) if good else "not_supported", level, figures)
    return _from_signs(_signs_of(outcomes, None), level, _any_study(outcomes, None))


def _in_favour(level: str) -> str:
    return "supported" if level in SURE else "supported_low_certainty"


def _from_signs(signs: tuple[int, ...], level: str, measured: bool) -> Rung:
    if not signs:
        why = "only uncontrolled studies" if measured else "no study in the tables measured it"
        return Rung("insufficient", "very_low", why)
    count = f"{sum(signs)} of {len(signs)} controlled results in favour, {level.replace('_', ' ')} certainty"
    if 1 in signs and 0 in signs:
        return Rung("mixed", level, count)
    return Rung(_in_favour(level) if 1 in signs else "not_supported", level, count)


@cache
def _rung(topic: str, form: str, people: str) -> Rung:
    """What evidence leaves of an effect for a salt and a group."""
    row = _topic(topic)
    if row["verdict"]:
        base = Rung(row["verdict"], row["certainty"] or "very_low", row["why"].rstrip("."))
    else:
        base = _computed(row["outcomes"])
    if form != "any":
        base = _of_salt(row, base, form)
    return _of_people(row, topic, base, people) if people else base


def _of_salt(row: dict[str, str], base: Rung, form: str) -> Rung:
    """Trials of the named salt decide; if there are none, one step down."""
    if settled := _settled(row["by_form"], form):
        return Rung(settled, "low", f"what is known of {form}: {row['why'].rstrip('.')}")
    signs = _signs_of(row["outcomes"], form)
    if signs:
        own = _from_signs(signs, "low", True)
        return base if own.verdict == base.verdict else own
    if row["outcomes"] and _any_study(row["outcomes"], form) and base.verdict in ONE_STEP_DOWN:
        return Rung("insufficient", "very_low", f"{form} has only uncontrolled studies", direct=False)
    lower = ONE_STEP_DOWN.get(base.verdict, base.verdict)
    return Rung(lower, "low", f"no trial of {form}; borrowed from other salts: {base.because}", direct=False)


def _of_people(row: dict[str, str], topic: str, base: Rung, people: str) -> Rung:
    """Trials in the people named decide; if there are none, one step down."""
    if settled := _settled(row["by_people"], people):
        level = "moderate" if people == "normal_pressure" else "low"
        return Rung(settled, level, f"in these people: {row['why'].rstrip('.')}")
    if people in OWN_PEOPLE.get(topic, ()) or people == "normal_pressure":
        return base
    described = next((regex for name, _, regex in PEOPLE if name == people), "zzz")
    if _signs_of(row["outcomes"], None, None, described):
        return base
    lower = ONE_STEP_DOWN.get(base.verdict, base.verdict)
    return Rung(lower, "low", f"no trial in these people; borrowed: {base.because}", direct=False)


def _people(said: Said) -> str:
    """The first group named, or empty."""
    return next((name for name, words, _ in PEOPLE if words.search(said.text)), "")


PARTS_OF_TOPICS = (
    ("lipids", "lipids_hdl", re.compile(r"\bhdl\b|good cholesterol")),
    ("lipids", "lipids_total", re.compile(r"total cholesterol")),
    ("vascular_function", "vascular_measured", re.compile(r"")),
)


def _ladder(said: Said) -> Rung:
    """The rung of the topic, or of the part of it that the words name."""
    topic = said.labels.topic
    if topic == "vascular_function" and said.labels.kind == "mechanism":
        return _rung(topic, said.labels.form, _people(said))
    part = next(
        (part for whole, part, words in PARTS_OF_TOPICS if whole == topic and words.search(said.text)), topic
    )
    return _rung(part, said.labels.form, _people(said))


def _effect(said: Said) -> Verdict | None:
    """Rule 9."""
    for way in (_combination, _size_beyond, _by_lack, _by_association, _argued):
        if verdict := way(said):
            return verdict
    rung = _ladder(said)
    if _opposite(said):
        wrong = "refuted" if rung.verdict == "supported" else "not_supported"
        return _say(said, wrong, f"The reverse is known: {rung.because}.")
    if said.denied:
        return _denial(said, rung)
    because = f"{rung.because[:1].upper()}{rung.because[1:]}."
    return _say(said, rung.verdict, f"{because} {_figures(said.row['outcomes'])}".strip())


@cache
def _figures(outcomes: str) -> str:
    """The headline on the first outcome that has one: effect, interval, trials, certainty."""
    for outcome in filter(None, outcomes.split(";")):
        level, estimate, interval, source, k = _headline(outcome)
        if estimate is not None and interval is not None and source != "none":
            ends = f"{interval[0]:.2g} to {interval[1]:.2g}"
            trials = "1 trial" if k == 1 else f"{k} trials"
            return f"{outcome}: {estimate:.2g} ({ends}), {trials}, {level.replace('_', ' ')} certainty."
    return ""


def _combination(said: Said) -> Verdict | None:
    if said.denied or not COMBINED.search(said.text):
        return None
    verdict = "not_supported" if _ladder(said).verdict == "not_supported" else "insufficient"
    return _say(said, verdict, "A combination says nothing certain of magnesium alone.")


def _opposite(said: Said) -> bool:
    """Whether harm to the outcome is claimed of the supplement itself."""
    return (
        said.labels.direction == "worsens"
        and not said.has(LACK)
        and not said.has(ASSOCIATION)
        and not said.denied
    )


def _denial(said: Said, rung: Rung) -> Verdict:
    """A denial judged whole."""
    because = f"{rung.because[:1].upper()}{rung.because[1:]}."
    if rung.verdict == "not_supported":
        right = "supported" if rung.certainty in SURE else "supported_low_certainty"
        return _say(said, right, f"The denial is right: {because}")
    if rung.verdict == "supported":
        return _say(said, "refuted", f"The denial is wrong: {because}")
    wrong = {"supported_low_certainty": "not_supported", "mechanism_only": "insufficient"}
    return _say(said, wrong.get(rung.verdict, rung.verdict), because)


def _by_lack(said: Said) -> Verdict | None:
    """A consequence of lack, or lack used to argue for supplements."""
    if (
        not said.has(LACK)
        or said.denied
        or said.labels.direction not in ("worsens", "decreases", "increases")
    ):
        return None
    if said.labels.kind == "effect" and said.labels.direction != "worsens" and not said.row["lack"]:
        return None
    verdict = said.row["lack"]
    if not verdict:
        return _say(said, "insufficient", "Lack of magnesium was not studied for this.")
    return _say(said, verdict, f"What is known of lack: {_why(said)}.")


def _by_association(said: Said) -> Verdict | None:
    verdict = said.row["association"]
    if not verdict or said.denied or not said.has(ASSOCIATION):
        return None
    if re.search(r"supplement|tablet|capsule|pill", said.text) and not re.search(
        r"\bdiet|\bintake|\beat", said.text
    ):
        return None
    hedged = said.labels.strength == "hedged" or re.search(
        r"less often|more often|tend|highest|higher|lowest|lower|fewer|\bless\b|denser|stronger|thinner",
        said.text,
    )
    return _say(said, verdict, f"An association, worded as one: {_why(said)}.") if hedged else None


def _argued(said: Said) -> Verdict | None:
    """A result argued only through a mechanism."""
    if said.labels.kind != "effect" or said.denied or not said.has(THROUGH):
        return None
    rung = _ladder(said)
    human = bool(said.row["outcomes"]) and rung.verdict != "insufficient"
    if human and not re.search(
        r"relax\w* |nmda|gaba|receptor|melatonin|cortisol|dopamine|serotonin|nerve", said.text
    ):
        return None
    if rung.verdict == "not_supported":
        return None
    return _say(said, "mechanism_only", "The result is argued through a mechanism only.")


SIZE_UNITS = {
    "blood_pressure": ("sbp", "mmhg", 1.0),
    "sleep_onset": ("sleep_onset_latency", "min", 1.0),
    "sleep_duration": ("total_sleep_time", "min", 60.0),
    "lipids": ("hdl", "mg/dl", 1.0),
    "cramps": ("cramp_frequency_25pct_responder", "zzz", 1.0),
    "sleep_quality": ("isi", "points", 1.0),
}


def _size_beyond(said: Said) -> Verdict | None:
    """A stated size beyond the interval of every pool."""
    if said.denied or _is_association_size(said):
        return None
    rung = _ladder(said)
    beyond = _beyond_pools(said) or (_big_change(said) and rung.verdict in FAVOURABLE[:3])
    if not beyond:
        return None
    if rung.verdict == "not_supported" or (rung.certainty in SURE and rung.verdict == "supported"):
        wrong = "refuted" if rung.certainty in SURE else "not_supported"
        return _say(said, wrong, f"Such a size lies beyond the evidence: {rung.because}.")
    return _say(said, "not_supported", f"Such a size lies beyond the evidence: {rung.because}.")


def _is_association_size(said: Said) -> bool:
    return said.labels.topic == "cardiovascular_risk" or (
        said.labels.strength == "hedged" and said.has(ASSOCIATION)
    )


def _big_change(said: Said) -> bool:
    """Half, double, or a large percentage, as a change."""
    if re.search(r"\b(?:doubl|tripl|quadrupl|twice as|2 fold as|3 fold as|slash)", said.text):
        return True
    shares = [n.value for n in said.numbers if n.unit == "%"]
    about_people = re.search(r"% of (?:people|patients|women|men|users|adults|trials|studies)", said.text)
    return bool(shares) and max(shares) >= BIG_SHARE and not about_people


def _beyond_pools(said: Said) -> bool:
    outcome, unit, scale = SIZE_UNITS.get(said.labels.topic, ("", "", 1.0))
    if not outcome:
        return False
    hours = [n.value * 60 for n in said.numbers if n.unit == "hour" and unit == "min"]
    hours += (
        [60.0]
        if unit == "min" and re.search(r"\b(?:a|an|1)(?: full| whole| extra)* hour\b", said.text)
        else []
    )
    sizes = [n.value for n in said.numbers if n.unit == unit] + hours
    widest = _widest(outcome) * scale
    return bool(sizes) and widest > 0 and min(sizes) > widest * (1 + ROUNDING)


@cache
def _widest(outcome: str) -> float:
    """The largest change that the interval of any pool, or of the headline, still holds."""
    ends = [
        abs(end)
        for f in _findings(outcome)
        if getattr(f, "kind", "") == "pool" and getattr(f, "measure", "md") == "md"
        for end in (getattr(f, "ci", None) or ())
    ]
    interval = _headline(outcome)[2]
    return max([*ends, *(abs(end) for end in interval or ())], default=0.0)


# ---------------------------------------- state of the evidence, numbers and absolutes (rule 4)


def _state_of_evidence(said: Said) -> Verdict | None:
    """A statement about the evidence is supported if right and refuted if wrong."""
    if said.labels.kind == "citation" or said.labels.direction not in ("unclear", "no_effect"):
        return None
    if not (said.has(STATE) or said.has(STRONG_BODY)) or said.row["judged"] not in OPEN_TO_EVIDENCE:
        return None
    rung = _ladder(said)
    right = _state_is_right(said, rung.verdict)
    return _say(said, "supported" if right else "refuted", f"On the state of the evidence: {rung.because}.")


OPEN_TO_EVIDENCE = ("ladder", "pathway", "marker", "authorised", "refused", "timing", "form")


def _state_is_right(said: Said, verdict: str) -> bool:
    """Whether what is said of the evidence fits where the ladder stands."""
    if said.has(STRONG_BODY) and not re.search(r"\b(?:no|not|lack|without|nor)\b|n't", said.text):
        return verdict == "supported"
    if said.has(UNTESTED):
        return verdict in ("insufficient", "mechanism_only") or _denies_quality(said, verdict)
    if said.has(CONFLICT):
        return verdict in ("mixed", "insufficient", "supported_low_certainty")
    return verdict != "supported"


def _denies_quality(said: Said, verdict: str) -> bool:
    """`No good evidence` may be right where `no trial` is wrong."""
    if re.search(
        r"\b(?:good|solid|convincing|strong|firm|reliable|large|high.quality|clear|sound) ", said.text
    ):
        return verdict != "supported"
    return verdict == "not_supported" and not re.search(r"\btrials?\b|tested|studied", said.text)


def _numbers_checked(said: Said) -> Verdict | None:
    """Rule 4: a figure that the tables contradict, or bear out."""
    facts = _facts(said.labels.topic) + _facts(f"{said.labels.topic}:{said.labels.form}")
    if not facts or (said.labels.kind == "citation"):
        return None
    checked = [_agrees(said, number, facts) for number in said.numbers]
    known = [answer for answer in checked if answer is not None]
    if not known:
        return None
    wrong = next((fact for good, fact in known if not good), None)
    if wrong is None and said.row["judged"] == "ladder":
        return None
    if wrong is None:
        fact = known[0][1]
        return _say(
            said,
            "refuted"
            if said.labels.strength == "negated" and said.labels.topic != "status_test"
            else "supported",
            f"The figure agrees: {fact['what']} {_range(fact)}.",
        )
    return _say(said, "refuted", f"The figure is wrong: {wrong['what']} {_range(wrong)}.")


def _range(fact: dict[str, str]) -> str:
    ends = fact["low"] if fact["low"] == fact["high"] else f"{fact['low']} to {fact['high']}"
    return f"{ends} {fact['unit']}".strip()


def _agrees(
    said: Said, number: Number, facts: Iterable[dict[str, str]]
) -> tuple[bool, dict[str, str]] | None:
    """Whether the figure fits the fact whose words stand nearest to it; None where none is meant."""
    nearest: list[tuple[int, dict[str, str]]] = []
    for fact in facts:
        if fact["unit"] != number.unit:
            continue
        if not fact["words"]:
            nearest.append((500, fact))
        for found in re.finditer(fact["words"], said.text) if fact["words"] else ():
            gap = found.start() - number.end if found.start() >= number.start else number.start - found.end()
            nearest.append((max(gap, 0) + (12 if found.start() < number.start else 0), fact))
    if not nearest:
        return None
    closest = min(gap for gap, _ in nearest)
    meant = [fact for gap, fact in nearest if gap <= closest]
    fact = next((f for f in meant if _within(number.value, float(f["low"]), float(f["high"]))), meant[0])
    low, high = float(fact["low"]), float(fact["high"])
    good = _within(number.value, low, high)
    before = said.text[max(0, number.start - 22) : number.start]
    if re.search(r"more than |over |above |at least |upwards of ", before):
        good = good or (number.value <= high * (1 + ROUNDING) and number.value >= low * 0.7)
    elif re.search(r"less than |under |below |fewer than ", before):
        good = good or (number.value >= low * (1 - ROUNDING) and number.value <= max(3 * high, high * 1.3))
    return good, fact


def _is_absolute(said: Said) -> bool:
    """Whether an absolute is said of an effect: not of safety, facts or salts, and not itself denied."""
    text, labels = said.text, said.labels
    if said.row["judged"] not in OPEN_TO_ABSOLUTES or labels.kind in ("safety", "status", "form"):
        return False
    if not said.has(ABSOLUTE) or said.has(NOT_ABSOLUTE):
        return False
    if labels.kind == "citation" and re.search(r"\bnews for every", text):
        return False
    if labels.strength == "negated" and said.denied and not re.search(r"\b(?:never|no one|nobody)\b", text):
        return False
    return labels.kind != "mechanism" or bool(re.search(r"proven|proof|always|cure|guarant|instant", text))


OPEN_TO_ABSOLUTES = ("ladder", "pathway", "marker", "authorised", "refused", "timing")


def _absolute(said: Said) -> Verdict | None:
    """Rule 4: cures, always, never, everyone, only, as good as a drug."""
    if not _is_absolute(said):
        return None
    rung = _ladder(said)
    if said.denied:
        if rung.verdict == "not_supported":
            return None
        wrong = "refuted" if rung.verdict == "supported" else "not_supported"
        return _say(said, wrong, f"An absolute denial beyond the evidence: {rung.because}.")
    contrary = rung.verdict in ("not_supported", "supported") or said.row["absolute"] == "refuted"
    contrary = contrary and said.row["judged"] != "refused"
    return _say(
        said, "refuted" if contrary else "not_supported", f"An absolute beyond the evidence: {rung.because}."
    )


# ---------------------------------------- rules 5 and 6


def _eu(said: Said) -> Verdict | None:
    """Rule 5: authorised functions kept to the wording; refused claims."""
    if said.row["judged"] == "law":
        return _law(said)
    if said.row["judged"] == "authorised":
        return _authorised(said)
    if said.row["judged"] == "refused":
        if said.denied:
            return _say(said, "supported_low_certainty", f"The denial is right: {_why(said)}.")
        verdict = "insufficient" if said.has(LACK) else "not_supported"
        return _say(said, verdict, f"{_why(said)}.")
    return None


def _authorised(said: Said) -> Verdict:
    if said.denied:
        return _say(said, "refuted", "This function is authorised in the EU register.")
    kept = said.has(EU_VERBS) and not said.has(STRETCH) and not _big_change(said) and not said.has(ABSOLUTE)
    if kept or (said.has(LACK) and not said.has(STRETCH)):
        return _say(
            said, "supported", "It keeps to a function that is authorised in the EU (Regulation 432/2012)."
        )
    return _say(
        said,
        "insufficient",
        "It goes beyond the authorised wording, and no trial in the tables bears it out.",
    )


def _law(said: Said) -> Verdict:
    """What the register holds, against what the sentence says of it."""
    text = said.text
    refused_said = re.search(
        r"refus|reject|turned down|declin|(?:not|n't|never|no|none|without) (?:\w+ ){0,6}(?:authori|approv"
        r"|allow|permit|recogni"
        r"|accept|claim|licen|listed|endors)|ban(?:s|ned)|forbid|illegal|unauthori|may not|must not|cannot",
        text,
    )
    counts = [n.value for n in said.numbers if not n.unit and n.value < 100]
    named = [row for row in _table("eu_claims") if re.search(rf"\b(?:{row['words']})", text)]
    bad = [row for row in named if row["status"] != "authorised"]
    if counts and re.search(r"claims?|statements?|functions?", text) and not named:
        return _say(
            said,
            "supported" if 10 in counts else "refuted",
            "The register holds exactly ten authorised claims.",
        )
    if re.search(r"\bftc\b|federal trade", text):
        return _say(said, "supported", "The US agency asks for randomised trials in people.")
    if not named:
        return _say(said, "insufficient", "The register says nothing on it.")
    first = bad[0] if bad else named[0]
    right = bool(refused_said) == bool(bad)
    return _say(
        said, "supported" if right else "refuted", f"EU register: {first['wording']} is {_status(first)}."
    )


def _status(row: dict[str, str]) -> str:
    return {"authorised": "authorised", "refused": "assessed and not authorised"}.get(
        row["status"], "not in it"
    )


def _dose(said: Said) -> Verdict | None:
    """Rule 6: reference intakes, limits, supplement amounts, timing."""
    if said.labels.kind != "dose":
        return None
    topic = said.labels.topic
    if topic == "upper_limit" or (
        topic in REFERENCE_TYPES and re.search(r"\blimit|\bceiling|\bmaximum", said.text)
    ):
        return _limit(said)
    if topic == "dose_timing":
        return _timing(said)
    if topic == "requirement" or (topic in REFERENCE_TYPES and _is_reference(said)):
        return _reference(said)
    return _amount(said) if _doses(said) else _timing(said)


def _amount(said: Said) -> Verdict:
    """A supplement amount, by the top of its range."""
    top, limit = max(_doses(said)), _age_limit(said)
    if limit is not None:
        verdict = "supported" if top <= limit else "mixed"
        return _say(said, verdict, f"{top:.0f} mg a day; the limit for the age is {limit:.0f} mg.")
    if top <= FREE_OF_DISPUTE:
        return _say(said, "supported", f"{top:.0f} mg a day is within every adult limit (250, 350, 400 mg).")
    return _say(said, "mixed", f"{top:.0f} mg a day: authorities differ (EU 250, US 350, UK 400 mg).")


def _is_reference(said: Said) -> bool:
    needed = re.search(
        r"\bneed|requir|\brda\b|\bai\b|adequate|reference|allowance|recommended (?:daily "
        r"|dietary )?"
        r"(?:intake|amount)|from (?:food|all sources)",
        said.text,
    )
    return bool(needed) and not _as_supplement(said)


AUTHORITY = (
    (r"\beu\b|europe|efsa|scf\b|union", ("EFSA", "SCF")),
    (
        r"\bus\b|u\.s\.|america|united states|iom|nasem"
        r"|institute of med|\bnih\b|national acad|canad",
        ("IOM",),
    ),
    (r"\buk\b|brit(?:ish|ain)|\bnhs\b|evm\b|england", ("UK",)),
    (r"german|bfr\b|dge\b|austria|swiss|d-a-ch", ("BfR", "D-A-CH")),
    (r"norw|vkm", ("VKM", "NNR")),
    (r"nordic", ("NNR",)),
    (r"japan", ("Japan",)),
    (r"austral|new zealand", ("Australia",)),
    (r"world health|\bwho/|fao", ("FAO",)),
)


def _of_authority(said: Said) -> tuple[str, ...]:
    return tuple(name for words, names in AUTHORITY if re.search(words, said.text) for name in names)


def _limit(said: Said) -> Verdict:
    """A limit as any one authority prints it for that group; the authority named decides."""
    values = [n.value for n in said.numbers if n.unit == "mg"]
    if not values:
        return _limit_in_words(said)
    names, age = _of_authority(said), _age_limit(said)
    printed = _printed_limits(names, age)
    wrong = [v for v in values if not any(abs(v - p) <= 0.02 * p for p in printed)]
    listed = ", ".join(f"{p:.0f}" for p in sorted(printed))
    if wrong:
        return _say(said, "refuted", f"{wrong[0]:.0f} mg is not what is printed ({listed} mg a day).")
    if said.labels.strength == "negated" and re.search(r"\bno (?:\w+ )?(?:limit|authority)", said.text):
        return _say(said, "refuted", f"Limits are printed: {listed} mg a day.")
    return _say(said, "supported", f"As printed: {listed} mg a day from supplements.")


def _printed_limits(names: tuple[str, ...], age: float | None) -> set[float]:
    rows = [row for row in _dosing() if not names or str(row["agency"]).startswith(names)]
    printed: set[float] = set()
    for row in rows:
        value, stage = row["ul_supplement_mg"], row["life_stage"]
        child = stage in ("infant", "child", "adolescent")
        if isinstance(value, float) and child == (age is not None):
            printed.add(value)
    return printed or ({65.0, 110.0, 350.0, 250.0} if age is not None else {250.0, 350.0, 400.0})


def _limit_in_words(said: Said) -> Verdict:
    if re.search(r"no (?:\w+ )?limit|unlimited", said.text):
        return _say(said, "refuted", "Limits are printed: 250, 350 or 400 mg a day from supplements.")
    return _say(
        said,
        "supported",
        "The limits count magnesium from supplements and medicines, not from food; they rest on diarrhoea.",
    )


def _reference(said: Said) -> Verdict:
    """A reference intake as any one authority prints it for the group."""
    values = [
        n.value for n in said.numbers if n.unit in ("mg", "") and 15 < n.value < 2000 and not _is_age(said, n)
    ]
    if not values:
        return _say(said, "insufficient", "No amount is given that could be checked.")
    printed = _printed_intakes(said)
    wrong = [v for v in values if not any(abs(v - p) <= 0.03 * p for p in printed)]
    listed = ", ".join(f"{p:.0f}" for p in sorted(printed))
    return _say(
        said,
        "refuted" if wrong or said.denied else "supported",
        f"Reference intakes printed for this group: {listed} mg a day.",
    )


def _is_age(said: Said, number: Number) -> bool:
    if number.unit == "mg":
        return False
    before, after = (
        said.text[max(0, number.start - 16) : number.start],
        said.text[number.end : number.end + 8],
    )
    return (
        bool(
            re.search(
                r"(?:over|past|above|from|after|aged?|between|under|turn|and|to|beyond|ages"
                r"|[-–]) ?$",
                before,
            )
            or re.match(r" ?(?:year|and over|[-–]|plus|\+)", after)
        )
        or number.unit == "years"
        or number.value < 100
    )


def _printed_intakes(said: Said) -> set[float]:
    text, names = said.text, _of_authority(said)
    women, men = (
        bool(re.search(r"wom[ae]n|female|\bher\b|girls?|ladies|mothers?", text)),
        bool(re.search(r"\bm[ae]n\b|\bmales?\b|boys?", text)),
    )
    pregnant, nursing = (
        bool(re.search(r"pregnan|expect", text)),
        bool(re.search(r"breast|nursing|lactat", text)),
    )
    ages = [
        _age_meant(said, n) for n in said.numbers if n.unit != "mg" and n.value < 100 and _is_age(said, n)
    ]
    child = _age_limit(said) is not None
    printed: set[float] = set()
    for row in _dosing():
        value = row["rda_or_ai_mg"]
        if (
            not isinstance(value, float)
            or (names and not str(row["agency"]).startswith(names))
            or row["value_type"] == "increment"
        ):
            continue
        if not _fits_stage(str(row["life_stage"]), pregnant, nursing, child):
            continue
        if not (pregnant or nursing) and women != men and row["sex"] == ("male" if women else "female"):
            continue
        if ages and not _covers(row, ages):
            continue
        printed.add(value)
    if not child and not pregnant and re.search(r"label|nrv|reference value|\beu\b|europe", text):
        printed.add(375.0)
    return printed


def _fits_stage(stage: str, pregnant: bool, nursing: bool, child: bool) -> bool:
    if pregnant or nursing:
        return (stage == "pregnancy" and pregnant) or (stage == "lactation" and nursing)
    return (stage in ("infant", "child", "adolescent")) if child else stage in ("adult", "general")


def _age_meant(said: Said, number: Number) -> float:
    """An age; `over 30` means the years after it, `under 30` those before."""
    before = said.text[max(0, number.start - 16) : number.start]
    step = 1.0 if re.search(r"over|past|above|older|after|beyond", before) else 0.0
    return number.value + step - (1.0 if re.search(r"under|below|younger", before) else 0.0)


def _covers(row: dict[str, object], ages: list[float]) -> bool:
    low, high = row["age_low"], row["age_high"]
    bottom = low if isinstance(low, float) else 0.0
    top = high if isinstance(high, float) else 130.0
    return any(bottom <= age <= top + 0.9 for age in ages)


def _timing(said: Said) -> Verdict:
    """Timing and practice: guideline, else trial, else nothing known."""
    text = said.text
    if said.has(SUPERLATIVE) or re.search(
        r"\bonly (?:works|at|in|when)|must be taken|works? (?:best|better)|better (?:at|in the|before)", text
    ):
        return _say(said, "not_supported", "No trial compared hours or ways of taking it.")
    if re.search(
        r"\bsplit|divid|2 (?:or more )?(?:portions|doses|servings|halves|intakes)|spread|smaller (?:doses"
        r"|portions)",
        text,
    ):
        return _say(
            said,
            "refuted" if said.denied else "supported",
            "German advice asks for two or more portions a day; a split-dose study agrees.",
        )
    if re.search(r"with (?:a |your )?(?:food|meals?|dinner|breakfast|supper)|at meal", text):
        return _say(
            said, "supported_low_certainty", "A meal raises absorption by some 14 % and eases the gut."
        )
    return _say(said, "insufficient", "No guideline or trial in the tables settles when or how long.")


# ---------------------------------------- rule 7: form, status, safety facts


def _fact(said: Said) -> Verdict | None:
    """Rule 7: the judge of the topic."""
    judge = FACT_JUDGES.get(said.labels.topic)
    return judge(said) if judge else None


def _uptake(said: Said) -> Verdict:
    """Which salt is taken up better."""
    text, form = said.text, said.labels.form
    if re.search(r"dissol|solub", text) and not re.search(r"absor|uptake|bioavail", text):
        return _solubility(said)
    if said.denied:
        return _uptake_denied(said)
    if said.has(SUPERLATIVE) or said.has(
        _words(r"only (?:form|salt|magnesium)", r"unmatched", r"every other", r"all other")
    ):
        return _say(said, "not_supported", "No study compared it with all other salts.")
    if re.search(r"all (?:forms|salts|types)|(?:same|equally|alike|no difference)", text):
        return _say(said, "refuted", "Several human studies found organic salts ahead of oxide.")
    ranked = _ranked(text, form, said.labels.direction)
    verdict, why = COMPARISONS.get(ranked, ("insufficient", "no human study in the tables compares them"))
    return _say(said, verdict, f"{why[:1].upper()}{why[1:]}.")


def _uptake_denied(said: Said) -> Verdict:
    text, form = said.text, said.labels.form
    if re.search(
        r"nothing|none of|not (?:be )?absorbed|isn't absorbed|no magnesium|useless|zero|no difference|equal"
        r"|same",
        text,
    ):
        if form == "glycinate" and "oxide" in text:
            return _say(said, "mixed", "Human studies of glycinate against oxide disagree.")
        return _say(said, "refuted", "Every salt studied raises urinary magnesium, some more than others.")
    if form == "oxide" and re.search(r"well|better|good", text):
        return _say(said, "supported", "About 4 % in one study, and less than organic salts in several.")
    if said.has(SUPERLATIVE) or "better" in text:
        return _say(
            said, "supported_low_certainty", "It was not shown to be better than the other organic salts."
        )
    return _say(said, "insufficient", "No human study in the tables settles it.")


SALT_WORDS = (
    ("citrate", r"citrate"),
    ("glycinate", r"glycinate|chelate"),
    ("oxide", r"oxide"),
    ("threonate", r"threonate"),
    ("chloride", r"chloride"),
    ("lactate", r"lactate"),
    ("aspartate", r"aspartate"),
    ("sulfate", r"sul(?:f|ph)ate|epsom"),
    ("carbonate", r"carbonate"),
    ("organic", r"\borganic|chelated|soluble"),
    ("inorganic", r"inorganic|insoluble"),
    ("gluconate", r"gluconate"),
    ("malate", r"malate"),
    ("taurate", r"taurate"),
    ("hydroxide", r"hydroxide"),
    ("pidolate", r"pidolate"),
    ("orotate", r"orotate"),
)

TWO_STUDIES = ("supported", "several human studies found more magnesium in urine than after oxide")
ONE_STUDY = ("supported_low_certainty", "one small human study found it ahead of oxide")
COMPARISONS: dict[tuple[str, str], tuple[str, str]] = {
    ("citrate", "oxide"): TWO_STUDIES,
    ("organic", "oxide"): TWO_STUDIES,
    ("organic", "inorganic"): TWO_STUDIES,
    ("organic", ""): TWO_STUDIES,
    ("citrate", "inorganic"): TWO_STUDIES,
    ("glycinate", "oxide"): ("mixed", "one study saw no clear rise, one 60-day trial had a chelate ahead"),
    ("glycinate", "inorganic"): (
        "mixed",
        "one study saw no clear rise, one 60-day trial had a chelate ahead",
    ),
    ("chloride", "oxide"): ONE_STUDY,
    ("lactate", "oxide"): ONE_STUDY,
    ("aspartate", "oxide"): ONE_STUDY,
    ("oxide", "citrate"): ("refuted", "several human studies found the reverse"),
    ("oxide", "organic"): ("refuted", "several human studies found the reverse"),
    ("oxide", ""): ("refuted", "about 4 % of oxide was absorbed, less than of organic salts"),
    ("", "oxide"): ("supported", "about 4 % of oxide was absorbed, less than of organic salts"),
    ("citrate", ""): (
        "supported_low_certainty",
        "it is taken up better than oxide; its own share rests on weak sources",
    ),
    ("citrate", "glycinate"): ("not_supported", "citrate was not shown to be better than a chelate"),
    ("glycinate", "citrate"): ("not_supported", "a chelate was not shown to be better than citrate"),
    ("citrate", "chloride"): ("not_supported", "citrate was not shown to be better than chloride"),
    ("citrate", "lactate"): ("not_supported", "citrate was not shown to be better than lactate"),
    ("citrate", "aspartate"): ("not_supported", "citrate was not shown to be better than aspartate"),
    ("glycinate", ""): ("supported_low_certainty", "a chelate was taken up in a 60-day trial"),
    ("chloride", ""): ("supported_low_certainty", "one small human study"),
    ("lactate", ""): ("supported_low_certainty", "one small human study"),
    ("aspartate", ""): ("supported_low_certainty", "one small human study"),
    ("inorganic", "organic"): ("refuted", "several human studies found the reverse"),
}
"""Sources: walker2003, kappeler2017, schutten2022 (citrate, oxide), firoz2001 (chloride, lactate, aspartate),
pajuelo2024 and walker2003 (glycinate), gonzalezparejo2024 (organic), curated claim meno_c03."""


def _ranked(text: str, form: str, direction: str) -> tuple[str, str]:
    """The salt said to be ahead and the one behind; empty where not named."""
    named = [(m.start(), salt) for salt, words in SALT_WORDS for m in [re.search(words, text)] if m]
    order = [salt for _, salt in sorted(named)]
    subject = form if form != "any" and form in order else (order[0] if order else form)
    others = [
        salt
        for salt in order
        if salt != subject and not (salt in ("organic", "inorganic") and len(order) > 2)
    ]
    other = others[0] if others else ""
    behind = direction in ("decreases", "worsens") or re.search(
        r"poor|badly|less|worse|lower|behind|hardly|barely|little|low\b|lags", text
    )
    if behind and direction not in ("increases", "improves"):
        return other, subject
    return subject, other


@cache
def _solubilities() -> dict[str, float]:
    """Grams that dissolve in 100 mL of water, by salt."""
    from magnesim.data import records

    found: dict[str, float] = {}
    for row in records("evidence", "facts"):
        match = re.fullmatch(r"bioavailability\.chem\.(\w+)\.solubility", str(row["fact_id"]))
        if match and row["value"] is not None:
            name = {"bisglycinate": "glycinate", "citrate_mono": "citrate"}.get(match[1], match[1])
            found[name] = float(row["value"])
    return found


def _solubility(said: Said) -> Verdict:
    subject, other = _ranked(said.text, said.labels.form, "unclear")
    known = _solubilities()
    if subject in known and other in known:
        right = (known[subject] > known[other]) != said.denied
        return _say(
            said,
            "supported" if right else "refuted",
            f"Solubility {known[subject]:g} against {known[other]:g} g/100 mL.",
        )
    salt = said.labels.form
    if salt not in known:
        return _say(said, "insufficient", "No solubility of it is in the tables.")
    hardly = bool(re.search(r"insolub|poor|hardly|barely|not|n't|badly|little|less", said.text))
    return _say(
        said,
        "supported" if (known[salt] < 1) == hardly else "refuted",
        f"Its solubility is {known[salt]:g} g/100 mL.",
    )


def _content(said: Said) -> Verdict:
    """The elemental share of a salt, by chemistry."""
    form, shares = said.labels.form, _elemental_shares()
    share = shares.get(form)
    if form == "citrate" and share:
        share = (min(share[0], 0.113), max(share[1], 0.162))
    if share is None:
        return _content_at_large(said)
    percents = [n.value for n in said.numbers if n.unit == "%"]
    masses = sorted(n.value * (1000 if n.unit == "g" else 1) for n in said.numbers if n.unit in ("mg", "g"))
    stated = percents[0] / 100 if percents else masses[0] / masses[-1] if len(masses) > 1 else None
    if stated is not None:
        right = _within(stated, *share) != (said.labels.strength == "negated")
        return _say(
            said,
            "supported" if right else "refuted",
            f"By chemistry {share[0]:.0%} to {share[1]:.0%} of it is magnesium.",
        )
    return _content_ranked(said, shares)


def _content_at_large(said: Said) -> Verdict:
    if re.search(r"same|equal|all (?:salts|forms)|identical", said.text) and not said.denied:
        return _say(said, "refuted", "The share of magnesium runs from 7 % (orotate) to 60 % (oxide).")
    return _say(said, "supported", "A salt's mass is not its magnesium: 7 % (orotate) to 60 % (oxide).")


def _content_ranked(said: Said, shares: dict[str, tuple[float, float]]) -> Verdict:
    form, text = said.labels.form, said.text
    less = bool(re.search(r"less|low|little|fewer|small|only a|least|fraction|part of", text))
    named = [s for s, words in SALT_WORDS if s in shares and s != form and re.search(words, text)]
    middle = shares[named[0]][1] if named else 0.25
    superlative = said.has(SUPERLATIVE) or re.search(r"\bmost\b", text)
    ahead = (
        shares[form][1] >= max(high for _, high in shares.values())
        if superlative and not less
        else shares[form][1] > middle
    )
    right = (ahead != less) != (said.labels.strength == "negated")
    return _say(
        said,
        "supported" if right else "refuted",
        f"By chemistry about {shares[form][1]:.0%} of it is magnesium.",
    )


def _general_absorption(said: Said) -> Verdict:
    text, direction = said.text, said.labels.direction
    if re.search(r"split|divid|spread|portions|servings|smaller doses|several", text):
        right = direction in ("increases", "improves", "unclear") and not said.denied
        return _say(
            said,
            "supported" if right else "refuted",
            "A split-dose study and German advice agree that splitting raises uptake.",
        )
    if re.search(
        r"larg|bigger|high(?:er)? dose|saturat|more you|the more|at once|share|fraction|proportion"
        r"|rises? with dose",
        text,
    ):
        right = direction != "increases" or re.search(r"small|low", text) is not None
        return _say(
            said,
            "supported" if bool(right) != said.denied else "refuted",
            "The share absorbed falls from 65 to 11 % as the amount rises.",
        )
    if re.search(r"phyt|fibre|fiber|bran", text):
        right = direction in ("decreases", "worsens", "unclear") and not said.denied
        return _say(said, "supported" if right else "refuted", "Phytate lowers uptake in people.")
    if re.search(r"food|meal", text):
        right = direction in ("increases", "improves", "unclear") and not said.denied
        return _say(
            said,
            "supported_low_certainty" if right else "not_supported",
            "A meal raised uptake by some 14 % in one study.",
        )
    if "calcium" in text:
        return _say(
            said,
            "supported_low_certainty" if said.denied else "not_supported",
            "In balance studies calcium did not change uptake.",
        )
    return _say(said, "insufficient", "Nothing in the tables settles it.")


def _skin(said: Said) -> Verdict:
    rung = _rung("transdermal", "any", "")
    if said.denied:
        return _denial(said, rung)
    return _say(said, "not_supported", "The one cream study did not raise serum magnesium significantly.")


def _food(said: Said) -> Verdict:
    if said.has(SUPERLATIVE) or re.search(r"\bonly\b", said.text):
        return _say(said, "not_supported", "No comparison of all foods is in the tables.")
    if said.has(GOOD_FOOD):
        right = not said.denied and said.labels.direction not in ("decreases",)
        return _say(
            said,
            "supported" if right else "refuted",
            "Nuts, seeds, pulses, whole grains, greens and cocoa are good sources.",
        )
    return _say(said, "insufficient", "Nothing in the tables on this food.")


def _test(said: Said) -> Verdict:
    text = said.text
    if said.has(SUPERLATIVE):
        return _say(said, "not_supported", "No test was compared with all others.")
    trusts = re.search(
        r"rules? out|tells? (?:you )?(?:all|everything|exactly|precisely)|reliabl|accurate"
        r"|enough to|mirrors?|full picture"
        r"|proves?|shows? (?:your )?(?:total|whole|true)|good (?:guide|measure|marker)"
        r"|reflects?|excludes?",
        text,
    )
    doubt = said.denied or re.search(
        r"poor|only|miss|little|limited|hide|unreliab|can be normal|despite|still|may be normal|even (?:if"
        r"|when|though)",
        text,
    )
    if trusts and not doubt and re.search(r"blood|serum|plasma", text):
        return _say(
            said,
            "refuted",
            "Serum holds 0.3 % of the body's magnesium; women with normal plasma had low red-cell values.",
        )
    if re.search(r"red.?(?:blood.)?cell|rbc|hair|urine|load|ionis|ioniz", text):
        return _say(said, "insufficient", "Too little in the tables on this test.")
    return _say(said, "supported", "Serum holds 0.3 % of the body's magnesium.")


def _level(said: Said) -> Verdict:
    """Blood and urine on a supplement."""
    muscle = re.search(r"muscle|cells?\b|tissue|ioni[sz]ed", said.text)
    if muscle:
        if said.denied:
            return _say(said, "supported_low_certainty", "Trials saw no rise in muscle or cells.")
        return _say(said, "not_supported", "Trials saw no rise in muscle or cells.")
    if said.has(ABSOLUTE) or _big_change(said):
        return _say(
            said, "refuted" if not said.denied else "supported", "The pooled rise of serum is 0.04 mmol/L."
        )
    right = said.labels.direction in ("increases", "improves", "unclear") and not said.denied
    if said.denied and re.search(r"much|far|hardly|a lot|great|large|high", said.text):
        right = True
    return _say(
        said,
        "supported" if right else "refuted",
        "Pooled rise of serum 0.04 mmol/L (0.02 to 0.06), moderate certainty.",
    )


def _losses(said: Said) -> Verdict:
    if re.search(r"sweat|exercis|sport|train", said.text):
        verdict = "insufficient" if said.denied else "supported_low_certainty"
        return _say(
            said,
            verdict,
            "Hard exercise raises losses somewhat by expert reckoning; sweat holds about 4 mg a day.",
        )
    return _say(said, "insufficient", "Nothing in the tables settles it.")


def _prevalence(said: Said) -> Verdict:
    if re.search(
        r"most|majority|everyone|everybody|nearly all|almost all|8 (?:of|in|out)|9 (?:of|in|out)", said.text
    ):
        if said.denied:
            return _say(said, "supported", "Surveys put it near half or below.")
        low = re.search(r"deficien|lack|short", said.text)
        return _say(
            said,
            "refuted" if low else "mixed",
            "Surveys put low intake near half or below; true lack is rarer.",
        )
    if re.search(
        r"many|common|often|widespread|some|a lot of|plenty of people|less than|below|fall short|not enough",
        said.text,
    ):
        return _say(
            said,
            "refuted" if said.labels.direction == "no_effect" else "supported",
            "Surveys: about half of US adults eat below the average requirement.",
        )
    if re.search(r"rare|few|seldom|uncommon", said.text):
        severe = re.search(r"severe|true|outright|symptom", said.text)
        return _say(
            said,
            "supported" if severe else "refuted",
            "Low intake is common, symptoms of severe lack are rare.",
        )
    return _say(said, "insufficient", "No survey in the tables settles it.")


def _signs(said: Said) -> Verdict:
    known = re.search(
        r"cramp|twitch|tremor|tetan|spasm|seizure|reflex|weak|nausea|appetite|fatigue|tired|vomit|arrhyth"
        r"|heart|numb|tingl",
        said.text,
    )
    if said.denied:
        mild = re.search(r"mild|slight|early|often|usually|symptom", said.text)
        return _say(
            said,
            "supported" if mild else "refuted",
            "Mild lack is usually silent; signs start below about 0.5 mmol/L.",
        )
    if said.has(ABSOLUTE):
        return _say(said, "not_supported", "Mild lack is usually silent.")
    return _say(
        said,
        "supported" if known or "silent" in said.text or "sign" in said.text else "insufficient",
        "Signs of severe lack in handbooks.",
    )


def _menopause_status(said: Said) -> Verdict:
    if said.has(ABSOLUTE) and not said.denied:
        return _say(said, "not_supported", "Cross-sectional studies disagree.")
    return _say(said, "mixed", "One hormone study says one thing, one clinic sample the opposite.")


def _calcium(said: Said) -> Verdict:
    text = said.text
    if re.search(r"parathyroid|\bpth\b", text):
        return _say(
            said,
            "supported" if said.has(LACK) else "not_supported",
            "The controlled trial saw no change of parathyroid hormone.",
        )
    if re.search(r"compet|block|absor|uptake|same time|together", text):
        return _say(
            said,
            "supported_low_certainty" if said.denied else "mixed",
            "Balance studies saw no interaction; very large doses of calcium may matter.",
        )
    return _say(said, "insufficient", "Nothing in the tables settles a ratio.")


def _distribution(said: Said) -> Verdict | None:
    """Where it sits, told without figures: bone first, blood last."""
    text = said.text
    most = re.search(
        r"\b(?:most|main(?:ly)?|bulk|majority|chiefly|largely|mostly|lion's share|biggest)\b", text
    )
    little = re.search(r"\b(?:tiny|little|small|fraction|hardly|sliver|least|trace|minor|less)\b", text)
    blood = re.search(r"\b(?:blood|serum|plasma|bloodstream|circulat\w*)", text)
    inner = re.search(r"bone|skelet|cells?\b|tissue|muscle", text)
    if blood and most and not inner and not little:
        return _say(said, "supported" if said.denied else "refuted", "About 0.3 % is in serum.")
    if inner and little and not blood:
        return _say(
            said,
            "supported" if said.denied else "refuted",
            "Half or more is in bone, most of the rest in muscle and soft tissue.",
        )
    if re.search(r"\b(?:all|none|only|entirely|nothing)\b", text) and not re.search(r"not all", text):
        return _say(said, "refuted", "Half or more is in bone, about 0.3 % in serum.")
    return None


def _interaction(said: Said) -> Verdict:
    drugs = _drugs(said.text)
    if not drugs:
        known = (
            re.search(r"medicines?|medication|drugs?|tablets?|prescription", said.text) and not said.denied
        )
        return _say(
            said,
            "supported" if known else "insufficient",
            "The interaction table lists many medicines." if known else "This medicine is not in the table.",
        )
    row = drugs[0]
    hours = [n.value for n in said.numbers if n.unit == "hour"] + [
        n.value / 60 for n in said.numbers if n.unit == "min"
    ]
    if hours and max(hours) < 2:
        return _say(said, "refuted", f"{row['drug_or_class']}: a gap of two hours or more is asked for.")
    if (
        not hours
        and said.labels.direction == "increases"
        and (row["severity"] == "depletes_mg" or _less_drug(row))
    ):
        return _say(said, "refuted", f"{row['drug_or_class']}: {row['effect']}.")
    return _say(said, "supported", f"As in the interaction table, {row['drug_or_class']}: {row['effect']}.")


def _less_drug(row: dict[str, object]) -> bool:
    return bool(re.search(r"less|lower|reduc|fell|loss|fail|hardly", str(row["effect"])))


def _gut(said: Said) -> Verdict:
    text = said.text
    if said.denied or said.labels.direction == "no_effect":
        if said.has(MODEST) or "placebo" in text:
            return _say(said, "supported", "At usual doses gut upset was no more common than on placebo.")
        if re.search(r"\bless\b|rare|gentl|milder|fewer", text):
            return _say(said, "insufficient", "No comparison of salts on gut upset is in the tables.")
        return _say(said, "refuted", "Loose stools are the commonest harm and the basis of every limit.")
    compared = re.search(r"gentl|milder|kinder|easier|fewer|less (?:likely|often)|\bthan\b|tolerat", text)
    if compared and said.labels.form != "any":
        verdict = "not_supported" if said.has(SUPERLATIVE) else "insufficient"
        return _say(said, verdict, "No comparison of salts on gut upset is in the tables.")
    return _say(
        said, "supported", "Loose stools are the commonest harm; 18.6 % in a review of tolerability studies."
    )


def _laxative(said: Said) -> Verdict:
    if said.denied:
        return _say(said, "refuted", "Labels and trials show the laxative action.")
    return _say(said, "supported", "Label use and loose stools in trials.")


def _poison(said: Said) -> Verdict:
    if said.denied:
        return _say(said, "supported", "Limits leave food out: no harm from magnesium in food is on record.")
    return _say(said, "supported", "High serum magnesium with serious signs is on record.")


def _kidney(said: Said) -> Verdict:
    text = said.text
    if re.search(r"(?:healthy|normal|good|sound|working) kidney", text):
        ok = not re.search(r"harm|damag|destroy|ruin|strain", text) or said.denied
        return _say(
            said,
            "supported" if ok else "insufficient",
            "Healthy kidneys pass surplus magnesium into the urine.",
        )
    if said.labels.direction == "improves":
        return _say(said, "insufficient", "No trial in the tables shows a benefit for kidneys.")
    return _say(said, "supported", "Licence texts and cohorts: with weak kidneys magnesium builds up.")


def _pregnancy(said: Said) -> Verdict:
    if said.has(CAUTION) or re.search(r"\b(?:ask|check|midwife|doctor|advice)\b", said.text):
        return _say(said, "supported", "Licence texts ask pregnant women to see a clinician first.")
    return _say(
        said,
        "supported" if said.has(MODEST) else "mixed",
        "The limits are printed for pregnancy too; licence texts ask for a clinician first.",
    )


def _child(said: Said) -> Verdict:
    if said.has(CAUTION) or re.search(r"\b(?:ask|doctor|advice|lower|less|smaller|limit|not)\b", said.text):
        return _say(
            said, "supported", "Limits for children are lower than for adults: 65, 110 and 350 mg by age."
        )
    return _say(said, "insufficient", "Too little in the tables on children.")


def _general(said: Said) -> Verdict:
    if said.has(CAUTION) or NOT_UNIVERSAL.search(said.text) or said.labels.direction == "worsens":
        return _say(said, "supported", "Tables of contraindications and interactions bear it out.")
    return _say(said, "supported", "Pooled gut effects were no more common than on placebo at about 400 mg.")


def _no_substitute(said: Said) -> Verdict:
    return _say(
        said,
        "supported",
        "Magnesium is no substitute: medicines lower pressure more, and guidelines ask for tests first.",
    )


FACT_JUDGES: dict[str, Callable[[Said], Verdict | None]] = {
    "bioavailability_by_form": _uptake,
    "elemental_content": _content,
    "absorption_general": _general_absorption,
    "transdermal": _skin,
    "food_sources": _food,
    "status_test": _test,
    "mg_level_response": _level,
    "mg_losses": _losses,
    "deficiency_prevalence": _prevalence,
    "deficiency_signs": _signs,
    "mg_status_menopause": _menopause_status,
    "calcium_magnesium_relation": _calcium,
    "drug_interaction": _interaction,
    "gi_side_effects": _gut,
    "laxative_effect": _laxative,
    "toxicity": _poison,
    "kidney_disease": _kidney,
    "pregnancy_lactation": _pregnancy,
    "children": _child,
    "general_safety": _general,
    "treatment_replacement": _no_substitute,
    "dose_timing": _timing,
    "supplement_dose": _timing,
    "upper_limit": _limit,
    "requirement": _reference,
    "body_distribution": _distribution,
}


# ---------------------------------------- rule 8: mechanisms


def _mechanism(said: Said) -> Verdict | None:
    """Rule 8: general physiology, named pathways and markers."""
    judged = said.row["judged"]
    if judged == "physiology":
        return _physiology(said)
    measured = said.labels.topic == "vascular_function" and said.labels.kind != "mechanism"
    if judged not in PATHWAYS or measured:
        return None
    if judged == "marker":
        return _marker(said)
    return _pathway(said)


def _physiology(said: Said) -> Verdict:
    if said.denied:
        return _say(said, "refuted", f"General physiology: {_why(said)}.")
    if (
        said.has(STRETCH)
        and said.labels.kind != "status"
        and re.search(r"boost|doubl|skyrocket|supercharg|turbo|burn|unlimited|surge|treat|cure", said.text)
    ):
        return _say(said, "insufficient", "A boost beyond the physiology; no trial in the tables.")
    return _say(said, "supported", f"General human physiology: {_why(said)}.")


def _pathway(said: Said) -> Verdict:
    stance, direction = said.row["stance"], said.labels.direction
    lack = said.has(LACK)
    if lack and said.row["lack"] and not said.denied:
        return _say(said, said.row["lack"], f"Known of lack: {_why(said)}.")
    if said.denied:
        textbook = said.labels.topic in ("nmda_block", "vitd_activation")
        return _say(said, "not_supported" if textbook else "insufficient", f"{_why(said)}.")
    if stance and not lack and {stance, direction} == {"increases", "decreases"}:
        return _say(said, "not_supported", "The reverse of what laboratory work shows.")
    if said.has(ANIMALS):
        return _say(said, "mechanism_only", "Seen in animals or cells only.")
    if said.has(IN_PEOPLE) or any(n.unit in ("%", "fold") for n in said.numbers) or _big_change(said):
        return _say(said, "not_supported", "Nobody measured this in people on oral magnesium.")
    return _say(
        said,
        "mechanism_only",
        "A pathway of textbook or laboratory, not measured in people on oral magnesium.",
    )


def _marker(said: Said) -> Verdict:
    """Melatonin and the stress axis: the making is a pathway, the level was measured."""
    text = said.text
    if said.has(ANIMALS):
        return _say(said, "mechanism_only", "Seen in animals only.")
    making = re.search(r"turn\w* |mak(?:e|es|ing)|produc|synthes|convert|pineal|enzym|build", text)
    if said.has(LACK) or (said.labels.topic == "melatonin" and making and said.labels.direction == "unclear"):
        return _say(said, "mechanism_only", "Enzyme work and animals that lack magnesium.")
    if said.labels.topic == "hpa_cortisol" and not re.search(r"cortisol|stress hormone|\bacth\b", text):
        return _say(said, "mechanism_only", "The stress axis was studied in mice that lack magnesium.")
    return _level_of_marker(said)


def _level_of_marker(said: Said) -> Verdict:
    """What trials saw of a hormone in the blood."""
    direction = said.labels.direction
    if re.search(r"\bacth\b", said.text) and "cortisol" not in said.text:
        verdict = "supported_low_certainty" if said.denied else "not_supported"
        return _say(said, verdict, "ACTH went up, stayed and went up in trials: no fall.")
    if direction in ("increases", "decreases") and direction != said.row["stance"]:
        return _say(said, "not_supported", f"Trials point the other way or disagree: {_why(said)}.")
    if _big_change(said):
        return _say(said, "not_supported", "No trial saw such a size.")
    return _say(said, "mixed", f"{_why(said)}.")


# ---------------------------------------- the rules

RULES: tuple[Callable[[Said], Verdict | None], ...] = (
    _not_judged,
    _unsafe,
    _cited,
    _state_of_evidence,
    _numbers_checked,
    _absolute,
    _eu,
    _dose,
    _fact,
    _mechanism,
    _effect,
)


def verdict_of(text: str, labels: Labels, citation: Citation) -> Verdict:
    """What of a claim holds.

    Args:
        text: the claim as written.
        labels: what it says: kind, topic, salt, direction, strength.
        citation: the source it names and what is wrong with it.
    """
    said = _read(text, labels, citation)
    for rule in RULES:
        if verdict := rule(said):
            return verdict
    return _say(said, "insufficient", "Nothing in the tables settles it.")
