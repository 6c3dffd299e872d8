"""A probe that goes on where an earlier one ended: what was measured is taken over, and all the time is for the learning rate."""

from pathlib import Path

import numpy as np
import pytest

from advisor.errors import AdvisorError
from probes.measurements import lr_range_test, rate_race
from probes.probing import stages
from probes.probing.earlier import earlier_run, need_same, rows_of
from probes.probing.run_directory import RunDirectory
from probes.probing.scope import Part, Scope, scope_from_options
from probes.probing.session import Session
from probes.process.allowance import Allowance
from tests.commands.command_line import advisor
from tests.measurements.known_trainings import Drifting

TODAY = {"lr": 0.01, "optimizer": "SGD", "batch_size": 8}
AT = {"batch_size": 8, "accumulation_steps": 1}


def session(folder, earlier=None, **scope):
    training = Drifting(0.1, noise=0.02, edge=0.5)
    return Session(training, RunDirectory(folder), Scope(planned=300, **scope), Allowance(), lambda *_: None, earlier)


@pytest.fixture
def before(tmp_path):
    """A probe of train.py that raced 150 steps."""
    first = session(tmp_path / "runs" / "probe-train-1", steps=600)
    found = stages.learning_rate(first, AT, TODAY)
    first.log.describe(TODAY)
    first.log.close()
    return first, found


def test_what_was_measured_is_read_back_as_it_was(before, tmp_path):
    first, _ = before
    run = earlier_run(Path("train.py"), tmp_path / "runs")
    rows = rows_of(run)
    assert rows.keys() == first.log.rows.keys() == {"rate_race", "lr_range_test"}
    for name, of in rows.items():
        for row, told in zip(first.log.rows[name], of, strict=True):
            assert told == pytest.approx(row, rel=1e-6, nan_ok=True)


def test_it_goes_on_with_a_longer_race_or_the_one_there_was(before, tmp_path):
    first, found = before
    rows = rows_of(earlier_run(Path("train.py"), tmp_path / "runs"))
    same, longer = session(tmp_path / "a", dict(rows), steps=330, more=True), session(tmp_path / "b", dict(rows), steps=2000, more=True)
    assert stages.learning_rate(same, AT, TODAY).value == pytest.approx(found.value) and same.training.taken < 20
    again = stages.learning_rate(longer, AT, TODAY)
    once, twice = (it.table(rate_race).steps.sum() for it in (first, longer))
    assert twice > 1.9 * once and again.value == pytest.approx(found.value, rel=0.5)
    assert np.array_equal(longer.table(lr_range_test).lr, same.table(lr_range_test).lr)
    assert longer.scope.share(Part.lr) == 1


def test_one_needs_the_other(before, tmp_path):
    run = earlier_run(Path("train.py"), tmp_path / "runs")
    with pytest.raises(AdvisorError, match="of another training: it had SGD, this one has Adam"):
        need_same(run, {"optimizer": "Adam"})
    need_same(run, TODAY)
    with pytest.raises(AdvisorError, match=r"there is none of other\.py in runs"):
        earlier_run(Path("other.py"))


def test_words_on_the_command_line(tmp_path, monkeypatch):
    assert scope_from_options(None, None, None, False, None, None, None, 0, "5min").seconds == 300
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text("def model(): ...\ndef dataset(): ...\ndef loss(output, target): ...\n")
    wrong = {("--more", "5min", "--budget", "1min"): "leave --budget out", ("--more", "soon"): "--more 'soon' is not a time"}
    for words, told in wrong.items():
        said = advisor("probe", "model.py", *words)
        assert said.exit_code == 2 and told in said.stderr and "Traceback" not in said.stderr
    assert "probe it without --more first" in advisor("probe", "model.py", "--more", "5min").stderr
