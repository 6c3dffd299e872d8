"""What requests ask of a training, done in the process it lives in."""

import contextlib
from typing import Any

from probes.process.channel import Channel, Reply, Request, failure


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
