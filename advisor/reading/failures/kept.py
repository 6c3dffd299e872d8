"""The lines that tell of a failure, by what the failing programs really print."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile

from advisor.reading.failures.tracebacks import BEGINS, FRAME, Trace, bar_of_evaluation, of_a_file_that_does_not_parse
from advisor.reading.failures.words import COMPLETED, CONTROL, DOES_NOT_PARSE, RAISED, SUMMED_UP, UNHEARD, WIDTH, kind_of
from advisor.scalar import CUT_OFF, Line

KEPT = 3  # lines of one kind, of one file
LOGGED, LAST = "logged-error", 20  # an end only where nothing was measured, and within so many of the last lines
WENT_ON = 10  # lines that measured, after a failure that ends a program: then it was an earlier session's, or somebody caught it
LONGEST_TRACE = 120  # lines
BELOW = 4  # lines of a message, after its first
SAID_LAST = 2  # lines that measured since a training summed itself up: more, and another went on
ENDS = ("killed", "time-limit", "data-loader", "communication", "exit-status", "traceback")  # kinds that end a program


@dataclass(frozen=True)
class Told:
    """A line that told of a failure, whether it ended the program, and how many lines had measured something before it."""

    line: Line
    ends: bool
    measured: int


@dataclass
class Failures:
    """The first lines of each kind of failure in one file, without those of an earlier session, which the training outlived."""

    path: str
    found: list[Told] = field(default_factory=list)
    traced: int = 0  # the line in which a traceback began whose last line has not come yet
    unheard: bool = False  # the next traceback ends nothing
    trace: Trace = field(default_factory=Trace)
    done: int | None = None  # lines that had measured something where a training said that it was done

    def look(self, number: int, text: str, plain: str, measured: int, above: str = "", below: Iterable[str] = ()) -> None:
        """Take in a line that may tell of a failure, as it is and without its prefixes.

        So many lines before it measured something, `above` is the line before it, and `below` those that follow.
        """
        if COMPLETED.search(plain):
            self._outlived(measured + WENT_ON)
        if COMPLETED.search(plain) or SUMMED_UP.match(plain):
            self.done = measured
        if FRAME.match(plain):
            self._frame(number, plain, below)
            return
        above, in_trace = above[-WIDTH:], bool(self.traced)
        if in_trace:
            self.trace.take(plain)
        kind = kind_of(plain, in_trace)
        ends = kind in ENDS or in_trace
        if plain.startswith(BEGINS) or plain.endswith(f"{BEGINS}:"):  # also behind a prompt or a bar that had no end of line
            self.traced, self.unheard = 0 if self.unheard else number, False
            self.trace.begin(f"{above}\n{plain[:WIDTH]}")
        elif self.traced and RAISED.match(plain):
            self.traced = 0
            self.found = [] if DOES_NOT_PARSE.match(plain) else self.found  # whatever is told above is of an earlier start
        self.unheard = self.unheard or bool(UNHEARD.match(plain))
        if kind:
            self._outlived(measured)
            same = [told for told in self.found if told.line.kind == kind]
            if kind == LOGGED and len(same) == KEPT:
                self.found.remove(same[0])  # of these the last ones are the end of a story
            if kind == LOGGED or len(same) < KEPT:
                line = Line(kind, self.path, number, shown(text), evaluating=bar_of_evaluation(f"{above}\n{plain[:WIDTH]}"))
                line = replace(line, more=" ".join(goes_on(below)), after_end=self._ended(measured))
                line = self.trace.placed(line) if in_trace else line
                self.found.append(Told(line, ends, measured))

    def _frame(self, number: int, plain: str, below: Iterable[str]) -> None:
        """Take in a place in the code."""
        unread = of_a_file_that_does_not_parse(plain)
        if not self.traced and unread:
            self.traced = number
            self.trace.begin("")
        self.trace.take(plain)
        if unread:
            self.trace.code = shown(next(iter(below), ""))

    def _ended(self, measured: int) -> bool:
        """Whether the training had said that it was done, and nothing trained on."""
        return self.done is not None and measured - self.done < SAID_LAST

    def _outlived(self, measured: int) -> None:
        self.found = [told for told in self.found if not told.ends or measured - told.measured < WENT_ON]

    def lines(self, number: int, measured: int) -> tuple[Line, ...]:
        """What stands, of a file that has so many lines; a traceback in which it ends is one too."""
        cut = self.traced and number - self.traced < LONGEST_TRACE
        told = [told.line for told in self.found if not told.ends or measured - told.measured < WENT_ON]
        told = [line for line in told if line.kind != LOGGED or (not measured and number - line.number <= LAST)]
        return (*told, *([self.trace.placed(Line("traceback", self.path, self.traced, CUT_OFF))] if cut else ()))


def goes_on(below: Iterable[str]) -> Iterator[str]:
    """The lines with which a message goes on below its first: they are indented."""
    return map(shown, takewhile(lambda line: line[:1] in (" ", "\t") and bool(line.strip()), islice(below, BELOW)))


def shown(text: str) -> str:
    """A line as it is kept: short, and without what would move a cursor."""
    return CONTROL.sub(" ", text).strip()[:WIDTH]
