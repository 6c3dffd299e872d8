"""Reports for elsewhere: Markdown, annotations of GitHub Actions and the summary of its steps, and text without a drawing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.commands.cli import app
from advisor.commands.printing import MOST
from advisor.finding import Finding, Report
from advisor.render import github, markdown
from advisor.render.many import blocks_of
from advisor.render.ranking import Ranking
from advisor.render.terminal import terminal, written
from advisor.run import Run

SAMPLES = Path(__file__).parents[2] / "sample_runs"
HOSTILE = "| <img src=x onerror=alert(1)> `](http://x) **@someone** 100%\n::error::forged ```\x1b[31m"
DRAWN = re.compile("[\u2800-\u28ff\u2500-\u257f█░\x1b]")


def ranked(reports):
    ranking = Ranking(MOST)
    for report in reports:
        ranking.add(report)
    return ranking


def hostile():
    found = Finding(HOSTILE, (), "error", 0.9, HOSTILE)
    return Report(Run(Path("x"), name=HOSTILE), "problem", None, (found,))


def diagnose(*arguments, environment=None):
    return CliRunner().invoke(app, ["diagnose", str(SAMPLES / "overfitting"), *arguments], env=environment)


def test_markdown_tells_verdict_change_and_causes(golden, reports):
    [report] = [r for r in reports if r.run.name == "overfitting/runs"]
    golden("overfitting.md", markdown.render(ranked([replace(report, run=replace(report.run, path=Path("runs/a"), name="a"))])))


def test_markdown_of_many_runs_is_a_table_the_worst_first(reports):
    lines = markdown.render(ranked(reports)).splitlines()
    assert (
        lines[0].startswith(f"### {len(reports)} runs: ✗ ") and len([line for line in lines if line.startswith("| ")]) == len(reports) + 1
    )
    assert "exploding" in lines[4] and all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in lines[2:])


@pytest.mark.parametrize("many", [1, 9])
def test_what_logs_say_is_no_markup(many):
    text = markdown.render(ranked([hostile()] * many))
    assert not re.search(r"(?<!\\)[<`\]]", text.replace("@<!-- -->", "")) and "@s" not in text and "\x1b" not in text


def test_a_fence_is_longer_than_any_in_its_line():
    assert markdown.fenced("a ```` b").startswith("`````python\n")


def test_each_finding_is_an_annotation_on_one_line(reports):
    lines = list(github.lines(reports))
    assert len(lines) == sum(len(r.findings) + (r.verdict == "cannot-tell") for r in reports)
    assert all(re.fullmatch(r"::(error|warning|notice) title=[^:,\n]+::[^\n]+\n", line) for line in lines)
    assert sum("Change first: " in line or "Most likely to help: " in line or "Check first: " in line for line in lines) >= 10
    assert next(github.lines([hostile()])).count("\n") == 1 and "100%25" in next(github.lines([hostile()]))


def test_nothing_is_drawn_where_that_is_asked_for_or_the_terminal_is_dumb(reports, monkeypatch):
    for verbose in (False, True):
        assert DRAWN.search(written(terminal(), blocks_of(reports[:3], verbose)))
        plain = written(terminal(plain=True), blocks_of(reports[:3], verbose))
        assert not DRAWN.search(plain) and "went from" in plain and all(f.problem in plain for r in reports[:3] for f in r.findings)
    monkeypatch.setenv("TERM", "dumb")
    assert not DRAWN.search(written(terminal(), blocks_of(reports[:3])))
    monkeypatch.delenv("TERM")
    assert not DRAWN.search(diagnose("--plain").stdout)


def test_one_form_at_a_time():
    result = diagnose("--markdown", "--json")
    assert result.exit_code == 2 and "choose one of --json, --markdown" in result.stderr and not result.stdout


def test_a_step_of_github_actions_gets_its_summary(tmp_path):
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    assert diagnose("--github", environment={"GITHUB_STEP_SUMMARY": str(file)}).exit_code == 0
    assert file.read_text(encoding="utf-8") == "before\n"  # elsewhere the variable is somebody else's
    result = diagnose("--github", environment={"GITHUB_STEP_SUMMARY": str(file), "GITHUB_ACTIONS": "true"})
    assert result.stdout.startswith("::warning title=overfitting::")
    assert file.read_text(encoding="utf-8").startswith("before\n### ✗ ")
    lost = diagnose(environment={"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "x"), "GITHUB_ACTIONS": "true"})
    assert lost.exit_code == 0 and "overfitting" in lost.stdout and "summary of this step could not be written" in lost.stderr
