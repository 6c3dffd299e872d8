"""The catalogue: every problem and cause in a line, or one of them in full with its example curves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from advisor.curves import logged
from advisor.evidence import weights
from advisor.judging.weighing import prior
from advisor.render.figure import SCALE, figure
from advisor.render.text import indented
from advisor.wording import clean, counted, first_few, number

WIDTH = 20  # characters of an example's curve
HEIGHT = 3
MOST = 3  # layers drawn of one signal


def overview(problems: Sequence, causes: Sequence) -> Iterator[RenderableType]:
    """The names, grouped, each with the first sentence of its entry."""
    width = max(len(rule.name) for rule in [*problems, *causes])
    for title, rules in (("Problems: what you see", problems), ("Causes: why, and what to change", causes)):
        yield Text(title, "bold")
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=width, no_wrap=True, style="cyan")
        for rule in rules:
            table.add_row(Text(rule.name), Text(headline(rule)))
        yield indented(table, 2)
        yield Text()
    yield Text(f"One of them in full: advisor explain {problems[0].name}", "dim")


def entry(rule, problems: Sequence, causes: Sequence, console: Console) -> Iterator[RenderableType]:
    """One problem or cause: its text, what it is tied to, and its examples."""
    yield Text(rule.name, "bold cyan")
    yield from prose(rule.doc)
    if rule in problems:
        explaining = [c for c in causes if rule.name in c.module.EXPLAINS]
        yield from section("Causes", (f"{c.name}: {headline(c)}" for c in explaining))
        if rule.thresholds:
            yield from section("Thresholds", (f"--set {rule.name}.{name}={number(value)}" for name, value in rule.thresholds.items()))
    else:
        yield from section("Explains", (f"{p.name}: {headline(p)}" for p in problems if p.name in rule.module.EXPLAINS))
        yield from section("Weights (ten decibans: ten times likelier)", weights_of(rule))
    yield from section("On runs whose faults are known", track_record(rule, problem=rule in problems))
    seen = ("Found in", "Not found in") if rule in problems else ("Speaks for it", "Speaks against it")
    for title, examples in zip(seen, (rule.module.BAD, rule.module.GOOD), strict=True):
        yield Text()
        yield Text(title, "bold")
        for name, signals in examples.items():
            yield indented(Text(name, "italic"), 2)
            yield indented(example(signals, console.width), 4)


def weights_of(rule) -> Iterator[str]:
    """A cause's prior for each problem and, on average, what each of its facts added, as calibrated."""
    for problem in rule.module.EXPLAINS:
        yield f"{prior(rule, problem):+5.1f}  before any fact, for {problem}"
    for fact, known in weights.of("causes", rule.name).get("evidence", {}).items():
        yield f"{known['decibans']:+5.1f}  {fact} (seen {counted(known['seen'], 'time')})"


def track_record(rule, problem: bool) -> Iterator[str]:
    """How often the rule spoke, and was right, of tasks that its weights were not fitted on."""
    known = weights.of("problems" if problem else "causes", rule.name)
    if problem:
        yield found_rightly(known) if known.get("findings") else "Never found in the calibration's runs."
    elif "corpus" not in known:
        yield "Never the cause, nor named, in the calibration's runs."
    else:
        n = known["corpus"]
        yield f"The cause in {counted(n['planted'], 'run')}, and named first in {n['right']} of them; named first in {n['first']} in all."


def found_rightly(known: Mapping[str, Any]) -> str:
    """How often a problem was found, how often rightly, and in runs of how many sources."""
    return f"Found {counted(known['findings'], 'time')} in runs of {counted(known['sources'], 'source')}, {known['right']} of them rightly."


def headline(rule) -> str:
    """The first line of a rule's entry."""
    return rule.doc.partition("\n")[0]


def prose(doc: str) -> Iterator[RenderableType]:
    """The docstring: headings stand out, paragraphs flow to the width of the terminal, references keep a line each."""
    for i, paragraph in enumerate(doc.split("\n\n")):
        yield from [Text()] if i else []
        lines = paragraph.splitlines()
        heading = lines.pop(0) if len(lines) > 1 and lines[1].startswith(" ") else ""
        if heading:
            yield Text(heading, "bold")
        flowing = Text(("\n" if heading == "References" else " ").join(line.strip() for line in lines))
        flowing.highlight_regex(r"`[^`]+`", "cyan")
        yield indented(flowing, 2 if heading else 0)


def section(title: str, lines) -> Iterator[RenderableType]:
    """An empty line, the title, and the lines below it, moved right."""
    yield Text()
    yield Text(title, "bold")
    yield from (indented(Text(line), 2) for line in lines)


def example(signals: Mapping[str, Any], width: int) -> RenderableType:
    """The signals of one example: curves side by side, the rest in words."""
    curves = dict(drawable(signals))
    words = [
        f"{name}: {in_words(value)}" for name, value in signals.items() if not isinstance(value, np.ndarray) and not drawable_dict(value)
    ]
    a_row = max(1, (width - 4) // (WIDTH + SCALE + 3))
    names = list(curves)
    rows = [side_by_side({n: curves[n] for n in names[i : i + a_row]}) for i in range(0, len(names), a_row)]
    return Group(*rows, *(Text(line, "dim") for line in words))


def side_by_side(curves: Mapping[str, np.ndarray]) -> Table:
    """One row of drawn curves, each under its name; arrays of shape (n,) are drawn over steps 0 to LAST_STEP."""
    grid = Table.grid(padding=(0, 2))
    drawn = [figure(logged(name, values), width=WIDTH, height=HEIGHT) for name, values in curves.items()]
    grid.add_row(*(Group(Text(" " * (SCALE + 1) + name, "dim"), *rows) for name, rows in zip(curves, drawn, strict=True)))
    return grid


def drawable(signals: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """Name and values, shape (n,), of each curve; of a signal with many layers, a few from the first to the last."""
    for name, value in signals.items():
        if isinstance(value, np.ndarray):
            yield name, value
        elif drawable_dict(value):
            layers = list(value)
            for i in sorted(set(np.linspace(0, len(layers) - 1, MOST).astype(int))):
                yield layers[i], value[layers[i]]


def drawable_dict(value: Any) -> bool:
    """Whether it is a signal of many layers: a mapping to arrays and nothing else."""
    return isinstance(value, Mapping) and bool(value) and all(isinstance(v, np.ndarray) for v in value.values())


def in_words(value: Any) -> str:
    """What is no curve, on one line; "none" of what is empty."""
    if isinstance(value, Mapping):
        return first_few(f"{k} = {number(v)}" for k, v in value.items()) or "none"
    if isinstance(value, tuple | list):
        return first_few(getattr(v, "text", v) for v in value) or "none"
    return clean(value)
