"""A curve with its scale beside it, and under it a mark for the steps that are evidence."""

import numpy as np
from rich.text import Text

from advisor.render import braille
from advisor.scalar import Scalar
from advisor.wording import clean, number, steps

DECADES = 2  # positive values that span more, but for a few low ones, are drawn on a log scale
SCALE = 10  # characters of the scale's numbers


def figure(curve: Scalar, first: int | None = None, last: int | None = None, width: int = 60, height: int = 4) -> list[Text]:
    """The rows of the figure, `width` characters and the scale wide; the steps from `first` to `last` are marked."""
    rows = labelled_rows(curve.steps, curve.values, width, height, logarithmic(curve.finite().values))
    drawn = [Text.assemble((f"{label:>{SCALE}} ", "dim"), (row, "cyan")) for label, row in rows]
    if first is not None and last is not None and len(curve):
        drawn.append(Text(" " * (SCALE + 1) + mark(curve, first, last, width), "yellow"))
    return drawn


def labelled_rows(x: np.ndarray, y: np.ndarray, width: int, height: int, log: bool) -> list[tuple[str, str]]:
    """A label of the scale, empty between its ends, and a row of characters, `height` of them, for points of shape (n,)."""
    finite = y[np.isfinite(y)]
    ends = [finite.max(), finite.min()] if len(finite) else [np.nan, np.nan]
    labels = [number(float(ends[0])), *[""] * (height - 2), number(float(ends[1]))]
    return list(zip(labels, braille.chart(x, y, width, height, log), strict=True))


def title(curve: Scalar, name: str) -> Text:
    """What the figure shows: the signal, the tag it was logged under, its steps, and where it is not a plain curve."""
    tag = f" ({clean(curve.tag)})" if curve.tag and curve.tag != name else ""
    parts = [clean(name) + tag]
    if len(curve):
        parts.append(steps(int(curve.steps[0]), int(curve.steps[-1])))
    if logarithmic(curve.finite().values):
        parts.append("log scale")
    if lost := not_finite(curve):
        parts.append(f"× where NaN or infinite ({lost} of {len(curve)} points)")
    return Text(" · ".join(parts), "dim")


def not_finite(curve: Scalar) -> int:
    """How many of its points are NaN or infinite."""
    return len(curve) - len(curve.finite())


def logarithmic(finite: np.ndarray) -> bool:
    """Whether values, shape (n,), none of them NaN or infinite, are to be drawn on a log scale."""
    return bool(len(finite) and finite.min() > 0 and finite.max() > 10**DECADES * np.quantile(finite, 0.05))


def mark(curve: Scalar, first: int, last: int, width: int) -> str:
    """A bracket under the steps of the evidence, with the steps in it where they fit and beside it where not."""
    ends = [curve.steps[0], curve.steps[-1]]
    a, b = braille.columns(np.clip([first, last], *ends), 2 * width, *map(float, ends)) // 2
    label, pad = f" {steps(first, last)} ", " " * a
    inside = label if len(label) <= b - a - 3 else ""
    bracket = "▲" if a == b else f"└{inside.center(b - a - 1, '─')}┘"
    if inside:
        return pad + bracket
    if b + 1 + len(label) <= width:
        return pad + bracket + label.rstrip()
    return label.strip().rjust(a - 1) + " " + bracket if a > len(label) else pad + bracket
