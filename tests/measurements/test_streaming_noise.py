"""The noise scale of a training as it goes: on gradients of known covariance, under accumulation and across ranks."""

import json
import math

import numpy as np
import pytest
import torch
from torch import distributed, multiprocessing, nn

from probes.gradients.gradient_parts import Accumulation, Ranks, across_ranks
from probes.gradients.streaming_noise import StreamingNoise
from tests.trainings.trainings import loop


def streamed(truth, steps=150, size=8, count=4, dimensions=50, seed=0, **options):
    """The estimate after steps whose gradients have norm 1 and tr(Σ) = truth."""
    rng, noise = np.random.default_rng(seed), StreamingNoise(**options)
    for _ in range(steps):
        parts = 1 / np.sqrt(dimensions) + np.sqrt(truth / dimensions / size) * rng.standard_normal((count, dimensions))
        noise.add((parts**2).sum(1).mean(), (parts.mean(0) ** 2).sum(), size, count)
    return noise.estimate()


@pytest.mark.parametrize("truth, size, count", [(16, 8, 4), (200, 8, 4), (100, 32, 2)])
def test_the_interval_covers_the_truth(truth, size, count):
    values, low, high = np.array([streamed(truth, size=size, count=count, seed=seed) for seed in range(100)]).T
    assert np.median(np.abs(values / truth - 1)) < 0.12
    assert 0.8 <= np.mean((low <= truth) & (truth <= high)) <= 0.98
    assert np.median(high / low) < 2.5


def test_what_cannot_be_told_is_not_told():
    assert streamed(16, steps=0)[1:] == streamed(16, steps=2)[1:] == (0.0, math.inf)
    assert streamed(16, steps=50, count=1)[1:] == (0.0, math.inf)  # one part says nothing of noise
    low, high = np.array([streamed(1e5, seed=seed)[1:] for seed in range(10)]).T
    assert (low > 100).all() and np.isinf(high).sum() > 5  # at least


def test_it_forgets():
    noise = StreamingNoise(half_life=10)
    for trace in [100.0] * 200 + [1.0] * 200:
        noise.add(1 + trace / 8, 1 + trace / 32, 8, 4)
    assert noise.noise_scale == pytest.approx(1.0, rel=0.01)


def test_a_step_that_overflowed_is_left_out():
    noise = StreamingNoise()
    for small, big in [(3.0, 1.5), (math.inf, math.inf), (math.nan, 1.0), (3.0, 1.5)]:
        noise.add(small, big, 8, 4)
    assert noise.noise_scale == pytest.approx(16.0)  # |G|² = 1, tr(Σ) = 16


def accumulated(training, steps):
    training.accumulation_steps, training.parts = 4, Accumulation(StreamingNoise(), training.batch_size)
    for _ in range(steps):
        training.step()
    return training.parts.noise.estimate()


def test_accumulating_minibatches_give_the_noise_scale_of_every_example():
    training = loop(torch.nn.Linear(8, 4), examples=512, batch_size=8, lr=0.0)
    each = torch.stack([torch.cat([part.flatten() for part in g]) for g in one_by_one(training)]).double()
    trace = float(each.var(0).sum())
    truth = trace / (float((each.mean(0) ** 2).sum()) - trace / len(each))
    value, low, high = accumulated(training, 200)
    assert low < truth < high and value == pytest.approx(truth, rel=0.25)


def one_by_one(training):
    with training.restored():
        training.batch_size = 1
        yield from training.gradients(training.examples)


def test_watching_changes_no_step_and_a_loss_scale_no_noise_scale():
    def losses(training):
        torch.manual_seed(5)  # of dropout
        return [training.step() for _ in range(6)]

    watched, alone, scaled = loop(), loop(), loop()
    loss, scaled.lr = scaled.loss, scaled.lr / 1024
    scaled.loss = lambda output, target: 1024 * loss(output, target)
    for training in (watched, alone, scaled):
        training.accumulation_steps = 4
    for training in (watched, scaled):
        training.parts = Accumulation(StreamingNoise(), training.batch_size)
    assert losses(watched) == losses(alone) == pytest.approx([loss / 1024 for loss in losses(scaled)])
    assert watched.parts.noise.estimate() == pytest.approx(scaled.parts.noise.estimate(), rel=1e-3)


def rank(number, ranks, folder):
    """A rank of DDP trains on its share and writes down what it streamed."""
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=number, world_size=ranks)
    torch.set_num_threads(1)
    torch.manual_seed(number)
    model = nn.parallel.DistributedDataParallel(nn.Linear(4, 2, bias=False))
    watched = Ranks(StreamingNoise(1e6), size=4)
    model.register_comm_hook(watched, across_ranks)
    for _ in range(150):  # the gradient is a mean of four examples: 1 and noise of variance 1 in each of 8 entries, so tr(Σ)/|G|² is 1
        model.zero_grad()
        (model(torch.eye(4)) * (1 + torch.randn(4, 4, 2)).mean(0)).sum().backward()
    watched.settle()
    (folder / str(number)).write_text(json.dumps(watched.noise.estimate()))
    distributed.destroy_process_group()


@pytest.mark.stress
@pytest.mark.skipif(not distributed.is_available(), reason="torch was built without torch.distributed")
def test_two_ranks_of_ddp_agree_on_the_noise_scale(tmp_path):
    multiprocessing.spawn(rank, (2, tmp_path), nprocs=2)
    one, other = (json.loads((tmp_path / name).read_text()) for name in "01")
    assert one == pytest.approx(other)
    value, low, high = one
    assert low < 1 < high and value == pytest.approx(1.0, rel=0.2)
