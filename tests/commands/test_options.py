"""Options of diagnose: thresholds, which rules are looked for, and what a project keeps in its pyproject.toml."""

import json

import pytest

from advisor.commands.options import Options, of_command_line
from advisor.commands.project_options import options_near
from advisor.curves import example, fall, rise
from advisor.errors import AdvisorError
from advisor.judging import engine, rules
from advisor.judging.engine import LEFT_OUT
from advisor.judging.settings import Settings
from tests.commands.command_line import SICK, WELL, advisor, log, refused

OVERFITTING = dict(train_loss=fall(end=0.2, rate=9), val_loss=fall(end=0.6) + rise(0.5, after=0.4))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No pyproject.toml but the test's own."""
    monkeypatch.chdir(tmp_path)


def problems(settings, curves=OVERFITTING):
    return {finding.problem for finding in engine.diagnose(example(curves), settings=settings).findings}


@pytest.mark.parametrize("climb, found", [(0.1, True), (50.0, False)])
def test_a_threshold_decides(climb, found):
    assert ("overfitting" in problems(Settings({"overfitting": {"climb": climb}}))) == found


def test_what_is_left_out_is_not_looked_for_and_said_so():
    report = engine.diagnose(example(OVERFITTING), settings=Settings(ignore=("overfitting",)))
    assert not report.findings and report.skipped["overfitting"] == LEFT_OUT and report.verdict == "healthy"
    chosen = engine.diagnose(example(OVERFITTING), settings=Settings(select=("overfitting",)))
    assert {f.problem for f in chosen.findings} == {"overfitting"} and not chosen.passed


@pytest.mark.parametrize(
    "settings, curves, verdict",
    [
        (Settings(select=("overfitting",)), dict(train_loss=fall(), val_loss=fall()), "healthy"),
        (Settings(select=("overfitting",)), dict(train_loss=fall()), "cannot-tell"),
        (Settings(ignore=("exploding-loss",)), dict(train_loss=fall()), "healthy"),
        (Settings(ignore=("exploding-loss",)), dict(val_loss=fall()), "cannot-tell"),
    ],
)
def test_a_run_is_well_if_what_was_asked_for_was_looked_at(settings, curves, verdict):
    report = engine.diagnose(example(curves), settings=settings)
    assert report.verdict == verdict and ("was logged" in report.reason) == (verdict == "cannot-tell")


def test_a_cause_that_is_ignored_is_not_weighed():
    every = engine.diagnose(example(OVERFITTING)).findings[0].causes
    fewer = engine.diagnose(example(OVERFITTING), settings=Settings(ignore=(every[0].cause,))).findings[0].causes
    assert fewer and every[0].cause not in [cause.cause for cause in fewer]


@pytest.mark.parametrize("rule", rules.problems(), ids=lambda rule: rule.name)
def test_every_threshold_can_be_set(rule):
    for name, default in rule.thresholds.items():
        said = of_command_line([f"{rule.name}.{name}={default}"], (), (), (), None, None)
        assert said.settings.thresholds == {rule.name: {name: default}}


@pytest.mark.parametrize(
    "option, said",
    [
        ("--set=overfiting.climb=1", "there is no problem 'overfiting'. Did you mean overfitting?"),
        ("--set=overfitting.clim=1", "overfitting has no threshold 'clim'. Did you mean climb? It has climb = 0.06, patience"),
        ("--set=overfitting.climb=much", "overfitting.climb wants a number, but got 'much'"),
        ("--set=overfitting.climb=nan", "overfitting.climb wants a number, but got 'nan'"),
        ("--set=overfitting.climb", "--set overfitting.climb=0.1, but got 'overfitting.climb'"),
        ("--set=climb=1", "PROBLEM.THRESHOLD"),
        ("--set=out-of-memory.x=1", "It has none."),
        ("--select=overfiting", "--select: there is no problem 'overfiting'. Did you mean overfitting?"),
        ("--select=learning-rate-too-high", "--select: there is no problem 'learning-rate-too-high'"),
        (
            "--ignore=learning-rate-to-high",
            "--ignore: there is no problem or cause 'learning-rate-to-high'. Did you mean learning-rate-too-high?",
        ),
        ("--address=tcp://127.0.0.1:1", "say which kind, --backend dask or --backend ray"),
    ],
)
def test_options_that_cannot_be(tmp_path, option, said):
    log(tmp_path / "run", WELL)
    refused(advisor("diagnose", tmp_path, option), said)


