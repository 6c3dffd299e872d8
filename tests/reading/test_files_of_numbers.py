"""Files that a script wrote for itself: numbers under few names or none, and what their own name says of them."""

import json
import math

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read


def loss(i, start=3.0):
    return start * math.exp(-i / 20) + 0.1234


def logged(folder, name, text):
    (folder / name).write_text(text)
    [run] = read(folder)
    return run


ROWS = [[100 * (i + 1), loss(i), loss(i) + i / 100] for i in range(25)]


@pytest.mark.parametrize("text", [json.dumps(ROWS), json.dumps(ROWS, indent=2), "".join(f"{a}\t{b}\t{c}\n" for a, b, c in ROWS)])
@pytest.mark.parametrize("name", ["loss_history.json", "losses.txt"])
def test_a_count_and_two_losses_without_names(tmp_path, name, text):
    run = logged(tmp_path, name, text)
    assert run.signal("train_loss").steps.tolist() == [row[0] for row in ROWS]
    assert run.signal("val_loss").values.tolist() == [row[2] for row in ROWS] and not run.notes


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_in_json(tmp_path, indent):
    run = logged(tmp_path, "train_losses.json", json.dumps([loss(i) for i in range(30)], indent=indent))
    assert run.signal("train_loss").values.tolist() == [loss(i) for i in range(30)] and not run.notes


def test_two_lines_of_scores(tmp_path):
    lines = [" ".join(str(1 - loss(i, 0.5) + shift) for i in range(30)) for shift in (0.0, 0.05)]
    run = logged(tmp_path, "accuracy.txt", "\n".join(lines) + "\n")
    assert len(run.signal("train_accuracy")) == len(run.signal("val_accuracy")) == 30


def test_the_settings_in_a_files_name_are_no_part_of_the_loss(tmp_path):
    run = logged(tmp_path, "train_loss_Ns20_cl5_cosine.pth.txt", "".join(f"{loss(i)}\n" for i in range(30)))
    assert run.signal("train_loss").tag == "train_loss"


@pytest.mark.parametrize("name", ["loss_weights.txt", "class_loss2.json", "loss_history.json"])
def test_other_lists_are_none(tmp_path, name):
    rows = [[i * 7 % 5, loss(i), 100 * loss(i)] for i in range(30)]
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, name, json.dumps(rows))


