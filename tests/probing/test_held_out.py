"""A tenth of what a script trains on is evaluated by its own loop, and nothing is learned of it."""

from functools import partial

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from probes.hooks.torch_hooks import Hooks, StopProbe
from probes.trying.arms.conducted import Several
from probes.trying.arms.held_out.evaluation import HeldOut
from probes.trying.arms.held_out.held_back import count_held_out, held_back

EXAMPLES, SIZE, SEED, FAR = 46, 4, 3, 1e6


class Poisoned(Dataset):
    """Examples of which those held out have targets that no training would survive."""

    def __init__(self):
        self.x = torch.randn(EXAMPLES, 3, generator=torch.Generator().manual_seed(0))
        self.y = self.x.sum(1, keepdim=True)
        self.out = held_back(DataLoader(self, SIZE), SEED).held_out
        self.y[self.out] += FAR
        self.read = []

    def __len__(self):
        return EXAMPLES

    def __getitem__(self, index):
        self.read.append(index)
        return self.x[index], self.y[index]


class Script:
    """A user's training."""

    def __init__(self, loop, optimizer=torch.optim.SGD, epochs=2):
        torch.manual_seed(1)
        self.data, self.epochs, self.taken = Poisoned(), epochs, 0
        self.model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1))
        self.optimizer = optimizer(self.model.parameters(), lr=1e-3)
        self.loader = DataLoader(self.data, SIZE, shuffle=True)
        loop(self)

    def loss(self, batch):
        return nn.functional.mse_loss(self.model(batch[0]), batch[1])

    def step(self, batch):
        self.taken += 1
        self.optimizer.zero_grad()
        self.loss(batch).backward()
        self.optimizer.step()


def plain(script):
    for _ in range(script.epochs):
        for batch in script.loader:
            script.step(batch)


def looks_ahead(script):
    for _ in range(script.epochs):
        batches = iter(script.loader)
        batch = next(batches)
        for following in batches:
            script.step(batch)
            batch = following
        script.step(batch)


def sets_the_mode_in_each_step(script):
    for _ in range(script.epochs):
        for batch in script.loader:
            script.model.train()
            script.step(batch)


def computes_inside_the_step(script):
    def closure(batch):
        script.optimizer.zero_grad()
        loss = script.loss(batch)
        loss.backward()
        return loss

    for _ in range(script.epochs):
        for batch in script.loader:
            script.taken += 1
            script.optimizer.step(partial(closure, batch))


def adds_gradients_up(script):
    for _ in range(script.epochs):
        for number, batch in enumerate(script.loader):
            script.taken += 1
            script.loss(batch).backward()
            if number % 2:
                script.optimizer.step()
                script.optimizer.zero_grad()


def held_out_of(loop, steps=None, **options):
    """The script, the losses that were told, and how many steps were."""
    told, taken, hooks = [], [], Hooks(None, lambda error: pytest.fail(repr(error)))

    def stop():
        raise StopProbe

    class Counting:
        def after_step(self, optimizer):
            taken.append(1)

    held = HeldOut(hooks, SEED, lambda ahead: steps is not None and len(taken) + ahead >= steps, stop, told.append)
    hooks.on, hooks.listener = True, Several([held, Counting()], held)
    held.start()
    hooks.start()
    made = []
    try:
        Script(lambda script: (made.append(script), loop(script)), **options)
    except StopProbe:
        pass
    finally:
        hooks.stop()
    return made[0], told, len(taken)


def evaluated(script):
    """The loss of what is held out, at the weights that the script has now."""
    script.model.eval()
    with torch.no_grad():
        return script.loss((script.data.x[script.data.out], script.data.y[script.data.out])).item()


LOOPS = [plain, looks_ahead, sets_the_mode_in_each_step, computes_inside_the_step, adds_gradients_up]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
def test_what_is_held_out_is_evaluated_and_not_learned(loop, optimizer):
    script, told, taken = held_out_of(loop, optimizer=optimizer)
    held = len(script.data.out)
    assert 4 <= held <= 11 and script.taken == 2 * len(script.loader), "the loop is as long as it was"
    assert taken == 2 * (-(-(EXAMPLES - held) // SIZE) // (2 if loop is adds_gradients_up else 1))
    assert len(told) == 2 and told[-1] == pytest.approx(evaluated(script), rel=1e-4)
    assert all(p.abs().max() < 10 for p in script.model.parameters()), "no step was taken on any"
    assert script.model[1].running_mean.abs().max() < 10, "nor did a layer keep what it was given"


@pytest.mark.parametrize("loop", [plain, looks_ahead])
def test_it_is_evaluated_after_the_last_step_wherever_that_is(loop):
    script, told, taken = held_out_of(loop, steps=4)
    assert taken == 4 and len(told) == 1 and told[0] == pytest.approx(evaluated(script), rel=1e-4)


def test_an_epoch_has_no_more_minibatches_than_it_had():
    for examples in range(1, 120):
        for size in (1, 3, 8, 50):
            for drop_last in (False, True):
                held = count_held_out(examples, size, drop_last)
                trained = examples - held
                batches = (trained // size if drop_last else -(-trained // size)) + -(-held // size)
                assert held <= examples // 4 and batches <= (examples // size if drop_last else -(-examples // size))
                rest, was = trained % size, examples % size
                assert drop_last or not rest or rest >= (was or size), "nor a smaller one, as of one example"
    assert count_held_out(1800, 32, False) in range(180, 212) and count_held_out(10**7, 64, True) in range(2000, 2064)


def test_what_is_drawn_in_a_way_of_its_own_is_left_alone():
    data = Poisoned()
    assert held_back(DataLoader(data, batch_sampler=[[0, 1], [2]]), SEED) is None
    assert held_back(DataLoader(data, SIZE), SEED).held_out == data.out != held_back(DataLoader(data, SIZE), SEED + 1).held_out
