"""Logs of kinds that no framework writes and many people do: written by hand."""

import json
import math
import random

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read
from advisor.run import Run
from advisor.scalar import scalar
from advisor.tasks import task_of


def loss(i):
    return round(2 * math.exp(-i / 30) + 0.1, 4)


def logged(folder, text, name="train.log"):
    (folder / name).write_text(text)
    [run] = read(folder)
    return run


def two_ranks(lag, **rank):
    """Rows of (step, process): the second process is so many steps behind the first."""
    rows = sorted([(step + lag * (process > 0), step, process) for step in range(60) for process in range(2)])
    return "".join(json.dumps({"step": 10 * step, "loss": loss(step), **dict.fromkeys(rank, process)}) + "\n" for _, step, process in rows)


@pytest.mark.parametrize("lag", [0, 1, 3])
@pytest.mark.parametrize("rank", [{}, {"rank": True}])
def test_two_processes_append_to_one_file(tmp_path, lag, rank):
    run = logged(tmp_path, two_ranks(lag, **rank), "metrics.jsonl")
    assert run.signal("train_loss").steps.tolist() == [10 * step for step in range(60) for _ in range(2)]


@pytest.mark.parametrize("header", ["step,loss", "step,train_loss,val_loss"])
def test_rows_without_an_order_are_no_log(tmp_path, header):
    chance = random.Random(0)
    (tmp_path / "points.csv").write_text(
        header + "\n" + "".join(",".join(str(chance.randrange(99)) for _ in header.split(",")) + "\n" for _ in range(80))
    )
    (tmp_path / "loss.jsonl").write_text('{"step": 0, "loss": 1.0}\n')
    [run] = read(tmp_path)
    assert run.format == "json-lines"


REWARDED = {
    "reward": ("episode,reward\n", "{i},{x}\n"),
    "epsilon": ("Episode,Reward,Epsilon\n", "{i},{x},0.1\n"),
    "lengths": ("ep,total_reward,steps\n", "{i},{x},{n}\n"),
    "a monitor": ("r,l,t\n", "{x},{n},{i}.5\n"),
    "a monitor that tells its settings": ('#{{"t_start": 1700000000.1, "env_id": "CartPole-v1"}}\nr,l,t\n', "{x},{n},{i}.5\n"),
}


@pytest.mark.parametrize("kind", REWARDED)
def test_tables_of_rewards_alone(tmp_path, kind):
    header, row = REWARDED[kind]
    text = header.format() + "".join(row.format(i=i, x=20 + i / 2, n=20 + i * 37 % 50) for i in range(60))
    run = logged(tmp_path, text, "log.csv")
    assert run.steps == (0, 59) and task_of(run).name == "reinforcement-learning"


ANNOUNCED = (
    "Cost after iteration {step}: {x}\n",
    "Loss at step {step}: {x}\n",
    "Loss after iteration {step} = {x}\n",
    "Training loss for epoch {step}: {x}\n",
    "Average loss in epoch {step}: {x}\n",
    "Epoch {step}/9, Cost: {x}\n",
    "Epoch: {step:04} cost = {x}\n",
    "epoch {step} training cost {x}\n",
)


COUNTED_OTHERWISE = {
    "glued": "[epoch{i}] train_loss={x} train_maxp=0.50 bps=231 *\n",
    "glued, with a line below": "epoch_{i} loss {x}\n",
    "a batch behind a dash": "INFO: epoch 1-{i}, loss: {x} (host)\n",
    "a notebook's table": "{i}\t{x}\t{x}\n",
}


@pytest.mark.parametrize("kind", COUNTED_OTHERWISE)
def test_counters_in_other_places(tmp_path, kind):
    line = COUNTED_OTHERWISE[kind]
    text = "Step\tTraining Loss\tValidation Loss\n" * ("table" in kind) + "".join(line.format(i=i, x=loss(i)) for i in range(1, 31))
    curve = logged(tmp_path, "Model 14B\n" + text).signal("train_loss")
    assert dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True)) == {i: loss(i) for i in range(1, 31)}


@pytest.mark.parametrize("line", ANNOUNCED)
def test_a_cost_and_a_value_named_before_its_counter(tmp_path, line):
    curve = logged(tmp_path, "".join(line.format(step=i, x=loss(i)) for i in range(1, 31))).signal("train_loss")
    assert dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True)) == {i: loss(i) for i in range(1, 31)}


