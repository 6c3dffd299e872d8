"""The batch size: the balance of noise and time, its limits, and what they cost."""

from types import SimpleNamespace

import numpy as np
import pytest

from probes.probing import batch_choice
from tests.probing.measured_tables import tables


def test_the_best_size_takes_the_least_time():
    pace = batch_choice.Pace(critical=400.0, knee=100.0)
    sizes = np.geomspace(1, 1e5, 2000)
    assert sizes[np.argmin([pace.time(b) for b in sizes])] == pytest.approx(pace.best, rel=0.01) and pace.best == 200
    assert pace.times_longer(200) == 1 < pace.times_longer(100) == pytest.approx(pace.times_longer(400))


def test_batch_size_balances_noise_and_time():
    found, accumulation = batch_choice.batch_size(tables(400, 1e-2, 1e-4), 10**6)  # √(400 · 100) = 200
    assert (found.value, accumulation) == (256, 1) and found.low < 200 < 256 < found.high
    assert "noise scale of 400 and a throughput knee of 100" in found.reason and "times as long" not in found.reason


def test_what_data_and_memory_take_away_is_said_with_its_cost():
    held, _ = batch_choice.batch_size(tables(400, 1e-2, 1e-4), 200)
    longer = batch_choice.Pace(400, 100).times_longer(held.value)
    assert (
        held.value < 200 / batch_choice.SHARE + 1
        and "of the 200 training examples" in held.reason
        and f"{longer:.2g} times as long" in held.reason
    )
    micro, accumulation = batch_choice.batch_size(tables(400, 1e-2, 1e-4, fits=40), 10**6)
    assert (micro.value, accumulation) == (32, 2) and "memory holds 32, so gradients accumulate over 2" in micro.reason
    assert f"{batch_choice.Pace(400, 100).times_longer(32, 2):.2g} times as long" in micro.reason


def test_gradients_accumulate_as_far_as_that_is_nearly_free():
    """Where noise outweighs the minibatch by far, as many steps' worth of examples are worth as many steps."""
    micro, accumulation = batch_choice.batch_size(tables(1e6, 1e-3, 1e-3 / 16, fits=8), 10**9)  # √(10⁶ · 16) = 4,000
    assert (micro.value, accumulation) == (8, 512)
    pace = batch_choice.Pace(1e6, 16)
    assert pace.time(8, 512) < batch_choice.NEARLY_FREE * min(pace.time(8, 2**i) for i in range(12))
    micro, accumulation = batch_choice.batch_size(
        tables(100, 1e-2, 1e-4, fits=16), 10**6
    )  # a knee of 100: each minibatch costs its whole time
    assert accumulation == 1 and "accumulating gradients would take longer" in micro.reason


@pytest.mark.parametrize("lacks", ["gradient_noise_scale", "throughput"])
def test_without_noise_or_time_nothing_is_suggested(lacks):
    unknown, accumulation = batch_choice.batch_size({n: t for n, t in tables(400, 1e-2, 1e-4).items() if n != lacks}, 10**6)
    assert (
        unknown.value is None
        and accumulation == 1
        and ("noise scale" if lacks == "gradient_noise_scale" else "time of a step") in unknown.reason
    )


def test_adam_gains_beyond_the_noise_scale_and_later_times_count_more():
    plain, adam = (batch_choice.batch_size(tables(400, 1e-2, 1e-4), 10**6, optimizer)[0] for optimizer in ("SGD", "Adam"))
    assert (plain.value, adam.value) == (256, 256) and "3 times that for Adam" in adam.reason and adam.high > plain.high  # √3 · 200 = 346
    assert batch_choice.batch_size(tables(500, 1e-2, 1e-4), 10**6, "AdamW")[0].value == 512
    twice = SimpleNamespace(
        **{name: np.array([a, b]) for name, (a, b) in dict(trained=(0, 50), noise_scale=(8, 64), low=(8, 64), high=(8, 64)).items()}
    )
    assert batch_choice.noise_scale(twice)[0] == pytest.approx(32)
    assert (
        batch_choice.noise_scale(
            SimpleNamespace(**{name: column * np.nan if name != "trained" else column for name, column in vars(twice).items()})
        )
        is None
    )
