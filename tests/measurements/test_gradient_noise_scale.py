"""The gradient noise scale against gradients of known covariance and against the gradient of every example."""

import numpy as np
import pytest
import torch

from probes.gradients.moments import moments
from probes.measurements import gradient_noise_scale
from tests.measurements.table_of_rows import table
from tests.trainings.trainings import loop


class Noisy:
    """Gradients of norm 1 with noise of known covariance: tr(Σ)/|G|² is `noise_scale`, spread evenly over a hundred dimensions."""

    batch_size, accumulation_steps, examples = 8, 1, 10**6

    def __init__(self, noise_scale, seed):
        self.rng, self.deviation = np.random.default_rng(seed), np.sqrt(noise_scale / 100)

    def gradient(self):
        return [torch.tensor(0.1 + self.deviation / np.sqrt(self.batch_size) * self.rng.standard_normal(100))]

    def gradient_moments(self, count, groups):
        return moments((self.gradient() for _ in range(count)), groups)


def measured(truth, replicates, **options):
    return [table(gradient_noise_scale.measure(Noisy(truth, seed), **options)) for seed in range(replicates)]


def test_noise_scale_is_trace_over_squared_norm_and_its_interval_covers_it():
    rows = measured(256, 200, microbatch=32, count=64)
    values = np.array([m.noise_scale[-1] for m in rows])
    assert np.median(values) == pytest.approx(256, rel=0.06)
    assert np.median(np.abs(values / 256 - 1)) < 0.12
    assert 0.85 <= np.mean([m.low[-1] <= 256 <= m.high[-1] for m in rows]) <= 0.98


def test_a_gradient_lost_in_noise_is_answered_at_least():
    rows = measured(2_560_000, 20, microbatch=8)
    assert all(m.high[-1] == np.inf or m.high[-1] > 1000 for m in rows)
    told = next(gradient_noise_scale.check(next(m for m in rows if m.high[-1] == np.inf and np.isfinite(m.low[-1])))).message
    assert "at least" in told


def test_noise_scale_agrees_with_per_example_gradients():
    training = loop(torch.nn.Linear(8, 4), examples=1024, batch_size=1)
    with training.restored():
        each = torch.stack([torch.cat([part.flatten() for part in gradient]) for gradient in training.gradients(1024)]).double()
    trace = float(each.var(dim=0).sum())  # one epoch of single examples
    truth = trace / (float((each.mean(0) ** 2).sum()) - trace / 1024)
    rows = table(gradient_noise_scale.measure(training, count=32))
    assert rows.microbatch[-1] == 32 and rows.count[-1] == 32
    assert rows.noise_scale[-1] == pytest.approx(truth, rel=0.25)


def test_no_example_is_drawn_twice_and_nothing_is_trained():
    training = loop(torch.nn.Linear(8, 4), examples=100)
    before = [p.clone() for p in training.parameters]
    drawn, fetched = [], training.fetched
    training.fetched = lambda: drawn.append(fetched()) or drawn[-1]
    rows = table(gradient_noise_scale.measure(training, count=32))
    inputs = torch.cat([inputs for [(inputs, _)] in drawn])
    assert (rows.microbatch[0], rows.count[0]) == (3, 32) and len(torch.unique(inputs, dim=0)) == len(inputs) == 96
    assert all(torch.equal(p, q) for p, q in zip(before, training.parameters, strict=True))


def test_moments_are_those_of_the_gradients():
    training = loop(examples=96)
    with training.restored():
        training.batch_size = 8
        gradients = [torch.cat([part.flatten().clone() for part in gradient]) for gradient in training.gradients(6)]
    with training.restored():
        training.batch_size = 8
        found = training.gradient_moments(6, 3)
    sums = torch.stack([gradients[i] + gradients[i + 3] for i in range(3)])
    assert found.squares == pytest.approx([float(g @ g) for g in gradients], rel=1e-5)
    assert np.array(found.products) == pytest.approx((sums @ sums.T).numpy(), rel=1e-4)


def test_a_parameter_without_a_gradient_counts_as_nothing():
    one, two = [torch.ones(2), None, None], [torch.ones(2), torch.ones(3), None]
    assert moments([one, two], 2).squares == (2, 5) and moments([one, two], 2).products == ((2, 2), (2, 5))
    assert moments([one, two, one], 1).products == ((21,),)  # |(3, 3, 1, 1, 1)|²


def test_half_precision_gradients_come_unscaled():
    whole, half = loop(torch.nn.Linear(8, 4)), loop(torch.nn.Linear(8, 4))
    half.model.load_state_dict(whole.model.state_dict())
    half.precision = "fp16"
    assert half.gradient_moments(2, 1).squares == pytest.approx(whole.gradient_moments(2, 1).squares, rel=0.02)
    assert half.step() == pytest.approx(whole.step(), rel=0.02) and half.grad_norm == pytest.approx(whole.grad_norm, rel=0.02)
