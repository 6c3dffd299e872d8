"""A fault of ours is told wherever a report is shown, with the line that raises it again; one in the showing costs its own lines."""

import importlib
import json
import pkgutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import advisor
import advisor.render
from advisor.commands.cli import app
from advisor.finding import Report
from advisor.judging import rules
from advisor.render import json as as_json
from advisor.render.many import FEW, blocks_of
from advisor.render.terminal import terminal, written

SAMPLE = Path(__file__).parents[2] / "sample_runs" / "overfitting" / "runs"
# what hands over the whole of an answer, and what every number in it goes through
WHOLE = {
    "render",
    "pieces",
    "dumped",
    "as_dict",
    "strict",
    "blocks",
    "blocks_of",
    "Ranking",
    "lines_of",
    "written",
    "terminal",
    "put",
    "say",
    "_part",
    "_head",
}
MODULES = [importlib.import_module(f"advisor.render.{m.name}") for m in pkgutil.iter_modules(advisor.render.__path__)]
PARTS = [
    pytest.param(module, name, id=f"{module.__name__.rpartition('.')[2]}.{name}")
    for module in MODULES
    for name, part in vars(module).items()
    if callable(part) and getattr(part, "__module__", "") == module.__name__ and name not in WHOLE
]


def fails(*given, **named):
    raise RuntimeError("made up")


@pytest.fixture(scope="module")
def report():
    return advisor.diagnose(SAMPLE)[0]


@pytest.mark.parametrize("module, name", PARTS)
def test_a_part_that_cannot_be_shown_costs_its_lines(module, name, report: Report, monkeypatch):
    monkeypatch.delenv("ADVISOR_FAULTS")
    many = [report, *[replace(report, verdict="healthy", findings=())] * FEW]
    forms = ([report], False), ([report], True), (many, False)
    before = [written(terminal(), blocks_of(*form)) for form in forms] + [as_json.render([report])]
    part = getattr(module, name)
    for known in [m for key, m in sys.modules.items() if key.startswith("advisor.render.")]:
        for attribute in [a for a, value in vars(known).items() if value is part]:
            monkeypatch.setattr(known, attribute, fails)
    after = [written(terminal(), blocks_of(*form)) for form in forms] + [as_json.render([report])]
    json.loads(after[-1])
    for then, now in zip(before, after, strict=True):
        assert now == then or "internal fault in" in " ".join(now.split()) or name == "badness"
        assert report.findings[0].problem in now and report.run.name in now


def test_one_finding_that_cannot_be_shown_costs_its_lines_alone(report, monkeypatch):
    monkeypatch.delenv("ADVISOR_FAULTS")
    odd = replace(report.findings[0], problem="odd", evidence=None, level="note")
    shown = replace(report, findings=(odd, *report.findings))
    text, told = " ".join(written(terminal(), blocks_of([shown], verbose=True)).split()), json.loads(as_json.render([shown]))["reports"][0]
    assert "internal fault in the text of odd, please report" in text and report.findings[0].message[:40] in text
    assert told["findings"][0]["fault"] == "internal fault in the JSON of odd, please report"
    assert [f["problem"] for f in told["findings"]] == ["odd", *(f.problem for f in report.findings)] and "fault" not in told["findings"][1]


def test_the_command_tells_a_fault_and_how_it_is_seen_again(monkeypatch):
    monkeypatch.delenv("ADVISOR_FAULTS")
    [rule] = [rule for rule in rules.problems() if rule.name == "loss-plateau"]
    real = rule.function
    object.__setattr__(rule, "function", fails)
    try:
        plain = CliRunner().invoke(app, ["diagnose", str(SAMPLE)])
        verbose = CliRunner().invoke(app, ["diagnose", str(SAMPLE), "--verbose"])
        told = json.loads(CliRunner().invoke(app, ["diagnose", str(SAMPLE), "--json"]).stdout)["reports"][0]
    finally:
        object.__setattr__(rule, "function", real)
    said = "internal fault in loss-plateau, please report"
    assert plain.exit_code == 0 and f"loss-plateau: {said}" in " ".join(plain.stdout.split()) and "again by" not in plain.stdout
    again = f"advisor diagnose {told['run']['path']} --select loss-plateau --verbose"
    assert "RuntimeError: made up (tests/commands/test_faults_shown.py:" in " ".join(verbose.stdout.split())
    assert again in " ".join(verbose.stdout.split()) and "Traceback" in verbose.stderr
    assert told["skipped"]["loss-plateau"] == said and told["faults"][0]["again"] == again
