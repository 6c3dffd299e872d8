"""How to make a training, in whichever process it is to live: from a `model.py`, or from a script."""

from dataclasses import dataclass
from pathlib import Path

from probes.channel import Channel, Reply


@dataclass(frozen=True)
class ModelFile:
    """The training that a file with model(), dataset() and loss() describes."""

    path: Path
    seed: int = 0

    def serve(self, channel: Channel) -> None:
        """Make it, say so or why not, and serve it until the other end is gone."""
        from probes import contract, model_file
        from probes.child import serve

        with model_file.imported(self.path) as module:
            training = contract.training_from(module, model_file.found(self.path), self.seed)
            channel.send(Reply("ready"))
            serve(channel, training)
