"""Logs of kinds that no framework writes and many people do: written by hand."""

import json
import math
import random

import numpy as np
import pytest

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


@pytest.mark.parametrize("line", ANNOUNCED)
def test_a_cost_and_a_value_named_before_its_counter(tmp_path, line):
    curve = logged(tmp_path, "".join(line.format(step=i, x=loss(i)) for i in range(1, 31))).signal("train_loss")
    assert dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True)) == {i: loss(i) for i in range(1, 31)}


def test_what_is_best_is_no_curve(tmp_path):
    lines = (f"epoch {i}: loss {loss(i)}\nBest loss in epoch {i // 2}: {loss(i) / 2}\n" for i in range(1, 20))
    run = logged(tmp_path, "".join(lines))
    assert run.signal("train_loss").steps.tolist() == list(range(1, 20))


def test_no_point_of_a_run_is_lost_where_a_tag_has_none_or_a_step_twice():
    twice = scalar([0, 1, 1], [1.0, 0.5, np.nan], tag="loss")
    run = Run("a", {"loss": twice, "val_loss": scalar([], [])})
    assert np.isnan(run.frame()["loss"][1])
    assert "val_loss" not in run.outline().signals
