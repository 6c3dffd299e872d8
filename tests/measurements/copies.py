"""Many copies of a task's training at once, each at its own learning rate: a whole sweep then costs little more than one training.

The tasks' optimizers all step in proportion to the learning rate. So a step of torch's own optimizer at a rate of 1 over the stacked
parameters, scaled copy by copy, is each copy's step.
"""

import copy
from types import ModuleType

import numpy as np
import torch
from torch.func import functional_call, stack_module_state

from probes.learning_rate import schedules
from probes.state.random_states import seed_everything

ROWS = 40_000  # examples × copies evaluated at once


def tensors(examples) -> list[torch.Tensor]:
    """Inputs and targets of a data set, stacked."""
    return [torch.stack([torch.as_tensor(example[i]) for example in examples]) for i in range(2)]


class Copies:
    """Copies of one training, one for each rate and seed; a seed settles the first weights and the order of data, as in a probe.

    Parameters
    ----------
    task : a module that keeps the contract of `advisor probe`
    examples : its training set
    rates : peak learning rates, shape (rates,)
    seeds : shape (seeds,)
    """

    def __init__(self, task: ModuleType, examples, rates: np.ndarray, seeds):
        self.task, self.shape = task, (len(seeds), len(rates))
        self.rates, self.seeds = torch.tensor(np.tile(rates, len(seeds)), dtype=torch.float32), np.repeat(seeds, len(rates))
        self.inputs, self.targets = tensors(examples)
        models = [self.model(seed) for seed in seeds for _ in rates]
        self.base = copy.deepcopy(models[0]).to("meta")
        self.start, _ = stack_module_state(models)

    def model(self, seed: int) -> torch.nn.Module:
        seed_everything(int(seed))
        return self.task.model()

    def losses(self, parameters, inputs, targets) -> torch.Tensor:
        """Each copy's loss on its own minibatch, shape (copies,)."""

        def loss(weights, x, y):
            return self.task.loss(functional_call(self.base, weights, (x,)), y)

        return torch.vmap(loss, randomness="different")(parameters, inputs, targets)

    def minibatches(self, steps: int) -> torch.Tensor:
        """Indices of the examples of each step, shape (steps, copies, batch size)."""
        size, examples = min(self.task.batch_size, len(self.inputs)), len(self.inputs)
        drawn = {}
        for seed in np.unique(self.seeds):
            random, whole = np.random.default_rng(int(seed)), examples // size
            epochs = [random.permutation(examples)[: whole * size].reshape(whole, size) for _ in range(-(-steps // whole))]
            drawn[seed] = np.concatenate(epochs)[:steps]
        return torch.tensor(np.stack([drawn[seed] for seed in self.seeds], axis=1))

    def train(self, steps: int, schedule: str, marks, held_out) -> np.ndarray:
        """Loss on the held-out inputs and targets after each of the marked numbers of steps, shape (marks, seeds, rates)."""
        torch.manual_seed(0)
        parameters = {name: p.detach().clone().requires_grad_() for name, p in self.start.items()}
        optimizer = getattr(self.task, "optimizer", torch.optim.AdamW)(list(parameters.values()), 1.0)
        found = []
        for step, batch in enumerate(self.minibatches(steps)):
            self.step(parameters, optimizer, batch, schedules.rate(schedule, 1.0, step, steps))
            if step + 1 in marks:
                found.append(self.evaluate(parameters, held_out))
        return np.array(found)

    def step(self, parameters, optimizer, batch, share: float) -> None:
        """One step of every copy at this share of its peak rate."""
        before = [p.detach().clone() for p in parameters.values()]
        optimizer.zero_grad()
        self.losses(parameters, self.inputs[batch], self.targets[batch]).sum().backward()
        optimizer.step()
        with torch.no_grad():
            for p, old in zip(parameters.values(), before, strict=True):
                p.copy_(old + share * self.rates.view(-1, *[1] * (p.dim() - 1)) * (p - old))

    def evaluate(self, parameters, held_out) -> np.ndarray:
        """Mean losses, shape (seeds, rates)."""
        total, copies = torch.zeros(len(self.rates)), len(self.rates)
        self.base.eval()
        with torch.no_grad():
            for x, y in zip(*(part.split(max(1, ROWS // copies)) for part in held_out), strict=True):
                total += len(x) * self.losses(parameters, *(part.expand(copies, *part.shape) for part in (x, y)))
        self.base.train()
        return (total / len(held_out[0])).numpy().reshape(self.shape)
