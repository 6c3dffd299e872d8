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


def test_two_losses_without_names_or_a_count(tmp_path):
    run = logged(tmp_path, "losses.csv", "".join(f"{loss(i)} ,{loss(i, 2.6)}\n" for i in ROWS))
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in ROWS]
    assert run.signal("val_loss").values.tolist() == [loss(i, 2.6) for i in ROWS]


def test_a_total_beside_its_terms(tmp_path):
    run = logged(tmp_path, "loss.csv", "".join(f"{loss(i) + loss(i, 1.0)},{loss(i)},{loss(i, 1.0)}\n" for i in ROWS))
    assert run.signal("train_loss").values.tolist() == [loss(i) + loss(i, 1.0) for i in ROWS]


@pytest.mark.parametrize("row", ["{x},{y},{x}", "{y},{odd}"], ids=["no total", "in any order"])
def test_other_columns_of_numbers_are_none(tmp_path, row):
    text = "".join(row.format(x=loss(i), y=loss(i, 1.0), odd=loss(i * 7 % 30)) + "\n" for i in ROWS)
    with pytest.raises(AdvisorError):
        logged(tmp_path, "losses.csv", text)


def test_a_return_is_no_code(tmp_path):
    run = logged(tmp_path, "train.log", "".join(f"[step={i}] episode={i}.0000 return={loss(i)} length=77.0\n" for i in ROWS))
    assert run.scalars["return"].values.tolist() == [loss(i) for i in ROWS]


def test_code_that_returns_is_none(tmp_path):
    lines = "".join(f"step {i}: return loss / {i}.5\n    return 0.5 * loss_{i}, step={i}\n" for i in ROWS)
    with pytest.raises(AdvisorError):
        logged(tmp_path, "train.log", lines)


def test_a_game_that_counts_nothing(tmp_path):
    text = "".join(f"0 [D loss: {loss(i)}, acc.: 50.00%] [G loss: {loss(i, 1.0)}]\n" for i in ROWS)
    run = logged(tmp_path, "train.log", text)
    assert len(run.scalars["D loss"]) == len(run.scalars["G loss"]) == 30 and run.signal("train_loss") is None


def test_the_frames_of_a_game_count(tmp_path):
    rule = "-" * 29 + "\n"
    text = "".join(f"{rule}| episode_reward | {loss(i)} |\n| frame          | {i}e+03 |\n{rule}" for i in ROWS)
    run = logged(tmp_path, "log.txt", text)
    assert run.scalars["episode_reward"].steps.tolist() == [1000 * i for i in ROWS]


def test_printed_lines_between_other_rows(tmp_path):
    text = "".join(f"{i},{loss(i)},0.5\n[2025-12-19 00:20:{i:02}] Epoch {i:03} | loss={loss(i)}, val_loss={loss(i, 2.5)}\n" for i in ROWS)
    run = logged(tmp_path, "training_log.csv", "[2025-12-19 00:09:32] Model directory exists: model\n" + text)
    assert run.signal("val_loss").values.tolist() == [loss(i, 2.5) for i in ROWS]