@pytest.mark.parametrize("cost", ["Cost: 71{i}.7 sec", "cost {i}.5s", "Cost: {i}.5 min"])
def test_a_cost_in_seconds_is_none(tmp_path, cost):
    run = logged(tmp_path, "".join(f"epoch {i} Train, reg:{loss(i)}, loss_rpn: {loss(i)}, {cost}\n".format(i=i) for i in range(30)))
    assert "cost" not in run.signal("train_loss").tag.lower()


def test_what_is_best_is_no_curve(tmp_path):
    lines = (f"epoch {i}: loss {loss(i)}\nBest loss in epoch {i // 2}: {loss(i) / 2}\n" for i in range(1, 20))
    run = logged(tmp_path, "".join(lines))
    assert run.signal("train_loss").steps.tolist() == list(range(1, 20))


def test_no_point_of_a_run_is_lost_where_a_tag_has_none_or_a_step_twice():
    twice = scalar([0, 1, 1], [1.0, 0.5, np.nan], tag="loss")
    run = Run("a", {"loss": twice, "val_loss": scalar([], [])})
    assert np.isnan(run.frame()["loss"][1])
    assert "val_loss" not in run.outline().signals


OWN = "".join(f"step {10 * i} energy {loss(i)} wibble {loss(i) / 3:.4f}\n" for i in range(30))


def test_names_of_ones_own_are_asked_for(tmp_path):
    run = logged(tmp_path, OWN)
    assert "train_loss" not in run.signals and "train.log names no loss" in run.notes[0] and "energy, wibble" in run.notes[0]
    assert len(read(tmp_path, {"train_loss": "energy"})[0].signal("train_loss")) == 30
    with pytest.raises(AdvisorError, match="did you mean energy"):
        read(tmp_path, {"train_loss": "energie"})


def test_names_of_ones_own_say_nothing_beside_a_log(tmp_path):
    (tmp_path / "own.log").write_text(OWN)
    run = logged(tmp_path, "".join(f"step {i}: loss {loss(i)}\n" for i in range(30)))
    assert {*run.scalars} == {"loss"}


@pytest.mark.parametrize("text", ["step {i} of the recipe, page {i}\n", "step {i} took 3 s, 5 MB/s\n", "round {i}: cups 2.5\n"])
def test_counts_that_measure_nothing_are_no_log(tmp_path, text):
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, "".join(text.format(i=i) for i in range(30)))


def test_a_loss_of_an_earlier_training_is_left_out(tmp_path):
    first = "".join(f"step {10 * i} Train Loss: {loss(i)}\n" for i in range(5))
    run = logged(tmp_path, first + "".join(f"step {10 * i} loss: {loss(i)} val loss: {loss(i) + 0.1}\n" for i in range(40)))
    assert run.signal("train_loss").tag == "loss" and "Train Loss" not in run.scalars and "begun again" in run.notes[0]


def test_a_first_phase_and_a_rare_validation_are_kept(tmp_path):
    lines = (f"step {10 * i} loss: {loss(i)}\n" + f"step {10 * i} val loss: {loss(i) + 0.1}\n" * (i % 10 == 0) for i in range(40))
    assert {*logged(tmp_path, "step 0 val loss: 3.0\n" + "".join(lines)).signals} >= {"train_loss", "val_loss"}


def test_trainings_appended_to_one_file_are_told(tmp_path):
    one = "".join(f"Epoch {i}: loss {loss(4 * i)}\n" for i in range(1, 21))
    run = logged(tmp_path, 4 * one)
    assert run.steps == (1, 20) and "began again at step 1: the 60 points of loss" in run.notes[0]


LISTS = {
    "a column": "\n".join(str(loss(i)) for i in range(30)) + "\n",
    "beside a count": "".join(f"{i}\t{loss(i)}\n" for i in range(30)),
    "a list": str([loss(i) for i in range(30)]),
    "with a comma": "".join(f"{loss(i)},\n" for i in range(30)),
}


