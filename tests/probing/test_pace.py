"""How long a step takes: alike on an idle machine and on a busy one, and the steps that follow from it in fixed classes."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from probes.measurements import lr_range_test
from probes.probing import beside_today, stages
from probes.probing.pace import on_one_thread, pace, took
from probes.probing.run_directory import RunDirectory
from probes.probing.scope import SHARES, Part, Scope
from probes.probing.session import Session
from probes.process.allowance import Allowance
from probes.state import processor_times
from tests.measurements.known_trainings import Drifting

SHARED = """
import multiprocessing, os, sys, time
from probes.state.processor_times import processor_times

def burn(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    other = multiprocessing.get_context("fork").Process(target=burn, args=(1.0,))
    other.start()
    ran, waited = processor_times()
    burn(0.6)
    now = processor_times()
    print(now[0] - ran, now[1] - waited)
    other.join()
"""


class Hindered(Drifting):
    """On two threads a step takes five seconds of its clock, and four of them it waits for a processor; on one it takes two."""

    clock, threads = 0.0, 2

    def perf_counter(self):
        return self.clock

    def step(self):
        took, waits = (5.0, 4.0) if self.threads == 2 else (2.0, 1.0)
        self.clock += took
        self.processor_times = self.processor_times[0] + took - waits, self.processor_times[1] + waits
        return super().step()


def test_other_work_is_not_counted_where_no_time_is_set(monkeypatch):
    training = Hindered()
    monkeypatch.setattr("probes.probing.pace.time", training)
    assert pace(training, True) == 1.0 and pace(training, False) == 5.0
    assert took(training, lambda: None, True) == pytest.approx(0, abs=1e-5)


def test_a_probe_tells_that_the_machine_was_busy(tmp_path):
    session = Session(Hindered(), RunDirectory(tmp_path / "run"), Scope(), Allowance(), lambda *_: None)
    assert not session.notes
    session.measure(None, Steps, "steps", 3)
    assert session.busy == pytest.approx(0.8) and session.notes[-1].startswith("The machine was busy: 80%")


def test_on_a_busy_machine_a_training_goes_on_with_one_thread_where_that_is_faster(monkeypatch, tmp_path):
    training = Hindered()
    monkeypatch.setattr("probes.probing.pace.time", training)
    assert on_one_thread(training) == 1 and training.threads == 2, "nothing is tried before it is known that it waits"
    training.step()
    session = Session(training, RunDirectory(tmp_path / "run"), Scope(), Allowance(), lambda *_: None)
    session.spare_threads()
    session.measure(None, Steps, "steps", 3)
    assert training.threads == 1 and "on one thread, which was 2.5 times as fast" in session.notes[-1]


class Steps:
    """A measurement of three steps."""

    __name__ = "probes.measurements.loss_curve"

    @staticmethod
    def measure(training):
        return ({"loss": training.step()} for _ in range(3))


class Busier(Drifting):
    """A step takes a tenth of a second of its clock, and four times as long once sixty were taken."""

    clock = 0.0

    def perf_counter(self):
        return self.clock

    def step(self):
        self.clock += 0.4 if self.taken > 60 else 0.1
        return super().step()


class Drawing(Busier):
    """Draws on an allowance, as trainings of a probe do."""

    def __init__(self):
        super().__init__(noise=0.02)
        self.allowance, self.lr, self.hparams = None, 1e-3, {"lr": 1e-3, "optimizer": "AdamW", "batch_size": 8}

    def step(self):
        self.allowance.draw(1)
        return super().step()


def test_a_race_that_takes_longer_than_it_was_to_leaves_the_pairs_their_share(monkeypatch, tmp_path):
    training = Drawing()
    for module in ("probing.pace", "process.allowance"):
        monkeypatch.setattr(f"probes.{module}.time", training)
    allowance = training.allowance = Allowance(seconds=400.0)
    session = Session(training, RunDirectory(tmp_path / "run"), Scope(seconds=400.0), allowance, lambda *_: None)
    now, today = {"batch_size": 8, "accumulation_steps": 1}, dict(training.hparams)
    raced = stages.learning_rate(session, now, today)
    assert any("a race of learning rates was cut short" in note for note in session.notes) and raced.reason.endswith("diverged")
    told = beside_today.rate_tried(session, raced, now, today)
    assert told.compared.score.pairs >= 3 and told.value == raced.value and 0.03 < told.value < 0.3
    assert allowance.elapsed <= 400


def test_parts_share_the_time_that_the_start_left(monkeypatch, tmp_path):
    """Of 100 seconds 60 are over when the training is there: what comes before the learning rate may not take all the rest."""
    training = Busier()
    monkeypatch.setattr("probes.process.allowance.time", training)
    allowance = Allowance(seconds=100.0)
    training.clock = 60.0
    session = Session(training, RunDirectory(tmp_path / "run"), Scope(seconds=100.0), allowance, lambda *_: None)
    before = [session.left(part)[1] for part in Part if part is not Part.lr]
    assert before == pytest.approx([40 * share for part, share in SHARES.items() if part is not Part.lr])
    training.clock += sum(before)
    assert session.left(Part.lr)[1] == pytest.approx(40 * SHARES[Part.lr]) == pytest.approx(session.seconds(Part.lr))


def test_a_range_test_that_was_cut_short_is_run_again(tmp_path):
    """What there is of the first is no part of the other."""
    found = []
    for name, rows in (("whole", 0), ("cut", 5)):
        training = Drifting(noise=0.02)
        session = Session(training, RunDirectory(tmp_path / name), Scope(steps=200, quick=True), Allowance(), lambda *_: None)
        for row in islice(lr_range_test.measure(training, steps=40), rows):
            session.log.row(lr_range_test, row)
        now = {"batch_size": 8, "accumulation_steps": 1}
        found.append(stages.learning_rate(session, now, {"lr": 1e-3, "optimizer": "AdamW", "batch_size": 8}))
    assert found[0].value is not None and found[0] == found[1]


def test_a_number_of_steps_is_of_a_class():
    assert [stages.of_class(steps, (150, 300, 600)) for steps in (10, 150, 299.9, 300, 10**9)] == [150, 150, 150, 300, 600]


@pytest.mark.skipif(not processor_times.TIMES.exists(), reason="the system does not tell")
def test_a_process_that_shares_its_processor_is_kept_waiting():
    """For half of the time; longer where others work as well. What it does itself takes as long as ever."""
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", SHARED], cwd=root, capture_output=True, text=True, check=True)
    ran, waited = map(float, told.stdout.split())
    assert 0 < ran < 0.5 and waited > 0.1 and ran + waited == pytest.approx(0.6, rel=0.3)


def test_where_the_system_does_not_tell_nobody_waits(monkeypatch, tmp_path):
    monkeypatch.setattr(processor_times, "TIMES", tmp_path / "none")
    assert processor_times.processor_times() == (0, 0)


def test_a_probe_that_takes_longer_than_usual_says_so_first(tmp_path, monkeypatch):
    training = Hindered()
    monkeypatch.setattr("probes.probing.pace.time", training)
    paths = (tmp_path / name for name in "abc")
    scopes = Scope(), Scope(), Scope(steps=9)
    usual, slow, bound = (Session(training, RunDirectory(next(paths)), scope, Allowance(), lambda *_: None) for scope in scopes)
    usual.paces[()] = 0.01
    assert usual.estimate() is None and bound.estimate() is None
    assert "about 33 minutes" in slow.estimate(), "four hundred steps of a second, a fifth of the time"
