"""What boosted trees and solvers of equations print: a round or a step a line, the data's name before each measure, lists for losses."""

import numpy as np
import pytest

import advisor

ROUNDS = range(0, 60, 2)
FELL = [0.69 * np.exp(-i / 20) + 0.01 for i in ROUNDS]
TURNED = [0.69 * np.exp(-i / 8) + 0.3 + 0.004 * i for i in ROUNDS]
XGBOOST = "[{i}]\ttrain-logloss:{a:.5f}\teval-logloss:{b:.5f}"
ESTIMATOR = "[{i}]\tvalidation_0-logloss:{a:.5f}\tvalidation_1-logloss:{b:.5f}"
LIGHTGBM = "[{i}]\ttraining's binary_logloss: {a:.6f}\tvalid_1's binary_logloss: {b:.6f}"
CATBOOST = "{i}:\tlearn: {a:.7f}\ttest: {b:.7f}\tbest: {b:.7f} ({i})\ttotal: {i}ms\tremaining: 3.1s"
DEEPXDE = "{i:<10d}[{a:.2e}, {a:.2e}]    [{b:.2e}, {b:.2e}]    [{b:.2e}]    "
SCIKIT = "{i:10d} {a:16.4f} {b:15.2f}s"
ROBUST = "{i} \t 120.1 \t \t 20.2 \t \t 0.1000 \t {a:.4f} \t 0.5 \t {a:.4f} \t 0.4 \t {b:.4f} \t 0.6 \t {b:.4f} \t 0.45"
HEADS = {
    DEEPXDE: "Step      Train loss                        Test loss                         Test metric",
    SCIKIT: "      Iter       Train Loss   Remaining Time ",
    ROBUST: "Epoch \t Train Time \t Test Time \t LR \t \t Train Loss \t Train Acc \t Train Robust Loss \t Train Robust Acc"
    " \t Test Loss \t Test Acc \t Test Robust Loss \t Test Robust Acc",
}


def printed(line):
    rows = [line.format(i=i, a=a, b=b) for i, a, b in zip(ROUNDS, FELL, TURNED, strict=True)]
    return "\n".join([HEADS.get(line, "starts"), *rows]) + "\n"


@pytest.mark.parametrize("line, train, val, task", [
    (XGBOOST, "train-logloss", "eval-logloss", "boosting"), (ESTIMATOR, "validation_0-logloss", "validation_1-logloss", "boosting"),
    (LIGHTGBM, "training binary_logloss", "valid_1 binary_logloss", "boosting"), (CATBOOST, "learn loss", "test loss", "boosting"),
    (SCIKIT, "Train Loss", None, "supervised"), (ROBUST, "Train Loss", "Test Loss", "adversarial-training"),
])  # fmt: skip
def test_a_line_a_round_is_read_by_the_names_of_its_sets(tmp_path, line, train, val, task):
    (tmp_path / "train.log").write_text(printed(line))
    [report] = advisor.diagnose(tmp_path)
    loss, other = report.run.signal("train_loss"), report.run.signal("val_loss")
    assert (loss.tag, other.tag if other is not None else None, report.run.signal("task").name) == (train, val, task)
    assert loss.values == pytest.approx(FELL, abs=1e-4) and loss.steps[-1] - loss.steps[0] == ROUNDS[-1]


def test_a_list_of_losses_is_their_sum(tmp_path):
    (tmp_path / "train.log").write_text(printed(DEEPXDE))
    [run] = advisor.read(tmp_path)
    assert run.signal("train_loss").values == pytest.approx(2 * np.array(FELL), rel=0.01) and run.signal("val_loss").tag == "Test loss"
    assert set(run.scalars) == {"Train loss", "Test loss", "Test metric"}


def test_the_files_of_two_sets_are_one_training(tmp_path):
    for name, values in (("learn_error.tsv", FELL), ("test_error.tsv", TURNED)):
        rows = [f"{i}\t{v:.6f}" for i, v in zip(ROUNDS, values, strict=True)]
        (tmp_path / name).write_text("\n".join(["iter\tLogloss", *rows]) + "\n")
    [report] = advisor.diagnose(tmp_path)
    assert (report.run.signal("train_loss").tag, report.run.signal("val_loss").tag) == ("learn/Logloss", "test/Logloss")
    assert report.first_change.hparam == "early_stopping_rounds" and "early_stopping_rounds=" in report.first_change.how["catboost"]


def test_one_numbered_set_is_validation(tmp_path):
    (tmp_path / "train.log").write_text("\n".join(f"[{i}]\tvalidation_0-logloss:{a:.5f}" for i, a in zip(ROUNDS, FELL, strict=True)) + "\n")
    [run] = advisor.read(tmp_path)
    assert run.signal("train_loss") is None and run.signal("val_loss").tag == "validation_0-logloss"
