"""Lines that differ by their digits only: the first is understood, and what is asked of all like it is told by a template made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.reading.printed.measures import MOST_NUMBERS, NUMBER, pieces
from advisor.reading.printed.plan import NO_NUMBER, Plan, plan_of
from advisor.reading.printed.prefix import TIME

RUN = re.compile(r"[0-9]+")
ANY = 1 << 30  # digits
CLOCK = (("year", "us_year"), ("month", "us_month"), ("day", "us_day"), ("hour",), ("minute",), ("second",), ("fraction",))
Span = tuple[int, int]


@dataclass(frozen=True)
class Number:
    """Where a number stands: its first and last run of digits, and the characters of it before and after these; or its constant value.

    `form` is the number without its digits: "-." of -1.5.
    """

    first: int = 0
    last: int = 0
    lead: int = 0
    trail: int = 0
    form: str = ""
    constant: float | None = None


@dataclass(frozen=True, eq=False)
class Template:
    """What lines of one shape have to be like to be read as its first was, and where their numbers stand.

    Attributes
    ----------
    gaps : int array, shape (runs,)
        Bytes between each run of digits and the one before it, or the start of the line.
    least, most : int array, shape (runs,)
        Digits that a run may have.
    literals : pairs of a run and its digits
        Those that belong to a name.
    numbers, totals : the Number and the total, None where there is none, of each number of the plan
    clock : the runs of year, month, day, hour, minute, second and its fraction; empty where no time stands near the start of the line
    """

    plan: Plan
    gaps: np.ndarray
    least: np.ndarray
    most: np.ndarray
    literals: tuple[tuple[int, bytes], ...]
    numbers: tuple[Number, ...]
    totals: tuple[Number | None, ...]
    clock: tuple[int, ...]


def template_of(text: str, plain: str) -> Template | None:
    """The template of a line, as it is and without its prefixes; None where another of its shape may have to be cut elsewhere."""
    spelled, places = _placed(text, plain)
    if max(places, default=-1) < 0:
        return None  # nobody knows what stands where
    found = list(NUMBER.finditer(spelled))
    gaps = [spelled[a:b] for a, b in zip([0, *(m.end() for m in found)], [*(m.start() for m in found), len(spelled)], strict=True)]
    if len(found) > MOST_NUMBERS or len(runs := [m.span() for m in RUN.finditer(text)]) > MOST_NUMBERS:
        return None
    plan = plan_of(tuple(gaps), tuple(NO_NUMBER if m["number"] is None else m["unit"] for m in found))
    other_digits = not text.isascii() and any(c.isdigit() and not c.isascii() for c in text)
    if plan is None or other_digits or "\ufffd" in text or any(gap == "," for gap in gaps[1:-1]):
        return None
    spans = [[_span(places, m.span(name)) if m[name] is not None else None for m in found] for name in ("number", "total")]
    groups = [span for span in (*spans[0], *spans[1]) if span]
    time = TIME.search(text, 0, 60)
    stamp = [time.span(name) for names in CLOCK for name in names if time[name]] if time else []
    if any(a < end and start < b and not (start <= a and b <= end) for a, b in runs for start, end in groups) or not {*stamp} <= {*runs}:
        return None
    loose = [_span(places, m.span()) for m in found if m["number"] is None]
    kept = {place for place in places if place >= 0} - {i for a, b in loose for i in range(a, b)}
    named = [i for i, (a, b) in enumerate(runs) if not kept.isdisjoint(range(a, b)) and not any(start <= a < end for start, end in groups)]
    fixed = [*stamp, *(runs[i] for i in named)]
    allowed = [_allowed(text, run, groups, text.find(plain)) if run not in fixed else (run[1] - run[0],) * 2 for run in runs]
    return Template(
        plan,
        np.array([len(text[a:b].encode()) for (_, a), (b, _) in zip([(0, 0), *runs], runs, strict=False)], int),
        np.array([least for least, _ in allowed], int),
        np.array([most for _, most in allowed], int),
        tuple((i, text[slice(*runs[i])].encode()) for i in named),
        tuple(_number(text, span, runs) if span else Number() for span in spans[0]),
        tuple(_number(text, span, runs) if span else None for span in spans[1]),
        tuple(runs.index(span) for span in stamp),
    )


def _placed(text: str, plain: str) -> tuple[str, list[int]]:
    """The line as it is cut, and where in the text each of its characters stands, -1 for those put in; all keep their order."""
    at, spelled = text.find(plain), ""
    places: list[int] = []
    for piece, place in pieces(plain):
        spelled += piece
        places += range(at + place, at + place + len(piece)) if place >= 0 else [-1] * len(piece)
    return spelled, places


def _span(places: Sequence[int], span: Span) -> Span:
    return places[span[0]], places[span[1] - 1] + 1


def _number(text: str, span: Span, runs: list[Span]) -> Number:
    start, end = span
    inside = [i for i, (a, b) in enumerate(runs) if start <= a and b <= end]
    if not inside:
        return Number(constant=float(text[start:end]))  # NaN or infinity
    first, last = inside[0], inside[-1]
    return Number(first, last, runs[first][0] - start, end - runs[last][1], RUN.sub("", text[start:end]))


def _allowed(text: str, run: Span, groups: list[Span], prefix: int) -> Span:
    """The fewest and the most digits that may be there: of a number any, of thousands three, of a date and a clock as many as there are."""
    start, end = run
    n, before, after = end - start, text[start - 1 : start], text[end : end + 1]
    for first, last in groups:
        if first <= start < last:
            thousands = "," in text[first:last]
            return (3, 3) if thousands and before == "," else (1, 3) if thousands and not RUN.search(text, first, start) else (1, ANY)
    return _of_digits_that_say_nothing(n, before, after, start < prefix)


def _of_digits_that_say_nothing(n: int, before: str, after: str, of_prefix: bool) -> Span:
    """Of a percentage, of a clock's first number and of a bar there may be more or fewer."""
    if after == "%":
        return 1, 3
    fixed = of_prefix or after in ("/", "-", ".") or (before in (":", "/", ".", "-") and after != ":")
    return (n, n) if fixed else (1, ANY)
