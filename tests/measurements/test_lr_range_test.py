"""The learning rate range test on losses whose edge of divergence is known."""

import numpy as np
import pytest

from probes.measurements import lr_range_test
from tests.measurements.known_trainings import Quadratic
from tests.measurements.table_of_rows import table


@pytest.mark.parametrize("curvature", [0.3, 10.0, 1000.0])
def test_range_test_brackets_the_largest_stable_rate(curvature):
    stable = 2 / curvature
    rows = table(lr_range_test.measure(Quadratic(curvature, noise=curvature), steps=200))
    found = lr_range_test.suggested(rows)
    assert stable / 100 < found.low < found.value <= found.high < stable < lr_range_test.unstable(rows) < 30 * stable
    assert found.reason.startswith("quick:")
    [finding] = lr_range_test.check(rows)
    [change] = finding.causes[0].changes
    assert finding.level == "note" and change.hparam == "lr" and change.to == found.value and change.interval == (found.low, found.high)


def test_range_test_stops_soon_after_divergence():
    rows = table(lr_range_test.measure(Quadratic(10.0), steps=100))
    assert rows.ended[-1] == 1 and rows.lr[-1] < 5 and not rows.ended[:-1].any()


class Lucky(Quadratic):
    def step(self):
        return super().step() * (0.01 if self.taken == 1 else 1.0)


def test_a_lucky_first_loss_does_not_end_the_ramp():
    rows = table(lr_range_test.measure(Lucky(10.0), steps=100))
    assert 0.02 < rows.lr[-1] < 5 and 0.02 < lr_range_test.unstable(rows) < 5


def test_a_loss_that_is_only_noise_is_inconclusive():
    rng = np.random.default_rng(0)
    flat = [{"batch_size": 8, "lr": lr, "loss": 1 + 0.1 * rng.standard_normal(), "ended": lr == 10} for lr in np.geomspace(1e-7, 10, 100)]
    assert lr_range_test.suggested(table(flat)).value is None and lr_range_test.unstable(table(flat)) == np.inf
    assert "inconclusive" in next(lr_range_test.check(table(flat))).message


def test_a_lucky_first_loss_is_not_the_lowest():
    rates = np.geomspace(1e-7, 10, 100)
    losses = np.where(rates < 1e-2, 1 + 0.01 * np.sin(np.arange(100)), np.where(rates < 0.5, 0.6, 3.0))
    losses[0] = 0.1
    rows = [{"batch_size": 8, "lr": lr, "loss": loss, "ended": lr == 10} for lr, loss in zip(rates, losses, strict=True)]
    assert 1e-3 < lr_range_test.suggested(table(rows)).value < 0.1


def test_a_ramp_that_was_cut_short_is_not_read_and_the_last_whole_one_is():
    short, whole = (list(lr_range_test.measure(Quadratic(c), steps=100)) for c in (1000.0, 10.0))
    assert lr_range_test.suggested(table(short[:40])).value is None
    assert "inconclusive" in next(lr_range_test.check(table(short[:40]))).message
    both = lr_range_test.suggested(table([*short, *whole, *short[:40]]))
    assert both == lr_range_test.suggested(table(whole)) != lr_range_test.suggested(table(short))


def test_a_loss_that_breaks_off_without_having_fallen_still_has_an_edge():
    losses = [*np.ones(60), 2.0, 50.0]
    rows = [{"batch_size": 8, "lr": 10 ** (i / 10 - 7), "loss": loss, "ended": i == 61} for i, loss in enumerate(losses)]
    assert lr_range_test.unstable(table(rows)) == pytest.approx(10 ** (61 / 10 - 7))


def test_the_training_is_as_it_was():
    training = Quadratic(10.0)
    before = training.x.copy(), training.lr
    list(lr_range_test.measure(training))
    assert (training.x == before[0]).all() and training.lr == before[1]
