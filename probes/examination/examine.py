"""A look at a training before time is spent on it: its data, its model and its loss, on a few minibatches, without a step."""

import contextlib
import math
from functools import partial
from typing import Any

from probes.examination.data import data_facts, leaves
from probes.examination.gradients import gradient_facts
from probes.examination.outputs import many, output_facts
from probes.examination.units import unit_facts
from probes.state.random_states import RandomStates


def examined(model, loss, batches: list[Any], held) -> dict[str, float]:
    """What these minibatches, pairs (inputs, targets) on the model's device, tell; `held` are the parameters the optimizer holds.

    Losses are in the loss's own units; what cannot be told is left out.

    The model's buffers, modes and gradients and the random states may be changed: put them back.
    """
    look = Look(model, loss, batches)
    facts = data_facts(batches) | look.of_loss() | look.of_modes()
    facts |= gradient_facts(model, held, [partial(look.backward, batch) for batch in batches], lambda: look.evaluated()[0])
    model.train()
    with contextlib.suppress(Exception):  # a model that was compiled or scripted may not let itself be watched
        facts |= unit_facts(model, [partial(model, batch[0]) for batch in batches])
    return facts


class Look:
    """A model and its loss on some minibatches, in either mode."""

    def __init__(self, model, loss, batches):
        self.model, self.loss, self.batches, self.random = model, loss, batches, RandomStates()

    def backward(self, batch) -> None:
        """Add a minibatch's gradient, in training mode, to what the parameters have."""
        self.model.train()
        self.loss(self.model(batch[0]), batch[1]).backward()

    def losses(self) -> list[float]:
        """The loss of each minibatch, in the mode that the model is in."""
        import torch

        with torch.no_grad():
            return [float(self.loss(self.model(inputs), targets)) for inputs, targets in self.batches]

    def evaluated(self) -> tuple[float, list[Any]]:
        """The loss of the first minibatch in evaluation mode, always from the same random states, and the outputs behind it."""
        import torch

        self.random.put_back()
        self.model.eval()
        inputs, targets = self.batches[0]
        with torch.no_grad():
            output = self.model(inputs)
            return float(self.loss(output, targets)), leaves(output)

    def of_loss(self) -> dict[str, float]:
        """Its value in training mode, and for answers that are known, each the mean over the minibatches."""
        import torch

        self.model.train()
        facts: list[dict[str, float]] = []
        for inputs, targets in self.batches:
            with torch.enable_grad():  # the graph tells what computed the output
                output = self.model(inputs)
            with torch.no_grad():
                asked = {} if facts and many(output) else output_facts(self.loss, output, targets)
                facts.append({"loss": float(self.loss(output, targets)), **asked})
        told = {name: [f[name] for f in facts if name in f] for name in facts[0]}
        return {name: sum(values) / len(values) for name, values in told.items()}

    def of_modes(self) -> dict[str, float]:
        """The loss in evaluation mode, how far two such answers to one minibatch lie apart, and what BatchNorm remembers."""
        import torch

        self.model.eval()
        facts = {"eval_loss": sum(self.losses()) / len(self.batches)}
        _, first = self.evaluated()
        with torch.no_grad():
            again = leaves(self.model(self.batches[0][0]))  # from other random states
        pairs = [(a.double(), b.double()) for a, b in zip(first, again, strict=False) if a.is_floating_point() and a.shape == b.shape]
        if pairs and all(bool(a.isfinite().all()) for pair in pairs for a in pair):
            apart = sum(float((a - b).pow(2).sum()) for a, b in pairs)
            size = sum(float((a - a.mean()).pow(2).sum()) + 1e-12 * float(a.pow(2).sum()) for a, _ in pairs)
            facts["evaluation_noise"] = math.sqrt(apart / size) if size > 0 else 0.0 if apart == 0 else 1.0
        norms = [m for m in self.model.modules() if isinstance(m, torch.nn.modules.batchnorm._NormBase) and m.track_running_stats]
        momenta = [m.momentum for m in norms if m.momentum is not None]  # None: the mean over all steps
        return facts | ({"batchnorm_momentum": float(min(momenta))} if momenta else {})
