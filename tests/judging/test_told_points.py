"""What is said to be a validation loss's lowest and its end is what its log says; levels decide, and stand in where points hide them."""

from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.evidence.validation.worth_keeping import keeps_something
from advisor.judging import engine
from advisor.render import text
from advisor.run import Run
from advisor.scalar import Scalar, scalar
from advisor.statistics.course import course

FALLS = np.geomspace(1.0, 0.01, 15)
SPIKED = [0.69, 0.70, 1.3, 2.2, 0.71, 0.65, 0.72, 0.80, 0.88, 0.97, 1.05, 1.10, 1.15, 1.19, 1.22]  # the median of three hides the sixth


def points(values) -> Scalar:
    return scalar(np.arange(len(values)), np.asarray(values))


def test_the_lowest_is_the_point_of_the_log_where_a_median_hides_it():
    run = curves.example(dict(train_loss=points(FALLS), val_loss=points(SPIKED)))
    assert course(run.signal("val_loss")).best == 0
    [finding] = [f for f in engine.diagnose(run).findings if f.problem == "overfitting"]
    assert "risen 88% since its lowest (0.65 at step 5), to 1.22 by step 14" in finding.message
    assert finding.evidence[0].first_step == 5 and finding.evidence[0].value == pytest.approx(1.22 / 0.65 - 1)


def test_a_steep_fall_at_the_start_leaves_something_to_keep():
    """The running median of nine, mirrored at the start, is lowest there."""
    val = np.r_[1.3, 0.8, 0.62, 0.57, np.linspace(0.6, 2.6, 96)]
    run = curves.example(dict(train_loss=points(np.geomspace(1, 1e-3, 100)), val_loss=points(val)))
    c = course(run.signal("val_loss"))
    assert (c.best, c.kept, c.told.best, c.told.lowest) == (0, 3, 3, 0.57)
    assert keeps_something(run)


def test_a_last_point_that_fell_off_leaves_the_level_told():
    told = course(points(np.r_[np.linspace(1, 0.5, 20), np.linspace(0.5, 1, 20), 0.52])).told
    assert told.lowest_said == "lowest (0.5 at step 19)" and told.end == pytest.approx(0.96, abs=0.03)
    assert told.end_said.startswith("about 0.9") and told.end_said.endswith("over the last tenth, to step 40")


def test_a_low_point_by_chance_at_the_end_is_not_where_it_turned():
    told = course(points(np.r_[np.linspace(1, 0.5, 20), np.linspace(0.5, 1, 20), 0.49, 1.0])).told
    assert told.best == 19 and told.lowest_said == "lowest level (about 0.5, around step 19)"


@pytest.mark.parametrize("back, said", [(0, True), (4, False)])
def test_a_loss_that_came_back_after_its_jump_is_not_said_never_to_have(back, said):
    """What is high at the end began later, and nobody knows with what."""
    calm, later = 0.12 + 0.003 * np.sin(np.arange(60.0)), np.linspace(0.42, 0.36, 60)
    run = curves.example(dict(train_loss=points(np.r_[0.5, 0.3, 0.2, calm, 0.6, np.full(back, 0.11), later])))
    messages = [finding.message for finding in engine.diagnose(run).findings]
    assert any("had not come back" in message for message in messages) == said


def test_levels_are_told_as_levels():
    run = curves.example(dict(train_loss=points(1.3 + 0.03 * np.cos(np.arange(40.0)))))
    [finding] = [f for f in engine.diagnose(run).findings if f.problem == "loss-not-decreasing"]
    assert "its start (about 1.3" in finding.message and "its last tenth (about 1.3" in finding.message


@pytest.mark.parametrize("epoch, each", [(range(12), True), (range(1, 13), True), (np.arange(12) // 3, False), (None, False)])
def test_steps_that_count_epochs_are_said_to(epoch, each):
    logged = {"train_loss": np.geomspace(1.0, 0.1, 12)} | ({} if epoch is None else {"epoch": np.asarray(epoch, float)})
    run = Run(Path("a"), scalars={tag: scalar(np.arange(12), values, tag=tag) for tag, values in logged.items()})
    assert ("steps 0 to 11, each an epoch" in text.render(engine.diagnose(run))) == each
