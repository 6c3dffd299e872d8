"""What a newcomer meets: a demonstration that is what it says, and what the program can do here."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import advisor
from advisor.commands import doctor
from advisor.commands.cli import app
from advisor.judging import rules

ROOT = Path(__file__).parents[2]


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_the_demonstration_has_three_sick_runs_and_a_healthy_one(tmp_path):
    result = run("demo", tmp_path / "demo")
    assert result.exit_code == 0 and result.stdout.count("✗") == 3 and result.stdout.count("✓") == 1
    reports = {r.run.name: r for r in advisor.diagnose(tmp_path / "demo", alone=True)}
    assert reports["healthy"].verdict == "healthy" and reports["overfitting"].findings[0].problem == "overfitting"
    rates = {name: reports[name].first_change for name in ("rate-too-high", "rate-too-low")}
    assert rates["rate-too-high"].to < 3.0 and rates["rate-too-low"].to > 1e-4
    again = run("demo", tmp_path / "demo")
    assert again.exit_code == 2 and "is no empty folder" in again.stderr and not again.stdout


def test_the_doctor_tells_what_is_here(monkeypatch):
    monkeypatch.chdir(ROOT / "sample_runs" / "overfitting")
    monkeypatch.setenv("COLUMNS", "100")
    said = run("doctor").stdout
    assert advisor.__version__ in said and "1 folder with logs: runs" in said and "tensorboard" in said
    assert {rule.name for rule in rules.problems()} <= {word.rstrip(",") for word in said.split()}


def test_the_doctor_where_nothing_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    result = run("doctor")
    assert result.exit_code == 0 and "there are no training logs" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    "requires, extras",
    [
        (['numpy>=1 ; extra == "a"', 'no-such-package; extra == "b"', "numpy>=1", 'torch; extra == "dev"'], {"a": True, "b": False}),
        (["fsspec[http]>=2024.6; extra == 'http'"], {"http": bool(doctor.installed("fsspec"))}),
        ([], {}),
    ],
)
def test_an_extra_is_there_where_all_it_asks_for_is(monkeypatch, requires, extras):
    monkeypatch.setattr(doctor, "required", lambda: requires)
    assert {name: said == "installed" for name, said in doctor.extras()} == extras
