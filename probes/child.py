"""The process a training lives in while it is probed: `python -m probes.child`, started by `probes/remote.py`.

It makes the training its first message describes and does what it is asked, until nobody asks any more.
"""

import contextlib
from pathlib import Path
from typing import Any

from probes.channel import Channel, Reply, Request, failure, to_parent
from probes.standstill import tell_when_asked

DOOMED = "1000"  # should the system run out of memory, this process is the one to end


class Answers:
    """Does what requests ask of a training."""

    def __init__(self, training: Any):
        self.training, self.blocks = training, []  # type: ignore[var-annotated]

    def to(self, request: Request) -> Reply:
        """The reply; an exception is one too."""
        try:
            return Reply(getattr(self, request.do)(request.name, *request.arguments))
        except Exception as error:
            return failure(error)

    def get(self, name: str) -> Any:
        return getattr(self.training, name)

    def set(self, name: str, value: Any) -> None:
        setattr(self.training, name, value)

    def call(self, name: str, *arguments: Any) -> Any:
        return getattr(self.training, name)(*arguments)

    def enter(self, _: str) -> None:
        block = self.training.restored()
        block.__enter__()
        self.blocks.append(block)

    def leave(self, _: str) -> None:
        self.blocks.pop().__exit__(None, None, None)


def serve(channel: Channel, training: Any) -> None:
    """Answer until the other end is gone."""
    answers = Answers(training)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            channel.send(answers.to(channel.receive()))


def main() -> None:
    channel = to_parent()
    with contextlib.suppress(OSError):  # not on every system
        Path("/proc/self/oom_score_adj").write_text(DOOMED)
    tell_when_asked()
    recipe = channel.receive()
    try:
        recipe.serve(channel)
    except Exception as error:
        channel.send(failure(error))


if __name__ == "__main__":
    main()
