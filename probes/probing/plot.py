"""A measured curve over a logarithmic axis, drawn for a terminal, with the suggestion marked under it."""

import numpy as np

from advisor.render import braille
from advisor.render.figure import labelled_rows, logarithmic

WIDTH, HEIGHT, SCALE = 60, 5, 12


def plot(title: str, x, y, mark: float | None = None, form: str = "{:.0e}") -> list[str]:
    """The title, the curve, and its axis with both ends and `mark` written under it.

    Parameters
    ----------
    x : array of shape (points,)
        Positive and ascending.
    y : array of shape (points,)
        NaN and infinity are drawn as ×, below.
    form : str
        How a number of the x axis is written.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    finite = y[np.isfinite(y)]
    if len(finite) < 2:
        return []
    log = logarithmic(finite)
    drawn = [f"{label:>{SCALE}} {row}" for label, row in labelled_rows(np.log(x), y, WIDTH, HEIGHT, log)]
    return ["  " + title + (", log scale" if log else ""), *drawn, *axis(x, mark, form)]


def axis(x, mark: float | None, form: str) -> list[str]:
    """The ends of the axis, and between them the mark where there is one."""
    first, last = form.format(x[0]), form.format(x[-1])
    if mark is None or not x[0] <= mark <= x[-1]:
        return [" " * (SCALE + 1) + first + last.rjust(WIDTH - len(first))]
    at = int(braille.columns([np.log(mark)], WIDTH, float(np.log(x[0])), float(np.log(x[-1])))[0])
    line, told = [" "] * WIDTH, f"▲ {form.format(mark)}"
    line[: len(first)], line[WIDTH - len(last) :] = first, last
    start = min(at, WIDTH - len(told))
    told = told if start == at else f"{form.format(mark)} ▲"
    start = start if start == at else at - len(told) + 1
    if start <= len(first) or start + len(told) >= WIDTH - len(last):  # over an end: a line of its own
        return [" " * (SCALE + 1) + " " * start + told, " " * (SCALE + 1) + "".join(line)]
    line[start : start + len(told)] = told
    return [" " * (SCALE + 1) + "".join(line)]
