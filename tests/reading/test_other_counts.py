"""Lines that count something else than the training's steps, or nothing: validations, headings, a tail, other encodings."""

import math

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read


def loss(i, start=3.0):
    return start * math.exp(-i / 40) + 0.1234


def logged(folder, text, name="train.log", encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))
    [run] = read(folder)
    return run


@pytest.mark.parametrize("epochs", [4, 30])
def test_a_count_of_validations_is_no_step(tmp_path, epochs):
    epoch = "epoch {e}, iter 1000, avg. loss {a:.2f}\nepoch {e}, iter 2000, avg. loss {b:.2f}\nvalidation: iter {v}, dev. ppl {a:.4f}\n"
    told = [epoch.format(e=e, v=e + 1, a=loss(2 * e), b=loss(2 * e + 1)) for e in range(epochs)]
    run = logged(tmp_path, "".join(told))
    assert run.signal("train_loss").steps.tolist() == [*range(1000, 2000 * epochs + 1, 1000)]
    assert run.signal("val_loss").steps.tolist()[1:] == [*range(4000, 2000 * epochs + 1, 2000)]


def test_a_validation_at_the_step_of_training_counts_it(tmp_path):
    told = [f"epoch {e}, iter {i}, loss {loss(i):.3f}\n" for e in range(3) for i in range(1000 * e, 1000 * e + 1000, 100)]
    run = logged(tmp_path, "".join(told) + "validation: iter 2900, loss 0.9\nvalidation: iter 2950, loss 0.8\n")
    assert run.signal("val_loss").steps.tolist() == [2900, 2950]


@pytest.mark.parametrize("validation", ["", "val loss: {x:.3f}\n"], ids=["training alone", "and a validation"])
def test_losses_below_headings_are_all_kept(tmp_path, validation):
    told = ["".join(f"loss: {loss(20 * e + i):.6f}\n" for i in range(20)) + validation.format(x=loss(20 * e)) for e in range(5)]
    run = logged(tmp_path, "".join(f"Epoch {e + 1}\n{of}" for e, of in enumerate(told)))
    curve = run.signal("train_loss")
    assert np.allclose(curve.values, [loss(i) for i in range(100)], atol=1e-6) and curve.steps.tolist() == [*range(50, 5001, 50)]
    assert not validation or run.signal("val_loss").steps.tolist() == [1000, 2000, 3000, 4000, 5000]


def test_what_ranks_print_below_a_heading_stays_at_its_epoch(tmp_path):
    run = logged(tmp_path, "".join(f"Epoch {e}\n" + f"loss: {loss(e):.4f}\n" * 8 for e in range(12)))
    assert run.signal("train_loss").steps.tolist() == [*range(12)]


@pytest.mark.parametrize("name", ["train.log", "output.txt"])
def test_bare_numbers_below_epochs(tmp_path, name):
    told = "".join(f"Epoch {e}\n" + "".join(f"{loss(30 * e + i)}\n" for i in range(30)) for e in range(4))
    run = logged(tmp_path, told + "Done!\n", name)
    assert np.allclose(run.signal("train_loss").values, [loss(i) for i in range(120)]) and "taken for the training loss" in run.notes[0]


@pytest.mark.parametrize(
    "line",
    [lambda i: str(i), lambda i: str((i * 7919 % 100) / 7), lambda i: str(9 - loss(i)), lambda i: f"{loss(i)} of it"],
    ids=["counts", "in no order", "rise", "words"],
)
def test_other_numbers_below_epochs_are_no_loss(tmp_path, line):
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, "Epoch 1\n" + "".join(f"{line(i)}\n" for i in range(90)))


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ("当前Batch：{i}/600 | 当前epoch:0/9 | 当前损失值：{x:.4f} | 当前准确率：0.00%\n", "gb18030"),
        ("輪次 {i} 訓練損失: {x:.4f} 準確率 0.5\n", "big5"),
        ("エポック {i}: 損失 = {x:.4f} 精度 0.5\n", "shift_jis"),
        ("에폭 {i}: 손실 = {x:.4f} 정확도 0.5\n", "euc_kr"),
        ("Эпоха {i}/40, потери: {x:.4f}, точность: 0.5\n", "cp1251"),
        ("Época {i}/40 - Pérdida: {x:.4f} - Precisión: 0.5\n", "cp1252"),
    ],
)
def test_the_encodings_of_consoles(tmp_path, line, encoding):
    run = logged(tmp_path, "".join(line.format(i=i, x=loss(i)) for i in range(40)), encoding=encoding)
    assert np.allclose(run.signal("train_loss").values, [loss(i) for i in range(40)], atol=1e-4)


