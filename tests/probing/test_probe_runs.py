"""`advisor probe` from end to end on the sample model: what it suggests, within what limits, and what it leaves behind."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import advisor
from advisor.errors import AdvisorError
from probes.measurements import peak_memory
from probes.outcome import NOT_ASKED
from probes.probing import run_directory, runner, summary
from probes.probing.scope import Part, Scope, scope_from_options, seconds, size
from probes.probing.session import Session
from probes.process.allowance import Allowance

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "model.py"

pytestmark = pytest.mark.usefixtures("all_forked")


def of_itself(outcome):
    """Its notes, without the one on a busy machine."""
    return [note for note in outcome.notes if not note.startswith("The machine was busy")]


@pytest.fixture(scope="module")
def sample(tmp_path_factory, all_forked):
    torch = pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("user")
    shutil.copy(SAMPLE, folder / "model.py")
    seen, before = [], (random.getstate(), torch.get_rng_state().tolist())
    scope = Scope(steps=2400, planned=500)
    outcome = runner.probe(folder / "model.py", out=folder / "runs" / "probe", scope=scope, progress=lambda *a: seen.append(a))
    assert (random.getstate(), torch.get_rng_state().tolist()) == before
    return SimpleNamespace(folder=folder, outcome=outcome, progress=seen)


def test_the_run_directory_is_one_tensorboard_reads(sample):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = EventAccumulator(str(sample.outcome.run)).Reload()
    tags = set(log.Tags()["scalars"])
    assert {"train/loss", "train/lr", "train/grad_norm", "val/loss", "lr_range_test/loss", "gradient_noise_scale/noise_scale"} <= tags
    assert {"peak_memory/peak_bytes", "throughput/samples_per_second", "rate_race/after", "sanity/loss"} <= tags
    assert [e.step for e in log.Scalars("throughput/step_time")][:3] == [2, 4, 8]
    assert len(log.Scalars("val/loss")) >= 3 and len(log.Scalars("train/loss")) >= 30
    assert sorted(p.name for p in sample.folder.iterdir()) == ["model.py", "runs"]


def test_the_suggestion_trains_and_is_told(sample):
    outcome, s = sample.outcome, sample.outcome.suggestion
    assert 5e-4 < s.lr.low <= s.lr.value <= s.lr.high < 0.1 and "500 steps" in s.lr.reason
    assert 8 <= s.batch_size.low <= s.batch_size.value <= s.batch_size.high <= 1438 and s.batch_size.value <= 143
    assert not of_itself(outcome) and 900 < outcome.cost.steps <= 2400 and s.precision in ("fp32", "bf16")
    curve = outcome.tables["loss_curve"]
    assert curve.val_loss[-1] < 0.5 * curve.val_loss[0]
    text, found = summary.as_text(outcome), summary.as_json(outcome, [])
    assert "in place of 0.001 where AdamW is made" in text and "against batch size" in text and str(outcome.run) in text
    assert json.loads(json.dumps(found))["suggestion"]["batch_size"]["value"] == int(s.batch_size.value)
    assert len(text.splitlines()) < 55 and sample.progress[-1][1] == sample.progress[-1][2]


def test_what_was_probed_is_diagnosed_without_its_end(sample):
    [report] = advisor.diagnose(sample.outcome.run)
    assert report.verdict == "healthy" and report.run.hparams["batch_size"] == sample.outcome.suggestion.batch_size.value
    assert "cut this training short" in report.skipped["slow-convergence"] and "wrong-initial-loss" in report.passed
    assert not report.run.restarts and not [note for note in report.run.notes if "again" in note]


def raced(**limits):
    return dict(runner.EVERYTHING.__dict__, only=Part.lr, **limits)


def test_the_same_seed_gives_the_same_answer_and_one_part_is_run_alone(tmp_path):
    outcomes = [runner.probe(SAMPLE, out=tmp_path / str(i), scope=Scope(**raced(steps=500))) for i in range(2)]
    first, second = (o.suggestion for o in outcomes)
    assert first.lr == second.lr and first.lr.value > 0 and first.batch_size is NOT_ASKED
    assert {"lr_range_test", "rate_race"} <= set(outcomes[0].tables) <= {"lr_range_test", "rate_race", "paired_trainings"}
    assert (first.lr.compared is None) == ("paired_trainings" not in outcomes[0].tables)
    assert "batch size" not in summary.as_text(outcomes[0])


def test_too_few_steps_for_a_race_leave_the_range_test(tmp_path):
    outcome = runner.probe(SAMPLE, out=tmp_path / "run", scope=Scope(**raced(steps=120)))
    assert "quick: a tenth" in outcome.suggestion.lr.reason and outcome.cost.steps <= 120
    assert outcome.suggestion.lr.value == 1e-3 and "was not tried beside it" in outcome.suggestion.lr.reason
    assert any("so none was run" in note for note in outcome.notes)


def test_time_ends_it_with_what_is_known(tmp_path):
    begin = time.perf_counter()
    try:
        outcome = runner.probe(SAMPLE, out=tmp_path / "run", scope=Scope(seconds=6))
    except AdvisorError as late:  # the machine is too busy to start it in that time, which is told
        assert "to get to its first steps" in str(late) and "allow more" in str(late)
        return
    assert time.perf_counter() - begin < 40  # starting and ending processes is not counted, nor the machine's other work
    assert any("cut short" in note or "none was run" in note for note in outcome.notes)
    assert outcome.suggestion.lr.value is None or outcome.suggestion.lr.value > 0


def test_a_memory_budget_sets_the_largest_batch(tmp_path):
    budget = 1_500_000
    outcome = runner.probe(SAMPLE, out=tmp_path / "run", scope=Scope(only=Part.memory, memory=budget))
    table = outcome.tables["peak_memory"]
    largest, bound = peak_memory.largest(table)
    assert bound and 64 < largest < 1438 and table.limit_bytes[0] == budget
    assert "1.43 MiB" in summary.as_text(outcome)


def test_ctrl_c_keeps_what_is_known(tmp_path):
    def stop(title, done, total):
        if title == "memory":
            raise KeyboardInterrupt

    outcome = runner.probe(SAMPLE, out=tmp_path / "run", scope=Scope(steps=1500), progress=stop)
    assert "Interrupted" in outcome.notes[0] and outcome.suggestion.lr.value > 0 and outcome.suggestion.batch_size.value is None
    assert "cannot tell" in summary.as_text(outcome)
    assert {"gradient_noise_scale", "lr_range_test"} <= set(outcome.tables) and "peak_memory" not in outcome.tables
    assert "lr_range_test/loss" in advisor.read(outcome.run)[0].scalars


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    "number, status",
    [(signal.SIGTERM, 143), *(pytest.param(*case, marks=pytest.mark.stress) for case in ((signal.SIGINT, 130), (signal.SIGHUP, 129)))],
)
def test_a_signal_prints_what_is_known(tmp_path, number, status):
    def heard():  # whatever started these tests may ignore it, as nohup does
        signal.signal(number, signal.SIG_DFL)

    command = [sys.executable, "-m", "advisor", "probe", str(SAMPLE), "--out", str(tmp_path / "run")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=SAMPLE.parent.parent, preexec_fn=heard
    )
    while not list(tmp_path.glob("run/*tfevents*")) and process.poll() is None:
        time.sleep(0.1)
    time.sleep(1)  # far from done: memory alone takes processes of its own
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status and "Traceback" not in err
    assert "! Interrupted" in out


def test_what_was_missed_for_the_same_reason_is_one_sentence_and_trials_too_slow_to_start_are_left_out(tmp_path):
    training = SimpleNamespace(starting=9.0)
    session = Session(training, None, Scope(seconds=60), Allowance(seconds=60), lambda *_: None)
    for title in ("memory", "throughput", "a first look"):
        session.note_missed(title, "was cut short, for its time was over")
    assert session.notes == ["Measuring memory, throughput and a first look was cut short, for its time was over."]
    assert "each takes 9 s to start" in session.too_slow_to_start(Part.memory)
    for scope in (Scope(seconds=600), Scope(), Scope(only=Part.memory, seconds=5)):
        assert Session(training, None, scope, Allowance(), lambda *_: None).too_slow_to_start(Part.memory) is None


def test_a_measurement_that_breaks_off_costs_a_sentence(tmp_path, monkeypatch):
    before = peak_memory.measure

    def breaks(training, **options):
        yield next(before(training, **options))
        raise MemoryError

    monkeypatch.setattr(peak_memory, "measure", breaks)
    outcome = runner.probe(SAMPLE, out=tmp_path / "run", scope=Scope(only=Part.memory))
    assert of_itself(outcome) == ["Measuring memory broke off: memory ran out."]
    assert advisor.read(outcome.run)[0].scalars["peak_memory/failed"].values.tolist() == [1.0]


def test_a_crash_costs_a_row_and_the_rest_goes_on(tmp_path):
    """A model that kills its process at a batch of 16 and more."""
    crashing = tmp_path / "crashing.py"
    crash = "\nimport os, signal\nclass Net(nn.Linear):\n    def forward(self, x):\n"
    crash += "        if len(x) >= 16 and self.training: os.kill(os.getpid(), signal.SIGSEGV)\n        return super().forward(x)\n"
    crashing.write_text(SAMPLE.read_text() + crash + "def model(): return Net(64, 10)\nbatch_size = 8\n")
    outcome = runner.probe(crashing, out=tmp_path / "run", scope=Scope(only=Part.throughput))
    assert outcome.tables["throughput"].batch_size.max() == 8
    assert any("crashed (SIGSEGV)" in note for note in outcome.notes)


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(AdvisorError, match="writes over nothing"):
        runner.probe(SAMPLE, out=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_two_that_begin_in_one_second_log_apart_and_leave_no_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "strftime", lambda _: "20260101-000000")
    with run_directory.new_folder(None, Path("model.py")) as first, run_directory.new_folder(None, Path("model.py")) as second:
        assert (first.name, second.name) == ("probe-model-20260101-000000", "probe-model-20260101-000000-2") and second.is_dir()
        (second / "log").touch()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [second.name]
    with (
        run_directory.new_folder(second, Path("model.py"), "run") as third,
        run_directory.new_folder(tmp_path / "x" / "y", Path("m.py")) as y,
    ):
        assert third.name == f"{second.name}-2" and y == tmp_path / "x" / "y"
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.parametrize("text, value", [("90", 90), ("90s", 90), ("2min", 120), ("1.5 h", 5400), ("500ms", 0.5)])
def test_times_as_people_write_them(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text, value", [("8GB", 8e9), ("500 MiB", 500 * 2**20), ("1e9", 1e9), ("2kb", 2000)])
def test_sizes_as_people_write_them(text, value):
    assert size(text) == value


@pytest.mark.parametrize("text", ["", "soon", "-3s", "1e400", "3 parsecs", "0"])
def test_what_is_no_time_or_size_is_refused(text):
    for of in (seconds, size):
        with pytest.raises(AdvisorError, match="is not a"):
            of(text)


def test_what_is_no_part_is_refused():
    with pytest.raises(AdvisorError, match="the parts are sanity, noise, memory, throughput, lr"):
        scope_from_options("rate", "constant", None, False, None, None, None, 0)
    with pytest.raises(AdvisorError, match="the schedules are constant, linear, cosine"):
        scope_from_options(None, "cosinus", None, False, None, None, None, 0)
