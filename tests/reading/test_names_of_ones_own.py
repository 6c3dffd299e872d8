"""Losses under a number, an error alone, a score with "score" in its name, a reward below its counter, and files that settings name."""

import math

import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read

ROWS = range(30)


def loss(i, start=3.0):
    return round(start * math.exp(-i / 8) + 0.1234, 6)


def logged(folder, name, text):
    (folder / name).write_text(text)
    [run] = read(folder)
    return run


def test_losses_by_their_numbers(tmp_path):
    run = logged(tmp_path, "losses.csv", "Epoch,Loss1,Loss2\n" + "".join(f"{i},{loss(i)},{loss(i, 1.0)}\n" for i in ROWS))
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in ROWS]


def test_scores_alone(tmp_path):
    run = logged(tmp_path, "scores.csv", "Epoch,F1_Score\n" + "".join(f"{i},{1 - loss(i, 0.5)}\n" for i in ROWS))
    assert run.signal("val_accuracy").tag == "F1_Score"


def test_an_error_alone_is_taken_for_the_loss_and_told(tmp_path):
    run = logged(tmp_path, "train.log", "".join(f"Iteration: {i}\tError: {loss(i)}\n" for i in ROWS))
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in ROWS]
    assert any("names no loss: Error" in note and "--tag" in note for note in run.notes)


@pytest.mark.parametrize("error", ["{i}.5", "0.{i:02}", "-{x}"], ids=["rises", "rises slowly", "below 0"])
def test_an_error_that_does_not_fall_is_none(tmp_path, error):
    run = logged(tmp_path, "train.log", "".join(f"Iteration: {i}\tError: {error}\n".format(i=i, x=loss(i)) for i in ROWS))
    assert run.signal("train_loss") is None


def test_a_reward_below_its_counter(tmp_path):
    run = logged(tmp_path, "train.log", "".join(f"updates {i}/30 episodes, FPS 44.\n\n  average reward: {-loss(i)}\n" for i in ROWS))
    assert run.scalars["average reward"].values.tolist() == [-loss(i) for i in ROWS]


@pytest.mark.parametrize("name", ["fold1_hd50lr0.0025train_loss.txt", "resnet_val_loss.csv", "cnn-lr0.01_loss.txt"])
def test_a_file_whose_name_ends_in_a_loss(tmp_path, name):
    run = logged(tmp_path, name, "".join(f"{loss(i)}\n" for i in ROWS))
    assert (run.signal("train_loss") or run.signal("val_loss")).values.tolist() == [loss(i) for i in ROWS]


@pytest.mark.parametrize("name", ["heat_loss.txt", "weight_loss.csv", "model_train_loss.txt"])
def test_numbers_in_any_order_or_of_something_else(tmp_path, name):
    order = sorted(ROWS, key=lambda i: i * 7 % 30)
    with pytest.raises(AdvisorError):
        logged(tmp_path, name, "".join(f"{loss(i)}\n" for i in order))
