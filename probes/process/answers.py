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
        """What an attribute holds now."""
        return getattr(self.training, name)

    def set(self, name: str, value: Any) -> None:
        """Give an attribute a value; a training that cannot have it raises."""
        setattr(self.training, name, value)

    def call(self, name: str, *arguments: Any) -> Any:
        """What a method gives; where it takes steps of a ridden script, a generator, which `Conversation.answered` goes through."""
        return getattr(self.training, name)(*arguments)

    def enter(self, _: str) -> None:
        """Enter one more block that restores the training."""
        block = self.training.restored()
        block.__enter__()
        self.blocks.append(block)

    def leave(self, _: str) -> None:
        """Leave the block entered last, as if nothing had been raised in it."""
        self.blocks.pop().__exit__(None, None, None)


def serve(channel: Channel, training: Any) -> None:
    """Answer until the other end is gone."""
    answers = Answers(training)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            channel.send(answers.to(channel.receive()))
