"""Lines that say little: a bare counter, a set or a total for a loss, counters in the plural or in brackets, pictures between words."""

import json
import math

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read


def loss(i, start=10.0):
    return start * math.exp(-i / 20) + 0.1234


def logged(folder, text, name="train.log"):
    (folder / name).write_text(text)
    [run] = read(folder)
    return run


LINES = {
    "as Julia prints its numbers": "[ Info: Epoch: {i}\tTrain: (loss = {x:.4f}f0, acc = 56.5)\n",
    "names before their numbers": "epoch = {i}\n(train_loss, test_loss) = ({x:.4f}, 9.9)\n",
    "as DL4J": "10:00:00.123 [main] INFO o.d.o.l.ScoreIterationListener - Score at iteration {i} is {x:.6f}\n",
    "beside an evaluation of TensorFlow": (
        "INFO:tensorflow:loss = {x:.6f}, step = {i} (10.1 sec)\n"
        "INFO:tensorflow:Saving dict for global step {i}: accuracy = 0.1, global_step = {i}, loss = 9.9\n"
    ),
    "in Polish": "Epoka {i} strata {x:.4f} dokładność 0.4\n",
    "in Chinese of Taiwan": "輪次 {i} 訓練損失: {x:.4f} 驗證損失: 9.9 準確率 0.5\n",
    "the step, the set, the loss": "{i} train {x:.6f}\n",
    "counters in the plural": "Iters: {i}/40 || Lr: 0.01 || Task Loss: {x:.4f} || Cost Time: 0:00:20\n",
    "epochs in the plural": "Epochs: {i}/40 loss {x:.4f}\n",
    "a total in brackets": "[epoch: {i}/40, iter: 0/1] total: {x:.6f}\n",
    "a picture before the counter": "\u2705 Ep {i}: Loss {x:.4f} | 210.7s\n",
    "a table that is drawn": "\u2502 Epoch \u2502 {i} \u2502 loss \u2502 {x:.4f} \u2502\n",
    "the epoch in brackets, and its batch": "Train: [{i}/40][0/1]\teta 2:31:00 lr 0.001\ttime 1.0 (2.0)\tloss 9.9 ({x:.4f})\n",
    "as BasicSR": "2025-02-04 16:48:00,314 INFO: [base..][epoch: {i}, iter: {i}, lr:(2.9e-05,)] [eta: 1:00:00] l_pix: {x:.4e} \n",
    "values before their names": "Epoch {i} @ 10:27 PM : {x:.4f} C.E. Loss, 97.1% Accuracy\n",
    "a counter behind another": "Loss at epoch 1 and iteration {i} is {x:.6f}\n",
    "names and numbers in one word": "step_{i}:\tloss_{x:.6f}\n",
    "a pair and its legend": "Loss [1, {i}](epoch, minibatch):  {x:.6f}\n",
    "a bar without a frame": "fitting: 25% {i}/40 [00:41<00:00,  2.39s/it, loss={x:.4f}]\n",
    "as darknet": " {i}: 9.9, {x:.6f} avg loss, 0.001000 rate, 3.300000 seconds, 64 images, 10 hours left\n",
    "a pair in a tuple": "OrderedDict([('epoch', {i}), ('loss', {x:.6f})])\n",
    "the recurrent tutorials": "0m 9s (- 1m 3s) ({i} 5%) {x:.4f}\n",
    "the recurrent tutorials, a name": "{i} 5% (0m 9s) {x:.4f} Jani / Greek\n",
    "as LightGBM": "[{i}]\ttraining's l2: {x:.6f}\n",
    "an objective": "epoch {i} objective {x:.4f}\n",
    "in Chinese": "第 {i} 轮, 训练损失: {x:.4f}, 准确率: 0.5\n",
    "in Chinese, in part": "Epoch {i}/40, 平均损失: {x:.4f}\n",
    "in Chinese, with its marks": "第{i}轮：训练损失：{x:.4f}（准确率：0.5）\n",
    "in Japanese": "エポック {i}: 損失 = {x:.4f}\n",
    "in Korean": "에폭 {i}: 손실 = {x:.4f}\n",
    "in Russian": "Эпоха {i}/40, потери: {x:.4f}, точность: 0.5\n",
    "in Spanish": "Época {i}/40 - Pérdida: {x:.4f} - Precisión: 0.5\n",
    "in German": "Epoche {i}/40, Verlust: {x:.4f}, Genauigkeit: 0.5\n",
    "a place in the source and a space": "[2025-10-21 00:39:43 net](main.py 194): INFO Train: [{i}/40]\tlr 0.0003\tloss {x:.4f}\n",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_loss_said_in_few_words(tmp_path, line):
    run = logged(tmp_path, "".join(line.format(i=i, x=loss(i)) for i in range(40)))
    curve = run.signal("train_loss")
    assert curve.steps.tolist() == [*range(40)]
    meant = [9.9] * 40 if "9.9 (" in line else [loss(i) for i in range(40)]
    assert np.allclose(curve.values, meant, rtol=1e-3)


@pytest.mark.parametrize("every", [1, 10, 30])
def test_a_validation_told_more_rarely(tmp_path, every):
    text = "".join(f"{i} val {loss(i):.4f}\n" * (i % every == 0) + f"{i} train {loss(i):.6f}\n" for i in range(40))
    run = logged(tmp_path, text, "log.txt")
    assert len(run.signal("train_loss")) == 40 and run.signal("val_loss").steps.tolist() == [*range(0, 40, every)]


@pytest.mark.parametrize(
    "value", [lambda i: 100 - loss(i), lambda i: i, lambda i: loss(i, 0.8)], ids=["rises, as a score does", "a count", "a share"]
)
def test_what_a_set_alone_names_may_be_no_loss(tmp_path, value):
    text = "".join(f"step {i} loss {loss(i):.4f}\n" for i in range(40))
    run = logged(tmp_path, text + "".join(f"step {i} train {value(i):.4f} val {value(i):.4f}\n" for i in range(40)))
    assert run.signal("train_loss").tag == "loss" and run.signal("val_loss") is None


def test_a_total_that_is_counted_up_is_no_loss(tmp_path):
    text = "".join(f"[epoch: {i}/40] total: {i * 3.7:.4f} accuracy: {i / 50:.4f}\n" for i in range(40))
    assert logged(tmp_path, text).signal("train_loss") is None


def test_a_list_of_objects_for_each_set(tmp_path):
    rows = [{"total_loss": loss(i), "note": "x", "time": 1.0} for i in range(12)]
    run = logged(tmp_path, json.dumps({"train": rows, "val": rows, "best_val_loss": 0.1}), "history.json")
    assert run.signal("train_loss").tag == "train/total_loss" and len(run.signal("val_loss")) == 12


def test_a_list_of_objects_that_count(tmp_path):
    rows = [{"epoch": i + 1, "train_loss": loss(i)} for i in range(12)]
    run = logged(tmp_path, json.dumps({"config": {"lr": 0.1}, "history": rows}), "history.json")
    assert run.signal("train_loss").steps.tolist() == [*range(1, 13)]


def test_objects_of_another_kind_are_no_log(tmp_path):
    (tmp_path / "loss.jsonl").write_text('{"step": 0, "loss": 1.0}\n')
    (tmp_path / "data.json").write_text(json.dumps({"images": [{"id": 1, "width": 3}], "annotations": [{"id": 1, "area": 4.5}]}))
    assert [run.format for run in read(tmp_path)] == ["json-lines"]


def test_the_layers_of_a_model_count_nothing(tmp_path):
    layers = "".join(f"  {n}, {2 * n}, kernel_size=(3, 3), stride=(2, 2), bias=False\n" for n in (3, 64, 128, 256))
    run = logged(tmp_path, f"Conv2d(\n{layers})\n" + "".join(f"step {i} total_loss {loss(i):.4f}\n" for i in range(40)))
    assert [*run.scalars] == ["total_loss"]


@pytest.mark.parametrize("epoch", ["0.0", "1"], ids=str)
def test_the_points_of_an_only_epoch_are_counted(tmp_path, epoch):
    run = logged(tmp_path, "".join(f"{{'loss': {loss(i)}, 'grad_norm': nan, 'epoch': {epoch}}}\n" for i in range(13)))
    assert run.signal("train_loss").steps.tolist() == [*range(13)] and "one epoch only" in run.notes[0]


def test_validation_within_an_only_epoch_stands_beside_its_training(tmp_path):
    lines = [f"Epoch 0: train loss {loss(i):.4f}\n" + f"Epoch 0: val loss {loss(i):.4f}\n" * (i % 10 == 9) for i in range(40)]
    run = logged(tmp_path, "".join(lines))
    assert run.signal("val_loss").steps.tolist() == [9, 19, 29, 39] and len(run.signal("train_loss")) == 40


def test_a_bare_counter_among_parts_of_epochs_is_anothers(tmp_path):
    lines = [f"{{'loss': {loss(i)}, 'epoch': {(i + 1) / 4}}}\n" + "Update now. Current iteration = 504\n" * (i == 5) for i in range(12)]
    assert logged(tmp_path, "".join(lines)).signal("train_loss").steps.tolist() == [250 * (i + 1) for i in range(12)]


def test_one_point_of_both_losses_is_a_training(tmp_path):
    text = "Epoch 5/5\n45/45 [====] - 4s 10ms/sample - loss: 0.0350  - accuracy: 0.98 - val_loss: 2.6765 - val_accuracy: 0.59\n"
    run = logged(tmp_path, text)
    assert run.signal("train_loss").values.tolist() == [0.035] and run.signal("val_loss").values.tolist() == [2.6765]


def test_sets_told_by_a_letter(tmp_path):
    lines = [f"Epoch {i}: v_recons {loss(i):.4f} recons {loss(i):.4f}  v_loss {loss(i, 5):.4f}  loss {loss(i):.4f}\n" for i in range(20)]
    run = logged(tmp_path, "".join(lines))
    assert run.signal("train_loss").tag == "loss" and run.signal("val_loss").tag == "v_loss"


def test_the_loss_of_a_value_is_no_validation(tmp_path):
    lines = [f"step {i} loss {loss(i):.4f} pol_loss {loss(i, 5):.4f} val_loss {loss(i, 2):.4f}\n" for i in range(20)]
    run = logged(tmp_path, "".join(lines))
    assert run.signal("train_loss").tag == "loss" and run.signal("val_loss") is None


def test_a_bar_that_went_back_up_says_nothing_of_the_next_line(tmp_path):
    lines = [f"Validation: |   | 0/? [00:00<?, ?it/s]\x1b[AEpoch {i}: loss {loss(i):.4f}\n" for i in range(20)]
    assert logged(tmp_path, "".join(lines)).signal("train_loss").steps.tolist() == [*range(20)]


def test_the_nets_of_a_game_on_a_line_of_their_own(tmp_path):
    lines = [
        f"End of epoch {i} / 20 \t Time Taken: 9 sec\nGenerator Loss: {loss(i):.4f}, Discriminator Loss: {i + 0.5}\n" for i in range(20)
    ]
    run = logged(tmp_path, "".join(lines))
    assert run.scalars["Generator Loss"].steps.tolist() == [*range(20)] and run.signal("train_loss") is None


def test_error_rates_stand_for_a_loss_where_there_is_none(tmp_path):
    run = logged(tmp_path, "iteration, error_rate\n" + "".join(f"{i},{loss(i)}\n" for i in range(20)), "train_errors.csv")
    assert run.signal("train_loss").tag == "error_rate"
    both = "".join(f"{i},{loss(i)},{loss(i) / 2}\n" for i in range(20))
    (tmp_path / "b").mkdir()
    assert logged(tmp_path / "b", "epoch,valid_loss,error_rate\n" + both, "history.csv").signal("train_loss") is None


def test_rows_of_lists_whose_heading_was_cut_off(tmp_path):
    rows = "".join(f"{100 * i}     [{loss(i):.2e}, 2.00e-04]    [4.00e-03, 1.00e-03]    [1.06e-02, 3.72e-02]    \n" for i in range(9))
    run = logged(tmp_path, rows + "\nBest model at step 800:\n")
    assert run.signal("train_loss").steps.tolist() == [100 * i for i in range(9)]
    assert np.allclose(run.signal("train_loss").values, [loss(i) + 2e-4 for i in range(9)], rtol=1e-2)
    assert np.allclose(run.signal("val_loss").values, 5e-3)


TABLES = {
    "prettytable": "+-------+------------+----------+\n| Epoch | Train Loss | Val Loss |\n+-------+------------+----------+\n",
    "Markdown": "| Epoch | Training Loss | Validation Loss |\n|:-----:|:-------------:|:---------------:|\n",
}


@pytest.mark.parametrize("heading", TABLES.values(), ids=TABLES)
def test_a_table_between_pipes(tmp_path, heading):
    rows = "".join(f"| {i} | {'No log' if i == 0 else f'{loss(i):.4f}'} | {loss(i, 8):.4f} |\n" for i in range(20))
    run = logged(tmp_path, heading + rows + "Epoch 7 is kept\n")
    assert run.signal("train_loss").steps.tolist() == [*range(1, 20)] and run.signal("val_loss").steps.tolist() == [*range(20)]


def test_a_heading_of_two_lines_between_pipes(tmp_path):
    heading = "| Epoch | Iteration | Mini-batch | Mini-batch |\n|       |           | Accuracy   | Loss       |\n|=====|\n"
    run = logged(tmp_path, heading + "".join(f"| 1 | {10 * i} | 50.0% | {loss(i):.4f} |\n" for i in range(20)))
    assert run.signal("train_loss").steps.tolist() == [10 * i for i in range(20)]


def test_a_table_of_anything_else_between_pipes_is_no_training(tmp_path):
    rows = "".join(f"| {i} | heat the oven | {i / 7:.2f} |\n" for i in range(20))
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, "| Step | Action | Share |\n|---|---|---|\n" + rows)


