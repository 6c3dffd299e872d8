"""A text says the same whether lines of one shape are read at once or one by one."""

import random
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.reading.formats import text_log
from advisor.reading.shapes import placing, walk
from advisor.reading.shapes.block import Block
from advisor.reading.shapes.heard import may_tell, worth_hearing
from advisor.reading.shapes.same_lines import same_lines
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
    "Epoch {e}\n",
    "Epoch {e}\n{s}/938 [===>...] - loss: {x}\n",
    "epoch {e} iter {s} loss {x}\n",
    "batch {s} loss {x}\nval loss {x}\n",
    "validation: step {s}/50 loss {x}\nstep {s}/50: loss {x}\n",
    "Epoch {e}/9 | batch 0/{d} | loss {x}\n",
)


def said(path):
    log = text_log.read(path)
    curves = {tag: (curve.steps, curve.values, curve.wall) for tag, curve in log.scalars.items()}
    return list(curves), curves, [(line.kind, line.number, line.text) for line in log.lines], log.lost


@pytest.mark.parametrize("seed", range(90))
def test_counters_that_rise_stay_and_fall(tmp_path, monkeypatch, seed):
    chance, text = random.Random(seed), ""
    lines = chance.sample(COUNTED, chance.choice([1, 2, 3]))
    in_turn = chance.random() < 0.5
    for epoch in sorted(chance.choices(range(9), k=40), key=lambda e: e if chance.random() < 0.98 else 0):
        for step in sorted(chance.choices(range(10, 60), k=chance.choice([1, 1, 9]))):
            text += ("".join(lines) if in_turn else chance.choice(lines)).format(
                e=epoch, s=step, d=chance.choice("0001"), x=round(chance.random() * 10, chance.choice([2, 17]))
            )
    (tmp_path / "train.log").write_text(text)
    found = []
    for alike, several in ((1, 1), (1, 10**9), (10**9, 1)):
        monkeypatch.setattr(walk, "ALIKE", alike)
        monkeypatch.setattr(placing, "SEVERAL", several)
        found.append(said(tmp_path / "train.log"))
    np.testing.assert_equal(found[0], found[2])
    np.testing.assert_equal(found[1], found[2])


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


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([b"", b"a", b"bb", b"bc", b"loss: .", b"loss: -", b"a longer line"]), min_size=1, max_size=4), st.data())
def test_lines_that_repeat(period, data):
    lines = period * data.draw(st.integers(1, 80))
    for place in data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=6)):
        lines[place] = data.draw(st.sampled_from([b"", b"bd", b"loss: +", b"odd"]))
    different, which = same_lines(b"\n".join(lines))
    assert [different[i] for i in which] == lines
    assert different == list(dict.fromkeys(lines))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 10**18 - 1) | st.from_regex(r"0{0,5}[0-9]{1,12}", fullmatch=True), min_size=1, max_size=30))
def test_digits_are_integers(numbers):
    digits = Block("\n".join(map(str, numbers)).encode(), 1).digits
    (found,) = digits.of_runs(np.arange(len(numbers)), [0])
    assert found.tolist() == [int(number) for number in numbers]


NUMBERS = st.one_of(
    st.from_regex(r"-?[0-9]{1,3}\.[0-9]{0,24}", fullmatch=True),
    st.from_regex(r"0\.0{0,9}[0-9]{17,19}", fullmatch=True),
    st.from_regex(r"\.[0-9]{1,20}", fullmatch=True),
    st.from_regex(r"[0-9]{1,20}(\.[0-9]{1,9})?[eE]-(0[0-9]|[0-9]{2,3}|18446744073709551617)", fullmatch=True),
    st.from_regex(r"[0-9](\.[0-9]{1,9})?e[+-]0[0-9]", fullmatch=True),
    st.integers(2**53, 2**59).map(lambda n: str(n | 1)),
    st.integers(2**53, 2**54).map(lambda n: f"{n / 2:.1f}5"),
    st.floats(0, 1e6).map(repr),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NUMBERS, min_size=3, max_size=20))
def test_any_numbers_are_the_nearest_floats(tmp_path, monkeypatch, numbers):
    monkeypatch.setattr(walk, "ALIKE", 1)
    (tmp_path / "train.log").write_text("".join(f"step {i}: loss {number}\n" for i, number in enumerate(numbers)))
    assert text_log.read(tmp_path / "train.log").scalars["loss"].values.tolist() == list(map(float, numbers))