@pytest.mark.parametrize("name", ["train_loss.txt", "TrainLoss.csv", "train_losses.dat", "loss_history.txt", "loss.log"])
@pytest.mark.parametrize("kind", LISTS)
def test_a_curve_of_bare_numbers(tmp_path, kind, name):
    curve = logged(tmp_path, LISTS[kind], name).signal("train_loss")
    assert curve.steps.tolist() == list(range(30)) and curve.values.tolist() == [loss(i) for i in range(30)]


def test_curves_of_bare_numbers_are_one_run(tmp_path):
    (tmp_path / "val_acc.txt").write_text("".join(f"{1 - loss(i) / 3}\n" for i in range(30)))
    assert {*logged(tmp_path, LISTS["a column"], "train_loss.txt").signals} >= {"train_loss", "val_accuracy"}


@pytest.mark.parametrize(
    "name, text",
    [
        ("points.txt", LISTS["a column"]),
        ("heat_loss.txt", LISTS["a column"]),
        ("loss.txt", "1\n2\n3\n4\n5\n6\n"),
        ("loss.txt", "".join(f"{i % 7} {loss(i)}\n" for i in range(30))),
        ("loss.txt", "0.5 0.25 0.75\n" * 9),
        ("loss.txt", "Losses of 2.5 % were found in 7 of 9 samples.\n" * 9),
    ],
)
def test_other_numbers_are_none(tmp_path, name, text):
    with pytest.raises(AdvisorError, match="no logs"):
        logged(tmp_path, text, name)


def test_a_header_with_commas_above_rows_with_tabs(tmp_path):
    run = logged(tmp_path, "epoch,step,tr_loss,tr_ppl\n" + "".join(f"1\t{16 * i}\t{loss(i)}\t{2.5}\n" for i in range(1, 31)), "log.txt")
    assert run.signal("train_loss").steps.tolist() == [16 * i for i in range(1, 31)]


@pytest.mark.parametrize("cut", [3, 5])
def test_bare_numbers_that_were_cut(tmp_path, cut):
    run = logged(tmp_path, LISTS["with a comma"][:-cut], "train_loss.txt")
    assert len(run.signal("train_loss")) == 29 and ["the last line has no end" in note for note in run.notes] == [True]


@pytest.mark.parametrize("end", ["\r", "\r\r"])
def test_lines_that_end_with_a_carriage_return_alone(tmp_path, end):
    rows = ["epoch,loss,val_loss", *(f"{i},{loss(i)},{loss(i) + 0.1}" for i in range(12))]
    (tmp_path / "train.log").write_bytes((end.join(rows) + end).encode())
    [run] = read(tmp_path)
    assert run.signal("val_loss").steps.tolist() == list(range(12)) and not run.notes


def test_batches_counted_by_a_letter(tmp_path):
    run = logged(tmp_path, "".join(f"epoch={e} i={i}/30 total loss={loss(30 * e + i):.5f}\n" for e in range(3) for i in range(30)))
    assert run.signal("train_loss").steps.tolist() == list(range(90))


def test_an_evaluation_behind_the_last_epoch_is_no_batch_of_it(tmp_path):
    epochs = "".join(
        f"Epoch {e}/4\n" + "".join(f"\r{b}/40 - 1s - loss: {loss(40 * e + b)}" for b in (20, 40)) + f" - val_loss: {loss(40 * e)}\n"
        for e in range(1, 5)
    )
    behind = "".join(f"\r{b}/9 - 0s - loss: 5.5" for b in range(1, 10)) + "\nTest loss: 5.5\n"
    run = logged(tmp_path, epochs + behind)
    assert run.signal("train_loss").values.max() < 2.1 and run.signal("train_loss").steps[-1] == 160


def test_more_batches_than_there_were_said_to_be(tmp_path):
    epochs = [(e, i) for e, most in ((0, 90), (1, 20)) for i in range(most)]
    run = logged(tmp_path, "".join(f"epoch={e} i={i}/30 loss={loss(i):.5f}\n" for e, i in epochs))
    assert run.signal("train_loss").steps.tolist() == list(range(110))


def test_a_signal_that_is_filtered_kills_nothing(tmp_path):
    run = logged(tmp_path, "".join(f"epoch {i} loss {loss(i)}\nFiltering signal {i} of 12\n" for i in range(12)))
    assert not run.lines
