"""Epochs printed rounded are spread, and no point is dropped."""

import numpy as np
import pytest

from advisor.reading.formats import text_log
from advisor.reading.printed.rounded_epochs import parts_of, spread


@pytest.mark.parametrize(
    "epochs, expected",
    [
        ([0.0, 0.5, 1.0], [0.0, 0.5, 1.0]),
        ([0.1, 0.1, 0.2, 0.2, 0.3], [0.1, 0.15, 0.2, 0.25, 0.3]),
        ([0.01] * 4, [0.01, 0.0125, 0.015, 0.0175]),
        ([1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2]),
        ([1, 1, 2, 3], [1, 1, 2, 3]),
        ([0.2, 0.2, 0.1, 0.2], [0.2, 0.25, 0.1, 0.2]),
        ([], []),
    ],
)
def test_spread(epochs, expected):
    np.testing.assert_allclose(spread(np.array(epochs, float)), expected)


def test_parts_that_keep_points_apart():
    assert (
        parts_of([np.array([0.1, 0.2])]) == 1000 and parts_of([np.array([0.01, 0.0101])]) == 10_000 and parts_of([np.array([3.0])]) == 1000
    )


@pytest.mark.parametrize("epoch", [lambda i: round(i / 40, 1), lambda i: 0.01, lambda i: round(i / 7, 2)])
def test_every_point_of_a_trainer_with_few_digits(tmp_path, epoch):
    lines = [f"{{'loss': {3 - i / 50}, 'learning_rate': 1e-05, 'epoch': {epoch(i)}}}\n" for i in range(80)]
    (tmp_path / "train.log").write_text("".join(lines) + f"{{'eval_loss': nan, 'epoch': {epoch(79)}}}\n")
    log = text_log.read(tmp_path / "train.log")
    assert log.scalars["loss"].values.tolist() == [3 - i / 50 for i in range(80)]
    assert (np.diff(log.scalars["loss"].steps) > 0).all() and "eval_loss" in log.scalars and "of an epoch" in log.lost[0]
