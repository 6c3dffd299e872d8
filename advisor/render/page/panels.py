"""Curves for a page: those of one unit together over the steps of all, as lines of a drawing, with their numbers in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.finding import Evidence, Report
from advisor.render.curve_words import words
from advisor.render.figure import logarithmic
from advisor.render.report_words import curve_of, loud_findings
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.wording import number

WIDTH, HEIGHT = 1000, 300  # units of a drawing, stretched to the room there is
COLUMNS = 250  # in each of which the highest and the lowest value of a curve are kept
TOGETHER = (("train_loss", "val_loss"), ("train_accuracy", "val_accuracy"), ("episode_reward", "eval_reward"))
BELOW = ("grad_norm", "lr")  # what explains the others, on the same steps
MOST = 6  # panels of one run


@dataclass(frozen=True)
class Line:
    """One curve: its name, the tag it was logged under, the path that draws it, where it is lost, and its numbers in words.

    `lost` are shares of the width, from 0 to 100: where it is NaN or infinite from and to.
    """

    name: str
    tag: str
    path: str
    words: str
    lost: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Panel:
    """Curves over the same steps; `high` and `low` are the ends of the scale, `marked` the steps that are evidence.

    `spans` are these steps as shares of the width, from 0 to 100: where each begins, and how wide it is.
    """

    lines: tuple[Line, ...]
    high: str
    low: str
    first: int
    last: int
    logarithmic: bool
    spans: tuple[tuple[float, float], ...] = ()
    marked: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All that it shows, for who cannot see it."""
        scale = "On a log scale. " if self.logarithmic else ""
        return scale + " ".join(line.words for line in self.lines) + "".join(f" Marked: {m}." for m in self.marked)


def panels(report: Report, most: int = MOST, columns: int = COLUMNS) -> list[Panel]:
    """Those of a run: what its findings were seen on, its losses and scores, and below them what explains those; `most` of them."""
    run = report.run
    groups = [group for names in in_order(report) if (group := curves(run, names))][:most]
    if not groups:
        return []
    span = extent(c for group in groups for c in group.values())
    marks = [e for finding in loud_findings(report) for e in finding.evidence]
    return [panel(group, span, [e for e in marks if e.signal in group], columns) for group in groups]


def in_order(report: Report) -> Iterator[Sequence[str]]:
    """The signals of each panel, none twice."""
    seen = [found[1].signal for f in loud_findings(report) if (found := curve_of(f, report.run))]
    asked = [next((g for g in TOGETHER if name in g), (name,)) for name in seen]
    others = [] if any(curves(report.run, g) for g in (*asked, *TOGETHER)) else [(name,) for name in report.run.signals]
    yield from dict.fromkeys([*asked, *TOGETHER, *others, *((name,) for name in BELOW)])


def curves(run: Run, names: Iterable[str]) -> dict[str, Scalar]:
    """Those of these signals that are curves of two points or more."""
    found = {name: run.signals.get(name) or run.scalars.get(name) for name in names}
    return {name: curve for name, curve in found.items() if isinstance(curve, Scalar) and len(curve) > 1}


def panel(group: dict[str, Scalar], span: tuple[int, int], marks: Iterable[Evidence] = (), columns: int = COLUMNS) -> Panel:
    """The curves of one panel, drawn over the steps from the first to the last of `span`."""
    finite = np.concatenate([curve.finite().values for curve in group.values()])
    marks = list(marks)
    telling = [group[name] for name in {e.signal for e in marks}] or list(group.values())  # what these do is to be seen
    log = bool(len(finite) and finite.min() > 0) and all(logarithmic(curve.finite().values) for curve in telling)
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (np.nan, np.nan)
    lines = tuple(drawn(name, curve, span, (low, high), log, columns) for name, curve in group.items())
    spans = sorted({(e.first_step, e.last_step) for e in marks})
    shares = tuple((share(a, span), max(share(b, span) - share(a, span), 0.4)) for a, b in spans)
    told = tuple(f"steps {a} to {b}" if a < b else f"step {a}" for a, b in spans)
    return Panel(lines, number(high), number(low), *span, log, shares, told)


def overlaid(curves: dict[str, Scalar]) -> list[Panel]:
    """These curves, of any runs, in one panel over the steps of all; none where there are none."""
    return [panel(curves, extent(curves.values()))] if curves else []


def extent(curves: Iterable[Scalar]) -> tuple[int, int]:
    """The first step and the last of all of them."""
    ends = [(int(curve.steps[0]), int(curve.steps[-1])) for curve in curves]
    return min(a for a, _ in ends), max(b for _, b in ends)


def drawn(name: str, curve: Scalar, span: tuple[int, int], ends: tuple[float, float], log: bool, columns: int) -> Line:
    """A curve as a path: it breaks where it is lost."""
    return Line(name, curve.tag if curve.tag != name else "", path(curve, span, ends, log, columns), words(name, curve), lost(curve, span))


def path(curve: Scalar, span: tuple[int, int], ends: tuple[float, float], log: bool, columns: int) -> str:
    """Moves and lines of a drawing `WIDTH` wide and `HEIGHT` high, in whole units."""
    kept = thinned(curve, columns)
    with np.errstate(all="ignore"):
        low, high, values = (
            np.log(v) if log else np.asarray(v, float) / max(abs(ends[0]), abs(ends[1]), 1e-300) for v in (*ends, kept.values)
        )
    reach = high - low
    y = np.full(len(kept), HEIGHT / 2) if not reach > 0 else (high - values) / reach * HEIGHT
    x = np.array([share(int(step), span) for step in kept.steps]) * WIDTH / 100
    said, pen = [], "M"
    for i in range(len(kept)):
        if np.isfinite(kept.values[i]):
            said.append(f"{pen}{x[i]:.0f} {y[i]:.0f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(said)


def thinned(curve: Scalar, columns: int) -> Scalar:
    """Of each column of points the first, the highest, the lowest and one that is lost, so that no spike and no gap goes."""
    if len(curve) <= 2 * columns:
        return curve
    kept = set[int]()
    for some in np.array_split(np.arange(len(curve)), columns):
        values = curve.values[some]
        finite = np.isfinite(values)
        kept |= {int(some[~finite][0])} if not finite.all() else set()
        if finite.any():
            kept |= {int(some[finite][values[finite].argmax()]), int(some[finite][values[finite].argmin()])}
    return curve[np.array(sorted(kept | {0, len(curve) - 1}))]


def lost(curve: Scalar, span: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Where and how wide its points are not finite in a row, as shares of the width; of many places the first few."""
    away = np.flatnonzero(~np.isfinite(curve.values))
    if not len(away):
        return ()
    rows = np.split(away, np.flatnonzero(np.diff(away) > 1) + 1)[:9]
    ends = [(share(int(curve.steps[r[0]]), span), share(int(curve.steps[r[-1]]), span)) for r in rows]
    return tuple((a, max(b - a, 0.4)) for a, b in ends)


def share(step: int, span: tuple[int, int]) -> float:
    """Where a step lies between the first and the last, from 0 to 100."""
    first, last = span
    return round(100 * float(np.clip((step - first) / (last - first) if last > first else 0.5, 0, 1)), 2)


def small(report: Report, columns: int = 40) -> Panel | None:
    """The one curve that tells most of a run, in few points; None where there is none."""
    first = next(iter(panels(report, 1, columns)), None)
    return first and replace(first, lines=first.lines[:2])
