"""A score at chance for good, and evaluations that end long before the training does."""

import numpy as np
import pytest

from advisor.curves import T, fall, noise, rise
from advisor.judging import engine
from advisor.run import Run
from advisor.scalar import scalar

FLAT = fall(start=5.4, end=0.29, rate=200) * noise(0.1)


def diagnosed(**curves):
    return engine.diagnose(Run("example", {tag: scalar(*points, tag=tag) for tag, points in curves.items()}))


def at_each(values):
    return np.arange(len(values)), values


@pytest.mark.parametrize(
    "tag, score, level",
    [
        pytest.param("auc", 0.5 + 0.025 * np.sin(40 * T), "warning", id="the area of guessing"),
        pytest.param("val_auroc", 50 + 2 * np.sin(40 * T), "warning", id="in percent"),
        pytest.param("auc", 0.5 + 0.25 * T, "note", id="it rises"),
        pytest.param("auc", 0.58 + 0.01 * np.sin(40 * T), "note", id="better than guessing"),
        pytest.param("pr_auc", 0.5 + 0.01 * np.sin(40 * T), "note", id="of precision and recall, whose guess is another"),
        pytest.param("map", 0.5 + 0.01 * np.sin(40 * T), "note", id="no area at all"),
    ],
)
def test_an_area_that_never_left_one_half(tag, score, level):
    found = {f.problem: f.level for f in diagnosed(loss=at_each(FLAT), **{tag: at_each(score)}).findings}
    assert found == {"loss-plateau": level}


@pytest.mark.parametrize("last, said", [(1.0, True), (0.6, True), (0.3, False)])
def test_evaluations_that_end_early_tell_no_end(last, said):
    steps = (np.arange(len(T)) * last).astype(int)
    report = diagnosed(
        loss=at_each(fall(end=0.02)), val_loss=(np.unique(steps), (fall(end=0.6) + rise(0.5, after=0.4))[: len(np.unique(steps))])
    )
    assert ("overfitting" in [f.problem for f in report.findings]) == said or "ends before half" in report.skipped["overfitting"]
    assert ("overfitting" in report.skipped) == (not said)