@pytest.mark.parametrize(
    "line, told", [("loss {a:.4f} | val {b:.4f}", True), ("loss {a:.4f} val {s:.4f}", False), ("loss {a:.4f} val {c}.5", False)]
)
def test_a_validation_named_by_its_set_alone_beside_a_loss(tmp_path, line, told):
    lines = [f"Epoch {i} " + line.format(a=loss(i), b=loss(i, 9), s=1 - loss(i, 0.5), c=8 + 4 * i) + "\n" for i in range(20)]
    run = logged(tmp_path, "".join(lines))
    assert len(run.signal("train_loss")) == 20 and (run.signal("val_loss") is not None) == told


def test_points_that_replaced_others_are_no_only_point_of_a_training(tmp_path):
    uncounted = "".join(f"\tmean_loss: {loss(i)}\n" for i in range(20))
    part = "Iter 0 Done. | loss: 1.6 | lr: 0.1\n" + uncounted + "Eval epoch\n\tmean_loss: 5.5\n"
    run = logged(tmp_path, uncounted + part * 2)
    assert run.signal("train_loss").tag == "mean_loss" and len(run.signal("train_loss")) > 19


def test_training_and_validation_side_by_side(tmp_path):
    """AllenNLP's table after each epoch, of whose bars none says of which set it is."""
    say = "2019-08-12 10:00:00,123 - INFO - allennlp.training."
    epoch = (
        "{say}trainer - Epoch {i}/29\n{say}trainer - Training\naccuracy: 0.5, loss: 9.9 ||: 100%|####| 100/100 [00:10<00:00, 10.0it/s]\n"
        "{say}tensorboard_writer -                        Training |  Validation\n"
        "{say}tensorboard_writer - accuracy            |     0.500  |     0.400\n"
        "{say}tensorboard_writer - gpu_0_memory_MB     |  1000.000  |       N/A\n"
        "{say}tensorboard_writer - loss                |     {x:.3f}  |     {y:.3f}\n"
    )
    run = logged(tmp_path, "".join(epoch.format(say=say, i=i, x=loss(i), y=loss(i, 8.0)) for i in range(30)))
    assert np.allclose(run.signal("train_loss").values, [loss(i) for i in range(30)], atol=1e-3)
    assert np.allclose(run.signal("val_loss").values, [loss(i, 8.0) for i in range(30)], atol=1e-3)


def test_the_table_of_spacy(tmp_path):
    head = "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  ENTS_P  ENTS_R  SCORE \n"
    head += "---  ------  ------------  --------  ------  ------  ------  ------\n"
    rows = (f"  {i // 3}    {i * 200:5}          0.00     {loss(i):.2f}    {20 + i}.10    0.10    0.10    0.{20 + i}\n" for i in range(30))
    run = logged(tmp_path, head + "".join(rows))
    assert run.signal("train_loss").tag == "LOSS NER" and run.signal("train_loss").steps.tolist() == [200 * i for i in range(30)]