def test_options_reach_the_runs_wherever_they_are_judged(tmp_path):
    for i in range(3):
        log(tmp_path / f"{i}", SICK)
    for jobs in (1, 2):
        given = ["--json", "--jobs", jobs, "--set", "overfitting.climb=50", "--ignore", "loss-plateau, underfitting"]
        for report in json.loads(advisor("diagnose", tmp_path, *given).stdout)["reports"]:
            assert "overfitting" in report["passed"] and report["skipped"]["loss-plateau"] == report["skipped"]["underfitting"] == LEFT_OUT


TABLE = """
[tool.advisor]
select = ["overfitting", "exploding-loss"]
ignore = ["exploding-loss"]
fail-on = "warning"
jobs = 2
task = "fine_tuning"
tag = { train_loss = "Loss/train" }

[tool.advisor.set]
overfitting.climb = 0.5
"overfitting.patience" = 0.2
"""


def test_a_project_keeps_its_options(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(TABLE)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (below / "pyproject.toml").write_text("this is not even TOML, but nothing of ours")
    set = {("overfitting", "climb"): 0.5, ("overfitting", "patience"): 0.2}
    tag = {"train_loss": "Loss/train"}
    assert options_near(below) == Options(set, ("overfitting", "exploding-loss"), ("exploding-loss",), tag, "warning", 2, "fine-tuning")


def test_the_command_line_wins_over_the_project(tmp_path):
    log(tmp_path / "run", SICK)
    assert advisor("diagnose", "run").exit_code == 0
    (tmp_path / "pyproject.toml").write_text('[tool.advisor]\nfail-on = "warning"\nset = { "overfitting.climb" = 50 }')
    assert advisor("diagnose", "run").exit_code == 0
    assert advisor("diagnose", "run", "--set", "overfitting.climb=0.1").exit_code == 1
    assert advisor("diagnose", "run", "--set", "overfitting.climb=0.1", "--fail-on", "error").exit_code == 0


def test_the_task_is_the_users_word_for_all_runs(tmp_path):
    log(tmp_path / "a", WELL)
    log(tmp_path / "b", SICK)

    def asked(*options):
        return [(r["run"]["task"], r["verdict"]) for r in json.loads(advisor("diagnose", tmp_path, "--json", *options).stdout)["reports"]]

    assert asked() == [("supervised", "healthy"), ("supervised", "problem")]
    for jobs in (1, 2):
        assert asked("--task", "Reinforcement learning", "--jobs", jobs) == [("reinforcement-learning", "cannot-tell")] * 2
    (tmp_path / "pyproject.toml").write_text('[tool.advisor]\ntask = "gan"')
    assert asked() == [("gan", "cannot-tell")] * 2 and asked("--task", "supervised")[1] == ("supervised", "problem")
    refused(advisor("diagnose", tmp_path, "--task", "reinforcement"), "--task", "Did you mean reinforcement-learning?")


@pytest.mark.parametrize(
    "line, said",
    [
        ("selct = []", "there is no option 'selct'. Did you mean select?"),
        ("select = 'overfitting'", "select wants a list of names, but got 'overfitting'"),
        ("select = [1]", "select wants a list of names, but got [1]"),
        ("ignore = ['overfiting']", "ignore: there is no problem or cause 'overfiting'. Did you mean overfitting?"),
        ("jobs = 0", "jobs wants a whole number from 1 on, but got 0"),
        ("jobs = true", "jobs wants a whole number from 1 on, but got True"),
        ("fail-on = 'often'", "fail-on wants one of error, warning, note, but got 'often'"),
        ("set = { overfitting = 1 }", "set wants PROBLEM.THRESHOLD, as in overfitting.climb, but got 'overfitting'"),
        ("set = { 'overfitting.climb' = true }", "overfitting.climb wants a number, but got True"),
        ("set = { overfitting.climb = [1] }", "overfitting.climb wants a number, but got [1]"),
        ("tag = { tran_loss = 'x' }", "tag: there is no signal 'tran_loss'. Did you mean train_loss?"),
        ("tag = { train_loss = 1 }", "tag wants a table of names and values"),
        ("task = 'fine-tunning'", "task: there is no task 'fine-tunning'. Did you mean fine-tuning?"),
        ("task = 1", "task wants the name of a task, but got 1"),
        ("jobs = ", "could not be understood"),
    ],
)
def test_faults_of_a_project_are_told_with_their_file(tmp_path, line, said):
    log(tmp_path / "run", WELL)
    (tmp_path / "pyproject.toml").write_text(f"[tool.advisor]\n{line}\n")
    refused(advisor("diagnose", "run"), str(tmp_path / "pyproject.toml"), said)
    with pytest.raises(AdvisorError):
        options_near(tmp_path)
