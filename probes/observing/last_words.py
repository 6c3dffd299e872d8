"""What a script printed before it ended badly: kept in memory while it runs, and beside its log once it has.

What passes through is what was written, at once and to the same place: the stream stays the same object, and only its `write` is looked
at. What other programs or C++ print goes by it. An error that was printed earlier and trained on with ended nothing, so what was printed
before the last step but one is forgotten.
"""

import contextlib
import signal
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

KEPT = 1 << 14  # characters
NAME = "output{}.log"
BY_HAND = (0, 130, 143, 129)  # statuses: it came to its end, or somebody ended it
TRACE, BAR = "Traceback (most recent call last)", "%|"
FATAL = ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")  # what a program does not send itself, nor a user at first
STATUS, KILLED = "advisor: exit status {status} after: {words}", "advisor: ended by SIGKILL"  # read by advisor/reading/failures/words.py


class LastWords:
    """What is written to these streams from now on, as far as it may tell of the end of the training that is followed."""

    def __init__(self, output: TextIO | None, errors: TextIO | None):
        self.recorder: Any = None
        self.kept: deque[tuple[int, str, bool]] = deque()  # the step, what was written, and whether to standard error
        self.size = 0
        for stream in (output, errors):
            with contextlib.suppress(AttributeError):  # None where it was closed, or of a kind that takes no other
                stream.write = self.listening(stream.write, stream is errors)  # type: ignore[method-assign, union-attr]

    def listening(self, write: Callable[[str], int], error: bool) -> Callable[[str], int]:
        """As `write`; what it could write is kept."""

        def written(text: str) -> int:
            count = write(text)
            with contextlib.suppress(Exception):  # as where two threads write at once: what is ours is no failure of theirs
                self.keep(text, error)
            return count

        return written

    def follow(self, recorder: Any) -> None:
        """Know of the steps that this one sees."""
        self.recorder = recorder

    @property
    def training(self) -> bool:
        """Whether a training has begun: its optimizer is made."""
        return self.recorder is not None and bool(self.recorder.step or self.recorder.made_so_far)

    def keep(self, text: str, error: bool) -> None:
        """Keep what was written."""
        self.kept.append((self.now(), text[-KEPT:], error))
        self.size += len(self.kept[-1][1])
        self.forget()

    def now(self) -> int:
        """Steps so far."""
        return 0 if self.recorder is None else self.recorder.step

    def forget(self) -> None:
        """Drop what can tell of the end no more."""
        while self.kept and (self.kept[0][0] < self.now() - 1 or self.size > KEPT):
            self.size -= len(self.kept.popleft()[1])

    def said(self) -> str:
        """The last line that says something, of standard error if there is one there; progress bars say nothing."""
        for wanted in (True, False):
            text = "".join(text for _, text, error in self.kept if error == wanted)
            lines = [line.strip() for line in text.splitlines() if line.strip() and BAR not in line]
            if lines:
                return lines[-1]
        return ""

    def text(self, status: int, errors: Sequence[BaseException]) -> str:
        """What is to be kept of an end with this status, by this exception where there was one; "" where nothing tells of it."""
        if errors:
            return "".join(traceback.format_exception(errors[-1]))
        self.forget()
        if status in BY_HAND or not self.now() or not self.said():
            return ""
        text = "".join(text for _, text, _ in self.kept)
        return text if TRACE in text else f"{text.rstrip()}\n{STATUS.format(status=status, words=self.said())}\n"

    def write(self, folder: Path, name: str, status: int, errors: Sequence[BaseException]) -> None:
        """Keep it in a file of this name, where there is something to keep."""
        if text := self.text(status, errors):
            with contextlib.suppress(OSError):  # a full disk has been told of by the log itself
                folder.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8", errors="replace")


def keep_signal(folder: Path, status: int) -> None:
    """Keep beside the log of a training that a signal ended it, which it could not say itself.

    Parameters
    ----------
    status : as a shell tells it
    """
    name = next((name for name in FATAL if status - 128 == getattr(signal, name, None)), None)
    if name is not None and folder.is_dir() and any(folder.iterdir()):
        with contextlib.suppress(OSError), (folder / NAME.format("")).open("a", encoding="utf-8") as file:
            file.write(f"{KILLED if name == 'SIGKILL' else STATUS.format(status=status, words=name)}\n")
