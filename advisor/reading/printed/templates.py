"""Lines that differ by their numbers only: the first is understood, and all like it are read off by one pattern made of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.reading.printed.measures import FINITE, NUMBER, Measured, counted, pieces
from advisor.reading.printed.plan import NO_NUMBER, Plan, plan_of
from advisor.reading.printed.prefix import TIME

DIGITS_OR_NOT = re.compile(r"\d+|\D+")
Span = tuple[int, int]


@dataclass(slots=True)
class Template:
    """A pattern whose groups are the numbers that count, in their order; `numbers` and `totals` are the groups, -1 where there is none."""

    pattern: re.Pattern
    plan: Plan
    numbers: tuple[int, ...]
    totals: tuple[int, ...]
    timed: bool  # whether the line has a date and time near its start

    def read(self, text: str) -> Measured | None:
        """What a line says; None where it is not quite like the first, or says nothing."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        groups = match.groups()
        return counted(self.plan, [groups[i] if i >= 0 else "" for i in self.numbers], [groups[i] if i >= 0 else None for i in self.totals])


def template_of(text: str, plain: str) -> Template | None:
    """The template of a line, as it is and without its prefixes; None where another of its shape may have to be cut elsewhere."""
    spelled, places = _placed(text, plain)
    found = list(NUMBER.finditer(spelled))
    gaps = [spelled[a:b] for a, b in zip([0, *(m.end() for m in found)], [*(m.start() for m in found), len(spelled)], strict=True)]
    units = [NO_NUMBER if m["number"] is None else m["unit"] for m in found]
    plan = plan_of(tuple(gaps), tuple(units))
    if plan is None or any(gap == "," for gap in gaps[1:-1]):
        return None
    groups: list[tuple[Span, str]] = []
    numbers: list[int] = []
    totals: list[int] = []
    for m in found:
        for name, into in (("number", numbers), ("total", totals)):
            if m[name] is None:
                into.append(-1)
            else:
                a, b = m.span(name)
                groups.append(((places[a], places[b - 1] + 1), _pattern(m[name])))
                into.append(len(groups) - 1)
    loose = [(places[m.start()], places[m.end() - 1] + 1) for m in found if m["number"] is None]
    kept = {place for place in places if place >= 0} - {i for a, b in loose for i in range(a, b)}
    pattern = re.compile("".join(_pieces(text, groups, kept, text.find(plain))))
    return Template(pattern, plan, tuple(numbers), tuple(totals), TIME.search(text, 0, 60) is not None)


def _placed(text: str, plain: str) -> tuple[str, list[int]]:
    """The line as it is cut, and where in the text each of its characters stands, -1 for those put in; all keep their order."""
    at, spelled = text.find(plain), ""
    places: list[int] = []
    for piece, place in pieces(plain):
        spelled += piece
        places += range(at + place, at + place + len(piece)) if place >= 0 else [-1] * len(piece)
    return spelled, places


def _pattern(number: str) -> str:
    if not any(map(str.isdigit, number)):
        return re.escape(number)  # NaN or infinity
    return FINITE if "," in number else r"[-+\d.eE]+"


def _pieces(text: str, groups: list[tuple[Span, str]], kept: set[int], prefix: int) -> Iterator[str]:
    """The pattern piece by piece: groups, what stands as it is, and in between any digits, of dates and clocks as many as there are."""
    at = 0
    for (start, end), pattern in [*groups, ((len(text), len(text)), "")]:
        for part in DIGITS_OR_NOT.finditer(text, at, start):
            if not part[0].isdigit() or any(i in kept for i in range(*part.span())):
                yield re.escape(part[0])
            else:
                yield _digits(len(part[0]), text[part.start() - 1 : part.start()], text[part.end() : part.end() + 1], part.start() < prefix)
        yield f"({pattern})" if pattern else ""
        at = end


def _digits(n: int, before: str, after: str, of_prefix: bool) -> str:
    """The pattern of n digits that say nothing: of a percentage, of a clock's first number and of a bar there may be more or fewer."""
    if after == "%":
        return r"\d{1,3}"
    fixed = of_prefix or after in ("/", "-", ".") or (before in (":", "/", ".", "-") and after != ":")
    return f"\\d{{{n}}}" if fixed else r"\d+"
