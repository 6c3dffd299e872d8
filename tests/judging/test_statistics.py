"""What is measured on the course of a curve: its continuation, its bends, what left its band first, and what epochs repeat."""

import numpy as np
import pytest

from advisor.curves import LAST_STEP, POINTS, T, fall, flat, line, logged, nan_after, noise, spike_at
from advisor.scalar import scalar
from advisor.statistics.changepoint import knee, levels_around
from advisor.statistics.curve_shape import CannotTell
from advisor.statistics.epoch_pattern import AVERAGED, averaged, pattern, stairs
from advisor.statistics.epochs import epochs_of
from advisor.statistics.onset import departure, order, was_calm
from advisor.statistics.power_law import enough_steps, forecast

LAWS = {
    "a power law": lambda t: 0.5 + 1.5 * (50 * t + 1) ** -0.4,
    "a steep power law": lambda t: 0.2 + 2 * (20 * t + 1) ** -0.9,
    "an exponential in mid-fall": lambda t: 0.1 + 2.2 * np.exp(-2.5 * t),
    "settled": lambda t: 0.3 + 2 * np.exp(-20 * t),
}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_interval_holds_what_longer_training_gives(law):
    """Four times in five, as it says; of twenty noises, a few less may be chance."""
    found = [forecast(logged("train_loss", law(T) * noise(0.03, seed)), 2.0) for seed in range(20)]
    truth = (law(1.0) - law(2.0)) / law(1.0)
    assert np.mean([f.low - 0.005 <= truth <= f.high + 0.005 for f in found]) >= 0.7
    assert all(f.low <= f.gain <= f.high and f.high - f.low < 0.35 for f in found)


def test_no_loss_falls_by_more_than_all_of_itself():
    steep = line(2.0, 0.1) * noise(0.6)
    assert forecast(logged("train_loss", steep), 8.0).high == 1.0 < forecast(logged("train_loss", steep - 1), 8.0).high


def test_a_settled_loss_needs_no_more_steps_and_one_in_mid_fall_does():
    assert enough_steps(logged("train_loss", LAWS["settled"](T) * noise(0.01))) == 1.0
    assert enough_steps(logged("train_loss", fall(rate=2) * noise(0.01))) > 1.5


def test_too_few_points_to_continue():
    with pytest.raises(CannotTell, match="20 are needed"):
        forecast(logged("train_loss", fall()[:12]))


def test_knee_is_where_the_fall_became_flat():
    bend = knee(logged("train_loss", np.where(T < 0.3, line(2.3, -1.7), 1.1) * noise(0.01)))
    assert abs(bend.step - 0.3 * LAST_STEP) < 0.05 * LAST_STEP
    assert bend.before < -3 and abs(bend.after) < 0.3 and bend.sigmas > 10


def test_levels_around_a_step():
    before, after = levels_around(logged("train_loss", np.where(T < 0.5, 1.0, 2.0) * noise(0.02)), LAST_STEP // 2)
    assert before.value == pytest.approx(1, abs=0.02) and after.value == pytest.approx(2, abs=0.04)
    assert levels_around(logged("train_loss", flat(1.0)), 0) is None


LOST = logged("train_loss", fall() * noise(0.02) * nan_after(0.8))
FAILED = int(LOST.steps[np.isnan(LOST.values)][0])


@pytest.mark.parametrize(
    "norm, expected",
    [
        pytest.param(noise(0.2) + spike_at(0.75, 90.0), "first", id="one huge gradient before"),
        pytest.param(noise(0.2) * np.exp(30 * np.clip(T - 0.65, 0, None)), "first", id="grows before"),
        pytest.param(noise(0.2) * nan_after(0.8), "together", id="lost at the same point"),
        pytest.param(noise(0.2), "after", id="kept its band"),
        pytest.param(noise(0.2) + spike_at(0.1, 90.0), "after", id="a spike while warming up"),
    ],
)
def test_what_left_its_band_first(norm, expected):
    assert order(logged("grad_norm", norm), LOST, FAILED) == expected


def test_a_loss_too_short_for_a_band_is_not_known_to_have_been_calm():
    assert departure(scalar([5, 6, 7, 8], [24.6, 20.6, 29.4, np.nan]), 7) is None
    assert not was_calm(scalar([5, 6, 7, 8], [24.6, 20.6, 29.4, np.nan]), 7)
    assert was_calm(scalar(np.arange(40), 2.0 + 0.01 * np.sin(np.arange(40))), 39)


def test_a_loss_that_only_falls_keeps_its_band():
    assert departure(logged("train_loss", fall() * noise(0.02)), FAILED) is None
    assert departure(logged("train_loss", fall()[:4]), FAILED) is None


EPOCH = np.floor(T * 4.999)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(dict(epoch=logged("epoch", EPOCH)), id="a counter"),
        pytest.param(dict(epoch=logged("epoch", 5 * T)), id="fractions"),
        pytest.param(dict(hparams={"epochs": 5}), id="the number set"),
        pytest.param(dict(val_loss=scalar([800, 1600, 2400, 3200, 4000], np.ones(5))), id="validations"),
    ],
)
def test_epochs_by_whatever_tells(told):
    epochs = epochs_of(logged("train_loss", fall()), **told)
    assert len(epochs) == 5 and {len(e) for e in epochs} <= {39, 40, 41}


def test_epochs_that_nothing_tells():
    with pytest.raises(CannotTell, match="nothing logged tells"):
        epochs_of(logged("train_loss", fall()))
    with pytest.raises(CannotTell, match="fewer than 10 points"):
        epochs_of(logged("train_loss", fall()), hparams={"epochs": 40})


def epochs(values):
    return epochs_of(logged("train_loss", values), hparams={"epochs": 5})


def test_what_epochs_repeat():
    smooth, steps = epochs(fall(rate=3) * noise(0.03)), epochs(np.exp(-0.5 * EPOCH) * noise(0.03))
    saw = epochs((1 + 0.4 * (5 * T - EPOCH)) * noise(0.03))
    assert stairs(steps).share > 0.9 > 0.5 > stairs(smooth).share
    assert pattern(saw).f > 20 > 3 > pattern(smooth).f and pattern(saw).peak > 0.8


def test_a_running_average_calms_along_the_epoch():
    values = fall(rate=3) * noise(0.2)
    average = np.concatenate([np.cumsum(part) / np.arange(1, len(part) + 1) for part in np.split(values, 5)])
    assert averaged(epochs(average)) < AVERAGED < averaged(epochs(values))
    assert POINTS % 5 == 0
