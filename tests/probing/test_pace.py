"""How long a step takes: alike on an idle machine and on a busy one, and the steps that follow from it in fixed classes."""

import subprocess
import sys
from pathlib import Path

import pytest

from probes.probing import stages
from probes.probing.pace import pace, took
from probes.probing.run_directory import RunDirectory
from probes.probing.scope import Scope
from probes.probing.session import HINDERED, Session
from probes.process.allowance import Allowance
from probes.state import processor_wait
from tests.measurements.known_trainings import Drifting

SHARED = """
import multiprocessing, os, sys, time
from probes.state.processor_wait import kept_waiting

def burn(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    other = multiprocessing.get_context("fork").Process(target=burn, args=(1.0,))
    other.start()
    before = kept_waiting()
    burn(0.6)
    print(kept_waiting() - before)
    other.join()
"""


class Hindered(Drifting):
    """A step takes five seconds of its clock, and four of them it waits for a processor."""

    clock = 0.0

    def perf_counter(self):
        return self.clock

    def step(self):
        self.clock += 5.0
        self.waited += 4.0
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
    assert session.busy > HINDERED and "The machine was busy" in session.notes[-1]


class Steps:
    """A measurement of three steps."""

    __name__ = "probes.measurements.loss_curve"

    @staticmethod
    def measure(training):
        return ({"loss": training.step()} for _ in range(3))


def test_a_number_of_steps_is_of_a_class():
    assert [stages.of_class(steps, (150, 300, 600)) for steps in (10, 150, 299.9, 300, 10**9)] == [150, 150, 150, 300, 600]


@pytest.mark.skipif(not processor_wait.TIMES.exists(), reason="the system does not tell")
def test_a_process_that_shares_its_processor_is_kept_waiting():
    """For half of the time; longer where others work as well."""
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", SHARED], cwd=root, capture_output=True, text=True, check=True)
    assert float(told.stdout) > 0.1


def test_where_the_system_does_not_tell_nobody_waits(monkeypatch, tmp_path):
    monkeypatch.setattr(processor_wait, "TIMES", tmp_path / "none")
    assert processor_wait.kept_waiting() == 0
