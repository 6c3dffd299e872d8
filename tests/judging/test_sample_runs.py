"""The sample runs, real trainings with known faults or none: the advisor says of each what its expected.toml asks."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from advisor import diagnose

SAMPLES = Path(__file__).parents[2] / "sample_runs"
EXPECTED = {path.parent.name: tomllib.loads(path.read_text()) for path in sorted(SAMPLES.glob("*/expected.toml"))}
HEALTHY = [name for name, expected in EXPECTED.items() if expected["verdict"] == "healthy"]
LOUD = ("error", "warning")
NEXT = 1.5  # times: what was measured lay on a grid, and a rate this near is the next of it


def with_key(key):
    return [name for name, expected in EXPECTED.items() if key in expected]


@pytest.fixture(scope="module")
def reports():
    """The report of each sample run by name, made when asked for."""
    known = {}

    def report(name):
        if name not in known:
            known[name] = only_report(SAMPLES / name)
        return known[name]

    return report


def only_report(folder):
    found = diagnose(folder)
    assert len(found) == 1, f"{folder.name} is one run, not {[str(r.run.path) for r in found]}"
    return found[0]


def loud(report):
    """Messages of the findings at warning or error, by problem."""
    return {f.problem: f.message for f in report.findings if f.level in LOUD}


def first_finding(report):
    return next(f for f in report.findings if f.level in LOUD)


@pytest.mark.parametrize("name", EXPECTED)
def test_verdict(name, reports):
    assert reports(name).verdict == EXPECTED[name]["verdict"], f"{EXPECTED[name]['about']} Found: {loud(reports(name))}"


@pytest.mark.parametrize("name", EXPECTED)
def test_problems_found(name, reports):
    found, expected = loud(reports(name)), EXPECTED[name]
    missed = [problem for problem in expected["must"] if problem not in found]
    assert not missed, f"missed {missed}: {expected['about']} Found: {found}"
    any_of = expected.get("must_any")
    assert not any_of or set(any_of) & set(found), f"found none of {any_of}: {expected['about']} Found: {found}"


@pytest.mark.parametrize("name", EXPECTED)
def test_no_false_alarm(name, reports):
    wrong = {problem: message for problem, message in loud(reports(name)).items() if problem in EXPECTED[name]["must_not"]}
    assert not wrong, EXPECTED[name]["about"]


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_run_raises_no_alarm_at_all(name, reports):
    assert not loud(reports(name)), EXPECTED[name]["about"]


@pytest.mark.parametrize("name", with_key("first_cause"))
def test_first_cause(name, reports):
    causes = [(c.cause, c.probability) for c in first_finding(reports(name)).causes]
    assert causes, f"no cause given for {first_finding(reports(name)).problem}"
    assert causes[0][0] in EXPECTED[name]["first_cause"], f"causes by probability: {causes}"


@pytest.mark.parametrize("name", with_key("first_change"))
def test_first_change(name, reports):
    change = reports(name).first_change
    assert change is not None, "no change was recommended"
    assert change.hparam in EXPECTED[name]["first_change"], f"recommended {change}"


@pytest.mark.parametrize("name", with_key("lr"))
def test_learning_rate_goes_the_right_way(name, reports):
    change, before = reports(name).first_change, rate_before(reports(name))
    if change.hparam != "lr":
        pytest.skip(f"another good change came first: {change.hparam}")
    after = rate_after(change, before)
    assert after < before if EXPECTED[name]["lr"] == "down" else after > before, f"{before:g} to {after:g}"


@pytest.mark.parametrize("name", with_key("lr_good"))
def test_recommended_learning_rate_is_one_that_was_measured_to_train(name, reports):
    change, (low, high) = reports(name).first_change, EXPECTED[name]["lr_good"]
    if change.hparam != "lr":
        pytest.skip(f"another good change came first: {change.hparam}")
    after = rate_after(change, rate_before(reports(name)))
    assert low / NEXT <= after <= high * NEXT, f"recommended {change}"


def rate_before(report):
    """The learning rate this run was given: its hyperparameter, or the highest that was logged."""
    rate = (report.run.signal("hparams") or {}).get("lr")
    return float(rate if rate is not None else report.run.signal("lr").finite().values.max())


def rate_after(change, before):
    return change.to if change.to is not None else before * change.by


def test_samples_tell_nothing_of_the_machine_that_made_them():
    home = str(Path.home()).encode()
    for file in SAMPLES.rglob("*"):
        if "tfevents" in file.name:
            assert file.name.split(".")[4] == "sample", f"{file} names its host"
        if file.is_file() and file.suffix not in (".py", ".pyc"):
            content = file.read_bytes()
            assert home not in content and b"site-packages/" not in content.replace(b'"site-packages/', b""), file


@pytest.mark.slow
def test_make_trains_a_run_again(tmp_path):
    pytest.importorskip("torch")
    copy = tmp_path / "sample_runs"
    shutil.copytree(SAMPLES, copy)
    before = {file: file.read_bytes() for file in copy.rglob("*tfevents*")}
    subprocess.run([sys.executable, copy / "make.py", "healthy-short"], check=True, timeout=300)
    after = {file: file.read_bytes() for file in copy.rglob("*tfevents*")}
    changed = {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}
    assert changed and {file.relative_to(copy).parts[0] for file in changed} == {"healthy-short"}
    assert only_report(copy / "healthy-short").verdict == EXPECTED["healthy-short"]["verdict"]
