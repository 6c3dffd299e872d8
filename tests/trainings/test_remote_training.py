"""A training in a process of its own: the same numbers as here, and whatever happens there is an exception here."""

import os
import signal
from pathlib import Path

import pytest

from advisor.errors import AdvisorError
from probes.probing.recipes import ModelFile
from probes.process.allowance import Allowance, SpentError
from probes.process.channel import EndedError, FailedError
from probes.process.remote_training import RemoteTraining
from probes.trainings import from_model_file, model_file

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "model.py"
STEPS = 4


@pytest.fixture(scope="module")
def training():
    made = RemoteTraining(ModelFile(SAMPLE))
    yield made
    made.close()


def few(training):
    with training.restored():
        return [training.step() for _ in range(STEPS)]


def test_it_trains_as_it_would_here(training):
    with model_file.imported(SAMPLE) as module:
        here = from_model_file.training_from(module, SAMPLE, 0)
        assert few(training) == few(here) == few(training)
        assert training.hparams == here.hparams


def test_settings_hold_within_the_block_that_restores(training):
    before = training.lr, training.batch_size
    with training.restored():
        training.lr, training.batch_size = 0.5, 7
        assert (training.lr, training.batch_size) == (0.5, 7)
    assert (training.lr, training.batch_size) == before


def test_what_is_raised_there_is_raised_here(training):
    with pytest.raises(FailedError) as told:
        training.ask("get", "no_such_setting")
    assert told.value.kind == "AttributeError"


def test_a_killed_process_is_one_exception_and_the_next_begins_anew(training):
    before = few(training)
    with pytest.raises(EndedError, match="killed"), training.restored():
        os.kill(training.process.pid, signal.SIGKILL)
        training.step()
    assert few(training) == before


def test_a_fresh_one_is_another_process_with_the_same_beginning(training, forked):
    before, taken = few(training), training.taken
    with training.fresh() as other:
        assert other.process.pid != training.process.pid
        assert few(other) == before
    assert other.process is None
    assert training.taken == taken + STEPS


def test_steps_beyond_the_allowance_are_not_taken(training):
    allowed, training.allowance = training.allowance, Allowance(steps=3)
    with pytest.raises(SpentError, match="its steps were taken"):
        few(training)
    assert training.taken == 3
    training.allowance = allowed


def test_what_the_model_file_prints_does_not_disturb(tmp_path, forked):
    loud = tmp_path / "loud.py"
    loud.write_text("print('hello')\nimport os\nos.write(1, b'x' * 100)\n" + SAMPLE.read_text())
    training = RemoteTraining(ModelFile(loud))
    assert len(few(training)) == STEPS
    training.close()


def test_a_broken_model_file_is_its_sentence(tmp_path, forked):
    broken = tmp_path / "broken.py"
    broken.write_text("1 / 0\n")
    with pytest.raises(AdvisorError, match="could not be imported: ZeroDivisionError"):
        RemoteTraining(ModelFile(broken))


def test_a_model_file_that_ends_its_process_is_a_sentence(tmp_path):
    ending = tmp_path / "ending.py"
    ending.write_text("import os\nos._exit(3)\n")
    with pytest.raises(EndedError, match="status 3"):
        RemoteTraining(ModelFile(ending))


SLOW = """
import time
import torch
from torch.utils.data import TensorDataset

def model(): return torch.nn.Linear(2, 1)
def dataset(): return TensorDataset(torch.randn(40, 2), torch.randn(40, 1))
def loss(output, target):
    time.sleep(0.5)
    return torch.nn.functional.mse_loss(output, target)

batch_size = 8
"""


def test_a_step_that_would_end_long_after_the_time_is_not_begun(tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text(SLOW)
    training = RemoteTraining(ModelFile(slow))
    training.step()
    training.allowance = Allowance(seconds=1.3)
    with pytest.raises(SpentError, match="its time was over"):
        for _ in range(9):
            training.step()
    assert training.taken <= 2 and training.allowance.elapsed < 1.3, "a third would end at one and a half"
    training.close()
