"""The grammar of a printed line: its counters (epoch, step of so many) and its named numbers, whatever stands between them.

A line is cut at its numbers; what stands before a number names it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from advisor.reading.printed.languages import parted
from advisor.reading.printed.other_forms import in_usual_form
from advisor.reading.printed.plan import NO_NUMBER, Plan, plan_of

# Digits are never given back (++): what follows a part of them is no end of a number, and to try takes their number squared.
FINITE = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?"
# After a colon, after a word that names a loss, or before a comma or a bracket: "number of nan iterations: 0" holds one number.
NAMED = "|".join(rf"(?<={word}{gap})" for word in ("loss", "ppl", "norm", "nll", "acc", "mse", "mae", "bce") for gap in ("[ ]", "[ ][ ]"))
NO_FINITE = (
    rf"(?:(?<=[:=|(\['\"])|(?<=[:=|(\[][ ])|(?<=[:=|(\[][ ][ ])|(?i:{NAMED}))[-+]?(?i:nan|inf(?:inity)?)\b"
    r"|[-+]?(?i:nan|inf(?:inity)?)(?=\s*(?:[(,|;)\]}'\"]|$)|\s[-+/@]|\s\s|\t)"
)
NUMBER = re.compile(
    rf"""(?=[-+.\dniNI])(?<![\w.@/-])(?:    # the first only for speed
        # a clock, a version, a date
        (?:\d{{1,3}}\ days?,\ )?\d++(?::\d\d)+(?:[.,]\d++)? | \d++(?:[.]\d++){{2,}} | \d++/\d++/\d++ | \d{{4}}-\d\d-\d\d
      | (?P<number>{FINITE}|{NO_FINITE}) (?:\s*/\s*(?P<total>\d++)(?![\d.]*[\w/:]))?
        (?P<unit>%|\ ?(?:ms|us|µs|s/it|[A-Za-z]+/s(?:ec)?)|[A-Za-z]{{1,3}})?
    )(?![\w]|\.\d)""",
    re.VERBOSE,
)
MOST_NUMBERS = 300  # in a line that is a log's and no data's
FIELDS = 4  # of what NUMBER.split gives for each number: number, total, unit, and the text that follows

# Spellings that are not counters and named numbers yet: what they look like, and what they say.
BAR = re.compile(r"\d{1,3}%(?:\|[^|]*\||(?=\s))\s*(?P<done>\d+)/(?P<total>\d+) \[[^\],]*,?(?P<rest>[^\]]*)\]?(?P<after>.*)$")
OF_EPOCHS = re.compile(r"\d ?(?:s/epoch|epochs?/s)\b")  # what a bar says its count is of
ENDLESS_BAR = re.compile(r"(?<!\d)(?P<done>\d+)it \[[^\],]*,?(?P<rest>[^\]]*)\]?(?P<after>.*)$")
DICT = re.compile(r"""^.*?(\{ ?['"][\w ./-]+['"]: .*)$""")
ROUND = re.compile(r"^(?P<round>\d+):\s+learn: (?P<learn>\S+)(?:\s+test: (?P<test>\S+))?")  # CatBoost
DARKNET = re.compile(r"^(?P<batch>\d+): (?P<loss>\S+), (?P<mean>\S+) avg(?: loss)?, (?P<rate>\S+) rate, (?P<time>\S+) seconds,")
FIRST = re.compile(r"^(\d+/\d+) \* Epoch(?: \d+)?")  # Catalyst: an epoch of so many, before its word
PAIR = re.compile(r"^\[ *(\d+)(?:,| ?:) *(\d+) *\]")  # [epoch, minibatch] of the CIFAR-10 tutorial, [stage : iteration]
TUTORIAL = re.compile(  # "5000 5% (0m 9s) 2.2", "0m 9s (- 1m 3s) (5000 5%) 2.8" of the recurrent tutorials
    r"(?<![\w.,:/-])(?:\d+m \d+s )?(?:\(- \d+m \d+s\) )?\(?(?P<step>\d+) \d+%\)? (?:\(\d+m \d+s\) )?(?P<loss>\d+\.\d+)\b(?P<after>.*)$"
)
LEGEND = re.compile(r"(?i) ?\[(\d+), *(\d+)\] ?\(epoch, ?(?:mini-?)?batch\)")  # "Loss [2, 100](epoch, minibatch): 2.1"
GLUED = re.compile(  # "[epoch0] loss=2.1", "step_10 loss_2.1"
    r"(?i)(?:(?<![a-z])(?:epoch|ep|iter|iteration|step|batch)_?(?=\d+\b(?!\.))"
    r"|(?<![\w./\\-])(?:[a-z]+_){0,3}(?:loss|acc|accuracy)_(?=[-+]?(?:\d+\.\d+|nan|inf)(?![^\s,|])))"
)
PLURAL = re.compile(r"(?i)\b(epoch|batch|episode|round|update)(e?s)(?=[ \t:=#\[(]*\d+ */ *\d)")  # "Epochs: 3/50"
SPLIT = re.compile(r"(?i)^(train(?:ing)?):? ?\[ *(\d+/\d+)\](?: ?\[ *(\d+/\d+)\])?")  # "Train: [0/300][10/1251]": an epoch and its batch
RANGE = re.compile(
    r"(?i)\b(iterations?|iters?|steps?|updates?|episodes?|games?)( ?[:#]? ?)\d+ ?(?:-|\u2013|\bto\b) ?(?=\d+\b)"
)  # "iteration 1501-1600": up to the last
LETTER = re.compile(r"(?i)(?<![\w./\\-])(?:[bijkn]|idx|bidx)(?= ?[:=#] ?\d+ ?/ ?\d+\b)")  # "epoch=0 i=3/530": a batch of so many
WITHIN = re.compile(r"(?i)\b(epoch:? *\d+)-(?=\d+\b)")  # "epoch 1-599": an epoch and its batch


@dataclass(slots=True)
class Measured:
    """What one line says: NaN or None for a counter it has not."""

    plan: Plan
    epoch: float | None
    step: float | None
    total: float | None
    values: dict[str, float]


def measured(text: str) -> Measured | None:
    """The counters and values of a line without prefix; None where it has neither."""
    parts = NUMBER.split(spelled_out(text))
    numbers, totals = parts[1::FIELDS], parts[2::FIELDS]
    if len(numbers) > MOST_NUMBERS:
        return None
    units = parts[3::FIELDS]
    if None in numbers:
        units = [NO_NUMBER if number is None else unit for number, unit in zip(numbers, units, strict=True)]
    plan = plan_of(tuple(parts[::FIELDS]), tuple(units))
    if plan is None:
        return None
    return counted(plan, numbers, totals)


def counted(plan: Plan, numbers: Sequence[str], totals: Sequence[str | None]) -> Measured | None:
    """The counters and values of a line of this plan, whose numbers and totals these are; None where its counters can be none."""
    epoch = _count(numbers[plan.epoch]) if plan.epoch is not None else None
    step = _count(numbers[plan.step]) if plan.step is not None else None
    if (plan.epoch is not None and epoch is None) or (step is not None and step != int(step)):
        return None
    total = totals[plan.step] if plan.step is not None else None
    values = {}
    for tag, places, factor in plan.values:
        if len(places) == 1 and not totals[places[0]]:
            values[tag] = _float(numbers[places[0]]) * factor
        else:
            values[tag] = sum(_float(numbers[i]) / (float(totals[i] or 1) or 1.0) for i in places) / len(places) * factor
    return Measured(plan, epoch, step, float(total) if total else None, values)


def spelled_out(text: str) -> str:
    """The line with a progress bar, a printed dict and the like turned into plain counters and named numbers."""
    return "".join(piece for piece, _ in pieces(text))


def pieces(text: str) -> list[tuple[str, int]]:
    """The line spelled out, in pieces, each with its place in the text, -1 for what was put in."""
    if found := parted(text):
        english = "".join(piece for piece, _ in found)
        told = pieces(english)
        return found if len(told) == 1 else [("".join(piece for piece, _ in told), -1)]
    if (usual := in_usual_form(text)) != text:
        return [("".join(piece for piece, _ in pieces(usual)), -1)]
    found = [(text, 0)]
    if "m " in text and ("% (" in text or "%) " in text) and (tutorial := TUTORIAL.search(text)):
        return _parts(tutorial, "step ", "step", " | loss: ", "loss", " | ", "after")
    if "%" in text and "[" in text and (bar := BAR.search(text)):
        counter = " | epoch " if OF_EPOCHS.search(bar["rest"]) else " | batch "
        found = [_about(bar), *_parts(bar, counter, "done", "/", "total", " | ", "rest", " | ", "after")]
    elif "it [" in text and (bar := ENDLESS_BAR.search(text)):
        found = [_about(bar), *_parts(bar, " | batch ", "done", " | ", "rest", " | ", "after")]
    elif "learn: " in text and (trees := ROUND.match(text)):
        validation = (" | test loss: ", "test") if trees["test"] else ()
        return _parts(trees, "iteration ", "round", " | learn loss: ", "learn", *validation)
    elif " rate, " in text and (net := DARKNET.match(text)):
        return _parts(net, "iteration ", "batch", " | loss: ", "loss", " | avg loss: ", "mean", " | lr: ", "rate", " | step time: ", "time")
    whole = "".join(piece for piece, _ in found)
    if "* Epoch" in whole and (first := FIRST.match(whole)):
        return [("epoch ", -1), (first[1], 0), *_from(found, first.end())]
    if "{" in whole and (printed := DICT.match(whole)):
        return list(_from(found, printed.start(1)))
    if whole.startswith("[") and len(found) == 1 and (pair := PAIR.match(whole)):
        return [*_parts(pair, "epoch ", 1, " batch ", 2, " "), (text[pair.end() :], pair.end())]
    if len(found) == 1 and (pair := LEGEND.search(whole)):
        return [(whole[: pair.start()], 0), *_parts(pair, " at epoch ", 1, " batch ", 2), (whole[pair.end() :], pair.end())]
    if len(found) == 1 and (pair := SPLIT.match(whole)):
        counters = ("epoch ", 2, " batch ", 3) if pair[3] else ("batch ", 2)
        return [*_parts(pair, 1, " ", *counters, " "), (text[pair.end() :], pair.end())]
    if len(found) == 1 and (many := PLURAL.search(whole)):
        return [(whole[: many.end(1)], 0), (whole[many.end(2) :], many.end(2))]
    if len(found) == 1 and (ends := [name.end() for name in GLUED.finditer(whole)]):
        return list(_apart(whole, ends))
    if len(found) == 1 and (span := RANGE.search(whole)):
        return [(whole[: span.end(2)], 0), (whole[span.end() :], span.end())]
    if len(found) == 1 and (letter := LETTER.search(whole)):
        return [(whole[: letter.start()], 0), ("batch", -1), (whole[letter.end() :], letter.end())]
    if len(found) == 1 and (joined := WITHIN.search(whole)):
        return [(whole[: joined.end(1)], 0), (" batch ", -1), (whole[joined.end() :], joined.end())]
    return found


def _about(bar: re.Match) -> tuple[str, int]:
    """What a bar is of: the text before it. Cut by hand, for an expression that gives blanks back takes their number squared."""
    return bar.string[: bar.start()].rstrip().removesuffix(":"), 0


def _apart(whole: str, places: list[int]) -> Iterator[tuple[str, int]]:
    """A blank at each of these places of the whole, before which a name ends, in place of the underscore there may be."""
    for start, end in pairwise([0, *places, len(whole)]):
        name_ends = end in places
        yield whole[start:end].removesuffix("_") if name_ends else whole[start:end], start
        yield " " * name_ends, -1


def _parts(match: re.Match, *names: str | int) -> list[tuple[str, int]]:
    """Groups of a match by their name or number, and between them what is put in."""
    known = {*match.re.groupindex, *range(1, match.re.groups + 1)}
    return [(match[name] or "", match.start(name)) if name in known else (str(name), -1) for name in names]


def _from(found: list[tuple[str, int]], start: int) -> Iterator[tuple[str, int]]:
    """The pieces from this place of the whole on."""
    for piece, place in found:
        cut = min(start, len(piece))
        yield piece[cut:], place + cut if place >= 0 else place
        start -= cut


def _count(number: str) -> float | None:
    """A counter's number, None where it can be none."""
    value = _float(number)
    return value if 0 <= value < 1e15 else None


def _float(number: str) -> float:
    return float(number.replace(",", "") if "," in number else number)
