"""Nothing that lies in a folder of logs ends in an error of ours, hangs, or takes much memory: a few cases of tests/bench/fuzz.py."""

import time

import numpy as np
import pytest

from advisor import diagnose, read
from advisor.reading.printed import curves as printed
from advisor.reading.printed.prefix import stripped
from advisor.reading.printed.signs import may_measure
from advisor.reading.printed.table import Table
from advisor.reading.shapes.heard import may_tell
from advisor.reading.shapes.templates import template_of
from advisor.reading.tfevents import curves, events
from advisor.render.text import render
from tests.hostile.bombs import BOMBS, word
from tests.hostile.cases import case_of, written
from tests.hostile.slow_lines import lines
from tests.hostile.trial import Worker

SEEDS = 25  # in each of the parts
SLOW = 0.5  # seconds of one line of 4,000 characters; what squares them takes more


@pytest.fixture(scope="module")
def worker():
    worker = Worker()
    yield worker
    worker.close()


@pytest.mark.parametrize("first", range(0, 4 * SEEDS, SEEDS))
def test_mutants_of_every_format(tmp_path, worker, first):
    for number in range(first, first + SEEDS):
        case = case_of(number)
        found = worker.diagnose(written(tmp_path / str(number), case.files), case.fault)
        assert "error" not in found, (number, case.said, found["error"])


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(tmp_path, worker, name):
    found = worker.diagnose(written(tmp_path, BOMBS[name](1 << 16)))
    assert "error" not in found, found["error"]


@pytest.mark.parametrize("part, name", [(events, "one_event"), (curves, "many_tags"), (printed, "new_names")])
def test_more_names_than_are_read_are_told(tmp_path, monkeypatch, part, name):
    monkeypatch.setattr(part, "MOST", 100)
    written(tmp_path, BOMBS[name](1 << 14))
    [run] = read(tmp_path)
    assert 0 < len(run.scalars) <= 100
    assert any("the first were read" in note for note in run.notes), run.notes


def test_of_lines_that_are_all_of_their_own_kind_some_are_read_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(printed, "KINDS", 100)
    own = "".join(f"epoch {i} loss: 1.5 of {word(i)}\n" for i in range(1000))
    (tmp_path / "train.log").write_text(own + "".join(f"epoch {i} loss: 1.0\n" for i in range(1000, 1100)))
    [run] = read(tmp_path)
    steps = run.scalars["loss"].steps
    assert 150 < len(steps[steps < 1000]) < 300 and (steps >= 1000).sum() == 100  # some of the first; all of those that are alike
    assert any("lines unlike any other one in 16 was read" in note for note in run.notes), run.notes


def test_long_curves_take_time_and_memory_by_their_points(tmp_path, worker):
    n, random = 70_000, np.random.default_rng(0)
    loss = (0.3 + 2 * np.exp(-np.linspace(0, 8, n))) * np.exp(0.02 * random.standard_normal((2, n)))
    rows = (f"{i},{a:.6g},{b:.6g}\n" for i, (a, b) in enumerate(loss.T.tolist()))
    found = worker.diagnose(written(tmp_path, {"metrics.csv": ("step,train_loss,val_loss\n" + "".join(rows)).encode()}))
    assert "error" not in found, found["error"]  # by the squares of the points it was a minute and three gigabytes


@pytest.mark.parametrize("size", [1.7e308, 1e155])
def test_values_that_no_square_can_hold_are_infinite(tmp_path, size):
    i = np.arange(200)
    for number, loss in enumerate((np.where(i % 2, size, -size), np.full(200, size), np.where(i > 100, size, 2.3))):
        (tmp_path / str(number)).mkdir()
        rows = (f"{step},{value!r},2.3,{abs(value)!r}\n" for step, value in enumerate(loss.tolist()))
        (tmp_path / str(number) / "metrics.csv").write_text("step,train_loss,val_loss,grad_norm\n" + "".join(rows))
    assert [report.verdict for report in diagnose(tmp_path)] == ["problem"] * 3  # and nothing was raised


def test_a_setting_of_a_million_is_evidence_like_another(tmp_path):
    rows = (f"{i},{2.3 - 0.001 * i},{2.2 - 0.001 * i}\n" for i in range(200))
    (tmp_path / "metrics.csv").write_text("step,train_loss,val_loss\n" + "".join(rows))
    (tmp_path / "hparams.yaml").write_text("dropout: 1000000\n")
    [report] = diagnose(tmp_path)
    assert "too-much-regularization" in render(report)  # its odds are more than a float holds, and still can be told


@pytest.mark.parametrize("cell", ["--", "1.2.3", "12,5", "error"])
def test_cells_among_bare_numbers_that_are_none_are_told(tmp_path, cell):
    lines = [f"{2.3 * 0.97**i:.5f}" for i in range(100)]
    lines[40] = cell
    (tmp_path / "train_loss.txt").write_text("\n".join(lines) + "\n")
    [run] = read(tmp_path)
    assert len(run.scalars["train_loss"]) == 99
    assert "train_loss.txt: 1 lines hold something else than numbers and were not used" in run.notes


def test_no_line_takes_its_length_squared():
    for line in [*lines()][::7]:
        began = time.process_time()
        plain = stripped(line)
        may_measure(plain), may_tell(plain), template_of(line, plain), Table().entry(plain or "-")
        assert time.process_time() - began < SLOW, line[:60]
