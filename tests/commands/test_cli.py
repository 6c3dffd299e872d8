"""The commands on bad input: one clear sentence on standard error, the right status, no traceback, nothing written."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import advisor as package
from advisor.commands.cli import app
from advisor.curves import flat
from advisor.judging import engine, rules
from tests.commands.command_line import HOSTILE, SICK, WELL, advisor, log, refused, tree

ROOT = Path(__file__).parents[2]


def test_missing_folder(tmp_path, monkeypatch):
    log(tmp_path / "runs" / "exp7", WELL)
    monkeypatch.chdir(tmp_path)
    refused(advisor("diagnose", "rusn"), "rusn", "did you mean runs")
    refused(advisor("diagnose", "runs/exp8"), "did you mean runs/exp7")


def test_folder_without_logs(tmp_path):
    (tmp_path / "notes.md").write_text("nothing logged yet")
    before = tree(tmp_path)
    refused(advisor("diagnose", tmp_path), "tfevents", "notes.md")
    assert tree(tmp_path) == before


def test_empty_event_file(tmp_path):
    (tmp_path / "events.out.tfevents.1.host").touch()
    before = tree(tmp_path)
    refused(advisor("diagnose", tmp_path), "is empty")
    assert tree(tmp_path) == before


def test_event_file_of_garbage(tmp_path):
    (tmp_path / "events.out.tfevents.1.host").write_bytes(np.random.default_rng(0).bytes(5000))
    refused(advisor("diagnose", tmp_path), "no whole record in its 5000 bytes")


@pytest.mark.parametrize(
    "damage, said",
    [(lambda data: data[:-9], "cut"), (lambda data: data[:3000] + bytes(100) + data[3100:], "damaged")],
    ids=["truncated", "corrupt"],
)
def test_damaged_event_file_is_used_as_far_as_it_is_whole(tmp_path, damage, said):
    file = log(tmp_path, SICK)
    file.write_bytes(damage(file.read_bytes()))
    before = tree(tmp_path)
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and "overfitting" in result.stdout and said in result.stdout
    assert tree(tmp_path) == before


def test_three_points(tmp_path):
    log(tmp_path, {"Loss/train": [2.3, 2.2, 2.1]})
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and not result.stderr
    assert "Cannot tell" in result.stdout and "3 finite points; 10 are needed" in result.stdout
    assert advisor("diagnose", tmp_path, "--fail-on", "note").exit_code == 0


def test_all_nan(tmp_path):
    log(tmp_path, {"Loss/train": [np.nan] * 50})
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and "exploding-loss" in result.stdout and "NaN" in result.stdout


def test_no_loss_among_the_tags(tmp_path):
    log(tmp_path, {"objective_7": SICK["Loss/train"], "quux": flat(1)})
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0
    for said in ("objective_7", "quux", "--tag train_loss="):
        assert said in result.stdout
    assert advisor("diagnose", tmp_path, "--tag", "train_loss=objective_7").exit_code == 0


@pytest.mark.parametrize("tag", ["train_loss", "=x", "train_loss=", "tran_loss=obj", "train_loss=no_such_tag"])
def test_bad_tag(tmp_path, tag):
    log(tmp_path, WELL)
    refused(
        advisor("diagnose", tmp_path, "--tag", tag), {"tran_loss=obj": "train_loss", "train_loss=no_such_tag": "Loss/train"}.get(tag, tag)
    )


def test_hostile_names(tmp_path):
    log(tmp_path / "[red]x[/]", {f"{HOSTILE}train/loss": SICK["Loss/train"], f"{HOSTILE}val/loss": SICK["Loss/test"], HOSTILE: flat(1)})
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and not re.search("[\x1b\u202e\x07]", result.output)
    assert "[red]x[/]" in result.stdout
    json.loads(advisor("diagnose", tmp_path, "--json").stdout)


def test_a_run_that_cannot_be_diagnosed_does_not_stop_the_others(tmp_path, monkeypatch):
    log(tmp_path / "a", WELL)
    log(tmp_path / "b", WELL)
    monkeypatch.delenv("ADVISOR_FAULTS")
    judged = engine.judged
    monkeypatch.setattr(engine, "judged", lambda run, *how: 1 / 0 if run.path.name == "a" else judged(run, *how))
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and "Nothing wrong" in result.stdout
    assert f"? {tmp_path / 'a'}" in result.stdout and "ZeroDivisionError" in result.stdout
    monkeypatch.setattr(engine, "judged", lambda run, *how: 1 / 0)
    assert advisor("diagnose", tmp_path).exit_code == 2


def test_verbose_shows_the_traceback(tmp_path):
    result = CliRunner().invoke(app, ["diagnose", str(tmp_path / "nowhere"), "--verbose"])
    assert result.exit_code == 2 and "Traceback" in result.stderr


@pytest.mark.parametrize("level, status", [("error", 0), ("warning", 1), ("note", 1)])
def test_fail_on(tmp_path, level, status):
    log(tmp_path, SICK)
    assert advisor("diagnose", tmp_path).exit_code == 0
    assert advisor("diagnose", tmp_path, "--fail-on", level).exit_code == status


def test_fail_on_passes_a_healthy_run(tmp_path):
    log(tmp_path, WELL)
    assert advisor("diagnose", tmp_path, "--fail-on", "warning").exit_code == 0


@pytest.mark.parametrize(
    "arguments", [["--bogus"], ["diagnose", "--bogus"], ["diagnose", "a", "b"], ["diagnose", "--fail-on", "often"], ["diagnos"]]
)
def test_bad_usage(arguments):
    result = advisor(*arguments)
    assert result.exit_code == 2 and not result.stdout and "Usage" in result.stderr


def test_json_is_one_object_for_one_run_and_for_many(tmp_path):
    log(tmp_path / "a", WELL)
    assert len(json.loads(advisor("diagnose", tmp_path, "--json").stdout)["reports"]) == 1
    log(tmp_path / "b", SICK)
    message = json.loads(advisor("diagnose", tmp_path, "--json", "--alone").stdout)
    assert message["schema"] == 1 and [r["verdict"] for r in message["reports"]] == ["healthy", "problem"]


def test_many_runs_in_a_table(tmp_path):
    for i in range(6):
        log(tmp_path / f"run{i}", SICK if i == 4 else WELL)
    result = advisor("diagnose", tmp_path)
    assert set(re.findall(r"run\d", result.stdout)) == {"run4"} and "5 healthy" in result.stdout
    assert f"advisor diagnose {tmp_path / 'run4'}" in result.stdout
    framed = re.compile("─ (Change first|Most likely to help) ─")
    assert not framed.search(result.stdout) and framed.search(advisor("diagnose", tmp_path, "--verbose").stdout)


@pytest.mark.parametrize("place", ["runs", "logs/today", "project/lightning_logs/version_0", "."])
def test_the_nearest_logs_are_found(tmp_path, monkeypatch, place):
    log(tmp_path / place, WELL)
    (tmp_path / "mlruns").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "Nothing wrong" in advisor("diagnose").stdout


def test_no_logs_near(tmp_path, monkeypatch):
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    refused(advisor("diagnose"), "no training logs below", "lightning_logs", "advisor diagnose RUN_DIR")


def test_explain():
    catalogue = advisor("explain").stdout
    for rule in [*rules.problems(), *rules.causes()]:
        assert rule.name in catalogue
        entry = advisor("explain", rule.name).stdout
        assert all(title in entry for title in [*rule.module.BAD, *rule.module.GOOD])
    refused(advisor("explain", "overfiting"), "overfitting")


def test_probe_of_a_missing_file(tmp_path):
    pytest.importorskip("torch")
    refused(advisor("probe", tmp_path / "model.py"), "model.py")


def test_probe_without_torch(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    refused(advisor("probe", tmp_path / "model.py"), "PyTorch", "pip install torch")


def run(*arguments, **settings):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, encoding=settings.pop("encoding", "utf-8"), **settings
    )


LOADED = (
    "import sys; from advisor.commands.cli import app\n"
    "try: app(sys.argv[1:])\nexcept SystemExit: print('LOADED', *sys.modules, file=sys.stderr)"
)


@pytest.mark.parametrize("arguments", [["diagnose"], ["diagnose", "--json"], ["explain", "overfitting"], ["--help"]], ids=" ".join)
def test_nothing_heavy_is_imported(tmp_path, arguments):
    log(tmp_path, SICK)
    given = [arguments[0], str(tmp_path), *arguments[1:]] if arguments[0] == "diagnose" else arguments
    loaded = set(run("-c", LOADED, *given).stderr.partition("LOADED")[2].split())
    assert "typer" in loaded
    assert loaded.isdisjoint({"torch", "pandas", "sklearn", "scipy", "tensorflow", "jinja2", "joblib"})
    assert arguments[0] == "explain" or "pydantic" not in loaded


def test_closed_pipe_and_version(tmp_path):
    log(tmp_path, SICK)
    command = f"{sys.executable} -m advisor diagnose {tmp_path} --verbose | true"
    assert not subprocess.run(command, shell=True, capture_output=True, cwd=ROOT).stderr
    assert package.__version__ in run("-m", "advisor", "--version").stdout


def test_an_encoding_without_braille_is_no_failure(tmp_path):
    log(tmp_path, SICK)
    result = run("-m", "advisor", "diagnose", str(tmp_path), env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0 and "overfitting" in result.stdout


def test_numbers_that_overflow_are_no_warnings_of_python(tmp_path):
    rows = "\n".join(f"{i},{0.5 + i % 2}e308" for i in range(50))
    for i in range(34):  # enough for other processes
        (tmp_path / f"{i}").mkdir()
        (tmp_path / f"{i}" / "metrics.csv").write_text(f"step,train_loss\n{rows}\n")
    for place in (tmp_path / "0", tmp_path):
        result = run("-m", "advisor", "diagnose", str(place), "--jobs", "2")
        assert result.returncode == 0 and not result.stderr


def test_interrupt_is_quiet(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("advisor.reading.folders.folder_groups.group_folders", interrupted)
    result = advisor("diagnose", ROOT)
    assert result.exit_code == 130 and not result.stderr


def test_python_api(tmp_path):
    log(tmp_path, SICK)
    [report] = package.diagnose(tmp_path)
    [same] = package.diagnose(package.read(tmp_path))
    curve = report.run.scalars["Loss/train"]
    assert report.findings == same.findings
    assert (curve.steps.dtype, curve.values.dtype) == (np.int64, np.float64)
    with pytest.raises(AttributeError):
        _ = package.nothing
