"""The digits of many lines like one template, and the numbers that they write."""

import re

import numpy as np

from advisor.reading.shapes.block import LONGEST, Block
from advisor.reading.shapes.decimals import DIGITS, FARTHEST, nearest
from advisor.reading.shapes.templates import Number, Template

PLAIN = re.compile(r"[-+]?\.?([eE]-)?")  # a number without its digits: with a point at most, and no power of ten above 0
TENS = 10 ** np.arange(DIGITS + 1)


class Cells:
    """The runs of digits in the rows that are like the template: `starts` and `ends`, shape (runs, n)."""

    def __init__(self, block: Block, template: Template, rows: np.ndarray):
        whole, starts, ends = block.digits.of(rows, len(template.gaps))
        rows = rows[whole]
        like = block.ends[rows] - block.starts[rows] <= LONGEST
        if starts.size:
            gaps, lengths = np.concatenate([starts[:1] - block.starts[rows], starts[1:] - ends[:-1]]), ends - starts
            for found, least, most in ((gaps, template.gaps, template.gaps), (lengths, template.least, template.most)):
                if (found.min(axis=1) < least).any() or (found.max(axis=1) > most).any():
                    like &= ((found >= least[:, None]) & (found <= most[:, None])).all(axis=0)
        self.digits = block.digits
        for run, digits in template.literals:
            places = np.minimum(starts[run][:, None] + np.arange(len(digits)), len(self.digits.text) - 1)
            like &= (self.digits.text[places] == np.frombuffer(digits, np.uint8)).all(axis=1)
        if not like.all():
            rows, starts, ends = rows[like], starts[:, like], ends[:, like]
        self.rows, self.starts, self.ends = rows, starts, ends

    def floats(self, number: Number) -> np.ndarray:
        """The numbers that stand there, shape (n,), each the float nearest to what is written."""
        if number.constant is not None:
            return np.full(len(self.rows), number.constant)
        form = PLAIN.fullmatch(number.form)
        if not form:
            return self._written(number, np.arange(len(self.rows)))
        found, left = self._decimals(number, bool(form[1]))
        if len(left):
            found[left] = self._written(number, left)
        return found

    def _decimals(self, number: Number, has_exponent: bool) -> tuple[np.ndarray, np.ndarray]:
        """The numbers by their digits, shape (n,), and which are not known to be the nearest: half way, or of too many digits."""
        runs = [*range(number.first, number.last + 1)]
        exponent = self._exponent(runs.pop()) if has_exponent else 0
        lengths = [self._length(run) for run in runs]
        digits, length = self.integers(runs[-1]), sum(lengths)
        behind: np.ndarray | int = 0
        if len(runs) > 1 or number.lead > len(number.form) - len(number.form.lstrip("+-")):  # "1.5", and ".5", but not "5."
            behind = lengths[-1]
        many = length > DIGITS
        if len(runs) > 1:
            ahead = self.integers(runs[0])
            digits = digits + ahead * TENS[np.minimum(behind, DIGITS)]
            many = many & ((ahead != 0) | self._begins(runs[1])) if np.any(many) else many
        left = many | (behind + exponent > FARTHEST)
        values, doubtful = nearest(digits, np.minimum(behind + exponent, FARTHEST), int(np.max(length)))
        left = np.union1d(np.flatnonzero(np.broadcast_to(left, len(values))), doubtful) if np.any(left) else doubtful
        return -values if number.form[:1] == "-" else values, left

    def _exponent(self, run: int) -> np.ndarray:
        """The digits of a power of ten as integers, shape (n,), none higher than is of use."""
        lengths = self.ends[run] - self.starts[run]
        return np.where(lengths > DIGITS, FARTHEST + 1, np.minimum(self.integers(run), FARTHEST + 1))

    def _begins(self, run: int) -> np.ndarray:
        """Where a run has other digits than zeros before the last that an integer holds, or too many for that to be told, shape (n,)."""
        starts, ends = self.starts[run], self.ends[run]
        return (self.digits.integers(starts, np.maximum(starts, ends - DIGITS)) != 0) | (ends - starts > 2 * DIGITS)

    def _length(self, run: int) -> np.ndarray | int:
        """How many digits the run has, shape (n,), or in all rows."""
        lengths = self.ends[run] - self.starts[run]
        return int(lengths[0]) if (lengths == lengths[0]).all() else lengths

    def _written(self, number: Number, of: np.ndarray) -> np.ndarray:
        """The numbers of some of the rows, shape (n,), as Python reads them."""
        begin, end = self.starts[number.first][of] - number.lead, self.ends[number.last][of] + number.trail
        width = int((end - begin).max())
        places = begin[:, None] + np.arange(width)
        texts = np.where(places < end[:, None], self.digits.text.take(places, mode="clip"), 0).astype(np.uint8)
        if (texts == texts[0]).all():
            texts = texts[:1]
        words = texts.view(f"S{width}")[:, 0]
        found = np.array([float(word.replace(b",", b"")) for word in words.tolist()]) if "," in number.form else words.astype(float)
        return np.broadcast_to(found, len(of))

    def integers(self, run: int) -> np.ndarray:
        """The digits of a run as integers, shape (n,)."""
        return self.digits.integers(self.starts[run], self.ends[run])