def test_letters_of_another_encoding_in_a_path_change_nothing(tmp_path):
    run = logged(tmp_path, "data: C:\\Donn\xe9es\n" + "".join(f"epoch {i} loss {loss(i):.4f}\n" for i in range(20)), encoding="cp1252")
    assert len(run.signal("train_loss")) == 20


def test_the_name_of_a_file_of_source_before_the_line(tmp_path):
    told = "".join(f"2024-06-14 18:42:{i:02d},194 train.py step {100 * i:5d} | loss: {loss(i):.6f} | lr 6e-05\n" for i in range(40))
    run = logged(tmp_path, told + "2024-06-14 18:43:01,111 train.py validation loss: 0.9\n")
    assert run.signal("train_loss").steps.tolist() == [*range(0, 4000, 100)] and run.signal("train_loss").tag == "loss"


def test_a_stage_and_its_iteration(tmp_path):
    told = [f"[{s} : {i:6d}] loss G : {loss(i):.3f} loss D : -{loss(i):.3f}\n" for s in range(2) for i in range(100, 2100, 100)]
    run = logged(tmp_path, "".join(told))
    assert len(run.signal("generator_loss")) == len(run.signal("discriminator_loss")) == 40


def test_both_sides_of_a_game_by_their_letters(tmp_path):
    bars = [f"Epoch {e}: 100%|####| 28/28 [00:31<00:00,  1.13s/it, D={loss(e):.3f}, G={loss(e, 1):.3f}]\n" for e in range(20)]
    run = logged(tmp_path, "".join(bars))
    assert len(run.signal("generator_loss")) == len(run.signal("discriminator_loss")) == 20


CAFFE = (
    "I1009 11:55:29.{i} 7 solver.cpp:245]     Train net output #3: per_class_accuracy = 0\n"
    "I1009 11:55:29.{i} 7 sgd_solver.cpp:106] Iteration {i}, lr = 0.01\n"
    "I1009 11:56:04.{i} 7 solver.cpp:229] Iteration {j}, loss = 87.3365\n"
)


def test_the_last_lines_of_a_softmax_that_is_lost(tmp_path):
    run = logged(tmp_path, CAFFE.format(i=660, j=680) + CAFFE.format(i=680, j=700))
    assert run.signal("train_loss").values.tolist() == [87.3365, 87.3365]


def test_a_column_named_by_its_file(tmp_path):
    run = logged(tmp_path, "loss\n" + "0.4999999999997\n" * 60, "loss_curve.csv")
    assert run.signal("train_loss").values.tolist() == [0.4999999999997] * 60


def test_the_terms_of_a_variational_loss_beside_it(tmp_path):
    rows = "".join(f"{loss(i)},{loss(i, 0.5)},{loss(i)},{100 - 30 * loss(i)}\n" for i in range(60))
    run = logged(tmp_path, "loss,kl,elbo,acc\n" + rows, "log.csv")
    assert run.signal("train_loss").tag == "loss"
    (tmp_path / "log.csv").write_text("loss,kl,elbo,acc\n" + "".join(f"{i * 37 % 23}.5,1.5,{i * 7 % 11}.25,3.5\n" for i in range(60)))
    with pytest.raises(AdvisorError, match="no logs"):
        read(tmp_path)
