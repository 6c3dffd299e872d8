"""A watched run on one screen: how far it is, its curves, the verdict, what changed, and the other runs, as much as there is room for."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from advisor.finding import Finding
from advisor.render.figure import SCALE, figure, title
from advisor.render.ranking import badness
from advisor.render.report_words import change_text, interval, likelihood, loud_findings, run_label
from advisor.render.text import COLORS, SIGNS, in_words, naming
from advisor.scalar import Scalar
from advisor.watching.events import line
from advisor.watching.unfinished_run import at_the_end, finite_wall, points_needed, progress_curve
from advisor.watching.watch import Watch
from advisor.watching.watched_run import WatchedRun
from advisor.wording import clean, counted, duration, place

WIDEST = 120
LOW, HIGH = 3, 8  # rows of a curve
ROOMY, FAIR, SMALL = 30, 20, 12  # rows of a screen with room for blank lines, for two curves, for one
RECENT = 20  # points by which the pace is told
SHOWN = 12  # events, and other runs


def screen(watch: Watch, console: Console) -> list[Text]:
    """At most as many lines as the console has, none wider than it."""
    width, height = min(console.width, WIDEST), console.height
    foot = Text(f"Ctrl-C ends · advisor watch {place(watch.following.path)}", "dim")
    eye = watch.runs.get(watch.focus) if watch.focus else None
    if eye is None:
        head, curves, blocks = wrapped(Text(waiting(watch)), console, width), [], [[], changes(watch, eye)]
    else:
        head, curves = wrapped(headline(eye), console, width), drawable(eye)
        head.append(progress(eye, watch.now() - eye.since))
        blocks = [event_lines(eye, console, width), changes(watch, eye), others(watch)]
    gap = 1 if height >= ROOMY else 0
    curves = curves[: 2 if height >= FAIR else 1 if height >= SMALL else 0]
    blocks = fitted(blocks, height - len(head) - 1 - gap - len(curves) * (1 + LOW + gap), gap)
    used = len(head) + 1 + gap + sum(len(block) + gap for block in blocks)
    rows = min(HIGH, (height - used) // len(curves) - 1 - gap) if curves else 0
    plots = [[title(c, name), *figure(c, width=max(1, width - SCALE - 1), height=rows)] for name, c in curves] if rows >= LOW else []
    lines = [text for block in [head, *plots, *blocks, [foot]] if block for text in [*block, *[Text()] * gap]]
    return [cut(text, width) for text in lines[: -1 if gap else None][:height]]


def fitted(blocks: list[list[Text]], rows: int, gap: int) -> list[list[Text]]:
    """The blocks in so many rows: the first may keep two thirds of them, of the others, which have titles, the longest gives first."""
    said, *titled = map(list, blocks)
    while left := [block for block in [said] if block] + [block for block in titled if len(block) > 1]:
        if sum(len(block) + gap for block in left) <= rows:
            break
        others = [block for block in left if block is not said]
        gives = said if 3 * len(said) > 2 * max(rows, 0) or not others else max(reversed(others), key=len)
        gives.pop()
    return left


def waiting(watch: Watch) -> str:
    """What is said while there is no run yet: what is in the way, or that logs are being read."""
    return f"Waiting for logs: {clean(watch.following.trouble)}." if watch.following.trouble else "Reading the logs …"


def headline(eye: WatchedRun) -> Text:
    """The run and its verdict; of a run that is too short for one, how short."""
    report, (points, needed) = eye.report, points_needed(eye.run)
    words = in_words(report)
    if report.verdict == "cannot-tell" and not naming(report) and points < needed and not eye.ended:
        words = f"Warming up: {points} of {needed} points of training loss."
    elif report.verdict == "healthy" and not eye.ended:
        words = f"So far {words[0].lower()}{words[1:]}"
    color = COLORS[report.verdict]
    return Text.assemble((SIGNS[report.verdict], color), " ", (run_label(report), "bold"), "  ", (words, color))


def progress(eye: WatchedRun, age: float) -> Text:
    """The last step, for how long the run has run, how fast it is, and when it was last heard of."""
    curve = progress_curve(eye.run)
    wall = finite_wall(curve)
    parts = [f"step {eye.run.steps[1]}" if eye.run.steps else "no steps"]
    if len(wall) > 1:
        parts.append(f"{duration(wall[-1] - wall[0])} of training")
    if pace := steps_per_minute(curve):
        parts.append(f"{pace:.3g} steps/min" if pace < 100 else f"{pace:,.0f} steps/min")
    if eye.silent:
        ended = "it has ended, or hangs" if eye.ended else "still training?"
        return Text(" · ".join(parts), "dim").append(f" · nothing new for {duration(age)}: {ended}", "not dim yellow")
    return Text(" · ".join([*parts, f"last point {duration(age)} ago"]), "dim")


def steps_per_minute(curve: Scalar | None) -> float:
    """Over the last points; 0 where the format has no times."""
    if curve is None or not len(finite_wall(curve)):
        return 0.0
    last = curve[-RECENT:]
    seconds = last.wall[-1] - last.wall[0]
    return 60 * float(last.steps[-1] - last.steps[0]) / seconds if seconds > 0 else 0.0


def drawable(eye: WatchedRun) -> list[tuple[str, Scalar]]:
    """The losses, or where none is known the longest curve."""
    losses = [(name, eye.run.signal(name)) for name in ("train_loss", "val_loss")]
    found = [(name, c) for name, c in losses if c is not None and len(c) > 1]
    longest = progress_curve(eye.run)
    return found or ([(clean(longest.tag), longest)] if longest is not None and len(longest) > 1 else [])


def event_lines(eye: WatchedRun, console: Console, width: int) -> list[Text]:
    """The findings, each with its first change; then what does not count yet, and what the reader had to say."""
    lines = [text for f in eye.report.findings for text in finding(f)]
    late = [name for name in eye.unsure if name in at_the_end()]
    early = [name for name in eye.unsure if name not in late]
    lines += [Text(f"Not sure yet: {', '.join(early)}", "italic")] * bool(early)
    lines += [Text(f"If it ended now: {', '.join(late)}", "italic")] * bool(late)
    lines += [Text(hint, "italic")] if (hint := naming(eye.report)) else []
    lines += [Text(f"Note: {clean(note)}", "dim") for note in eye.run.notes]
    return [row for text in lines for row in wrapped(text, console, width)]


def finding(f: Finding) -> Iterator[Text]:
    """The finding in two lines, and in a third the first change of its most probable cause, where that has any."""
    yield Text.assemble((f.problem, COLORS[f.level]), (f"  {f.level} · {likelihood(f.confidence)} ({f.confidence:.0%})", "dim"))
    yield Text(clean(f.message))
    if cause := next((c for c in f.causes[:1] if c.changes), None):
        change = cause.changes[0]
        why = f"{', ' * bool(change.interval)}{interval(change)} ({cause.cause}, {cause.probability:.0%})"
        yield Text.assemble(("Change first: ", "green"), (change_text(change), "bold"), (why, "dim"))


def changes(watch: Watch, eye: WatchedRun | None) -> list[Text]:
    """The newest events first; the run is named where it is not the one on the screen."""
    newest = list(watch.events)[: -SHOWN - 1 : -1]
    return [Text("What changed", "bold"), *(line(e, run=eye is None or e.run != eye.run.name) for e in newest)] if newest else []


def others(watch: Watch) -> list[Text]:
    """A line for each other run, the worst first; of many, how many more there are."""
    rest = sorted((w for key, w in watch.runs.items() if key != watch.focus), key=lambda w: badness(w.report))
    lines = []
    for w in rest[:SHOWN]:
        color = COLORS[w.report.verdict]
        lines.append(Text.assemble((f"{SIGNS[w.report.verdict]} ", color), clean(w.run.name), "  ", (problems(w), color)))
    counts = Counter(w.report.verdict for w in rest)
    heading = f"{counted(len(rest), 'other run')}: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.most_common())
    return [Text(heading, "bold"), *lines] if rest else []


def problems(watched: WatchedRun) -> str:
    """The problems that are errors or warnings, else the verdict."""
    return ", ".join(f.problem for f in loud_findings(watched.report)) or watched.report.verdict


def wrapped(text: Text, console: Console, width: int) -> list[Text]:
    """The text in lines of at most `width` columns."""
    return list(text.wrap(console, width))


def cut(text: Text, width: int) -> Text:
    """A copy of the text in at most `width` columns, with … where some of it was left out."""
    text = text.copy()
    text.truncate(width, overflow="ellipsis")
    return text
