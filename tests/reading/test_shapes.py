"""A text says the same whether lines of one shape are read at once or one by one."""

import random
import re

import numpy as np
import pytest

from advisor.reading.formats import text_log
from advisor.reading.shapes import walk
from advisor.reading.shapes.block import Block
from advisor.reading.shapes.heard import may_tell, worth_hearing
from tests.reading.printed_styles import STYLES

COUNTED = (
    "epoch {e}: train loss {x}\nepoch {e}: val loss {x}\n",
    "Epoch {e}/9\n{s}/50 [=====] - loss: {x}\n",
    "step {s} | loss {x}\nlr: 0.{s}\n",
    "epoch {e} step {s}/50 loss {x} (-{x}) tok/sec: 1{s},{s}00\n",
    "iter {s}: loss {x}, time {s}.5ms\nstep {s}: train loss {x}, val loss {x}\n",
    "2024-01-0{d} 03:04:{s},{s}0 - INFO - [{e}][{s}/50] loss: {x}e-0{d} acc .{s}\n",
    "validation: batch {s}/20 loss {x}\n",
    "loss nan, number of nan iterations: {d}\n",
    "loss {x}\nTraceback (most recent call last):\nValueError: {d}\n",
    "| loss | {x} |\n| step | {s} |\n-----------\n",
)


def said(path):
    log = text_log.read(path)
    curves = {tag: (curve.steps, curve.values, curve.wall) for tag, curve in log.scalars.items()}
    return list(curves), curves, [(line.kind, line.number, line.text) for line in log.lines], log.lost


@pytest.mark.parametrize("seed", range(60))
def test_counters_that_rise_stay_and_fall(tmp_path, monkeypatch, seed):
    chance, text = random.Random(seed), ""
    lines = chance.sample(COUNTED, chance.choice([1, 2, 3]))
    for epoch in sorted(chance.choices(range(9), k=40), key=lambda e: e if chance.random() < 0.98 else 0):
        for step in sorted(chance.choices(range(10, 60), k=chance.choice([1, 1, 9]))):
            text += chance.choice(lines).format(
                e=epoch, s=step, d=chance.choice("0001"), x=round(chance.random() * 10, chance.choice([2, 17]))
            )
    (tmp_path / "train.log").write_text(text)
    found = []
    for alike in (1, 10**9):
        monkeypatch.setattr(walk, "ALIKE", alike)
        found.append(said(tmp_path / "train.log"))
    np.testing.assert_equal(*found)


@pytest.mark.parametrize("seed", range(30))
def test_styles_after_one_another(tmp_path, monkeypatch, seed):
    chance = random.Random(seed)
    text = "".join(STYLES[style][0] for style in chance.choices(sorted(STYLES), k=3) for _ in range(3))
    text = re.sub(r"(?<=\.)\d+", lambda m: "".join(chance.choice("0123456789") for _ in m[0]), text)
    (tmp_path / "train.log").write_text(text, newline="")
    found = []
    for alike, piece in ((1, 1 << 20), (1, 300), (10**9, 1 << 20)):
        monkeypatch.setattr(walk, "ALIKE", alike)
        monkeypatch.setattr(text_log, "PIECE", piece)
        found.append(said(tmp_path / "train.log"))
    np.testing.assert_equal(found[0], found[2])
    np.testing.assert_equal(found[1], found[2])


def test_what_lines_tell_hangs_on_few_digits():
    lines = [f"iteration {i} | loss 1.5 | number of nan iterations: {int(i in (7, 30))} |" for i in range(40)]
    block = Block("\n".join(lines).encode(), 1)
    assert may_tell(lines[0])
    assert worth_hearing(block, np.arange(40)).tolist() == [7, 30]


def test_a_level_is_no_infinity():
    assert not may_tell("mmdet - INFO - Epoch [1][50/200] loss: 1.5")
    assert may_tell("mmdet - INFO - Epoch [1][50/200] loss: inf")


@pytest.mark.parametrize("number", ["-0.0", ".5", "5.", "+3", "1e-05", "-1.5E+3", "2.3025850929940455", "123456789012345678", "1,234.5"])
def test_numbers_are_the_nearest_floats(tmp_path, number):
    (tmp_path / "train.log").write_text("".join(f"step {i}: loss {number}\n" for i in range(20)))
    values = text_log.read(tmp_path / "train.log").scalars["loss"].values
    assert set(map(repr, values.tolist())) == {repr(float(number.replace(",", "")))}


def test_a_line_that_tells_nothing_does_not_silence_a_later_one_of_other_digits(tmp_path):
    quiet = "".join(f"epoch {i} loss: {2 / (i + 1):.4f}\n" for i in range(text_log.PIECE // 10))
    (tmp_path / "train.log").write_text(f"worker 1 ended with exit code 0\n{quiet}worker 1 ended with exit code 137\n")
    assert [line.kind for line in text_log.read(tmp_path / "train.log").lines] == ["killed"]