def terms(n, metrics):
    """DeepXDE's file: the terms of both losses are alike, whatever the metrics."""
    lines = ["# step, loss_train, loss_test, metrics_test"]
    for i in range(12):
        train = [loss(i) * (k + 1) for k in range(n)]
        lines.append(" ".join(f"{x:.18e}" for x in [1000 * i, *train, *(1.01 * x for x in train), *[0.5] * metrics]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("n", [1, 2, 3, 6])
@pytest.mark.parametrize("metrics", [0, 1, 2])
def test_the_terms_of_a_physics_informed_loss(tmp_path, n, metrics):
    run = logged(tmp_path, "loss.dat", terms(n, metrics))
    weight = n * (n + 1) / 2
    np.testing.assert_allclose(run.signal("train_loss").values, [weight * loss(i) for i in range(12)])
    np.testing.assert_allclose(run.signal("val_loss").values, [1.01 * weight * loss(i) for i in range(12)])
    assert run.signal("train_loss").steps.tolist() == [1000 * i for i in range(12)]
    assert sum(tag.startswith("metrics_test") for tag in run.scalars) == metrics


def test_rows_of_terms_that_were_cut(tmp_path):
    run = logged(tmp_path, "loss.dat", terms(3, 1)[:-100])
    assert len(run.signal("train_loss")) == 11 and ["other columns" in note for note in run.notes] == [True]


def test_names_with_commas_above_rows_with_spaces(tmp_path):
    run = logged(tmp_path, "log.dat", "# epoch, train_loss, val_loss\n" + "".join(f"{i} {loss(i)} {loss(i)}\n" for i in range(12)))
    assert len(run.signal("train_loss")) == len(run.signal("val_loss")) == 12


def test_the_sets_in_a_file_of_losses(tmp_path):
    rows = "".join(f"{i},{i + 1},{loss(i, 30)},{loss(i, 10)},{loss(i, 40)}\n" for i in range(30))
    run = logged(tmp_path, "losses.csv", ",ep,train,valid,total\n" + rows)
    assert run.signal("train_loss").tag == "train" and run.signal("val_loss").tag == "valid"


def test_a_column_that_is_named_a_counter_and_counts_nothing(tmp_path):
    rows = "".join(f"{0.01 + i * 7 % 5 / 1e3},{loss(i)},{loss(i)}\n" for i in range(30))
    run = logged(tmp_path, "run.csv", "train_step,train_loss,test_loss\n" + rows)
    assert run.signal("train_loss").steps.tolist() == [*range(30)]


def test_a_loss_of_ones_own_in_a_file_of_losses(tmp_path):
    run = logged(tmp_path, "loss_history.csv", "TimeX,LossLogFY\n" + "".join(f"{math.log(i + 0.5)},{loss(i)}\n" for i in range(30)))
    assert run.signal("train_loss").tag == "LossLogFY"


def test_text_in_a_tables_file(tmp_path):
    run = logged(tmp_path, "train_log.csv", "".join(f"Epoch:{i}, mask loss is {loss(i):.4f} \n" for i in range(10)))
    assert run.signal("train_loss").steps.tolist() == [*range(10)]


def test_a_text_named_by_a_loss_of_validation(tmp_path):
    lines = [f"epoch: {i + 1} iter: {750 * i + 1} loss: {loss(i)} accuracy: {1 - loss(i, 0.5)}\n" for i in range(20)]
    run = logged(tmp_path, "val_loss.txt", "".join(lines))
    assert len(run.signal("val_loss")) == len(run.signal("val_accuracy")) == 20 and run.signal("train_loss") is None


def test_tensors_in_quotes(tmp_path):
    rows = "".join(f'"tensor({loss(i):.4f}, grad_fn=<AddBackward0>)","tensor({i}.5, grad_fn=<AddBackward0>)"\n\n' for i in range(6))
    assert len(logged(tmp_path, "losses.csv", "losses_g,losses_d\n" + rows).scalars["losses_g"]) == 6


LOSSES = [loss(i) for i in range(200)]
DOCUMENTS = {
    "sets under a quantity": ("metrics.json", {"loss": {"train": LOSSES, "val": LOSSES}}),
    "sets alone": ("losses.json", {"train": [10 * x for x in LOSSES], "val": LOSSES}),
    "epochs for names": ("log.json", {f"epoch_{i}": {"train_loss": x, "val_loss": x} for i, x in enumerate(LOSSES)}),
    "counts for names": ("log.json", {str(i): {"train_loss": x, "val_loss": x} for i, x in enumerate(LOSSES)}),
    "objects that count nothing": ("h.json", [{"train_loss": x, "val_loss": x} for x in LOSSES]),
}


@pytest.mark.parametrize("name, tree", DOCUMENTS.values(), ids=DOCUMENTS)
def test_documents_that_say_it_by_places(tmp_path, name, tree):
    run = logged(tmp_path, name, json.dumps(tree))
    assert run.signal("train_loss").steps.tolist() == [*range(200)] and run.signal("val_loss").values.tolist() == LOSSES


@pytest.mark.parametrize(
    "tree", [{"weights": {"train": LOSSES}}, {str(i): {"width": 3, "height": i} for i in range(9)}, [{"width": x} for x in LOSSES]]
)
def test_other_documents_are_none(tmp_path, tree):
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, "stats.json", json.dumps(tree))


@pytest.mark.parametrize("n", [30, 200])
@pytest.mark.parametrize(
    "form", ["train_loss = {a}\nval_loss = {b}\n", "train losses: {a}\nval losses: {b}", "{{'loss': {a}, 'val_loss': {b}}}\n"]
)
def test_lists_that_were_printed(tmp_path, form, n):
    run = logged(tmp_path, "history.txt", form.format(a=LOSSES[:n], b=[2 * x for x in LOSSES[:n]]))
    assert run.signal("train_loss").values.tolist() == LOSSES[:n] and len(run.signal("val_loss")) == n


def test_lists_among_prose_are_none(tmp_path):
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, "notes.txt", f"The losses that we saw were these.\ntrain_loss = {LOSSES}\nThey fell.\n")


def test_the_type_of_a_line_is_its_set(tmp_path):
    lines = [json.dumps({"type": part, "step": i, "loss": x}) for i, x in enumerate(LOSSES) for part in ("train", "val")]
    run = logged(tmp_path, "metrics.jsonl", "\n".join(lines) + "\n")
    assert run.signal("train_loss").tag == "train/loss" and len(run.signal("val_loss")) == 200


@pytest.mark.parametrize("name", ["train.log.2024-01-31", "train_output", "screenlog.0"])
def test_names_of_printed_texts(tmp_path, name):
    assert len(logged(tmp_path, name, "".join(f"epoch {i} loss {loss(i)}\n" for i in range(9))).signal("train_loss")) == 9
