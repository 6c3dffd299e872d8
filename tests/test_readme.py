"""README.md: its commands run, what it shows is what they print, its tables are made from docstrings and from the calibration's report."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.judging import engine, rules, weighing
from advisor.reading.formats import formats

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONSOLE = re.compile(r"```console\n\$ (advisor [^\n]+)\n(.*?)```", re.S)
SHELL = re.compile(r"```sh\n(.*?)```", re.S)


def table():
    """Every problem in one line, with the causes that explain it, likeliest first."""
    rows = ["| problem | what the user sees | causes weighed |", "|---|---|---|"]
    for problem in rules.problems():
        causes = [rule for rule in rules.causes() if problem.name in rule.module.EXPLAINS]
        causes.sort(key=lambda rule: -weighing.prior(rule, problem.name))
        rows.append(f"| `{problem.name}` | {problem.headline} | {', '.join(rule.name for rule in causes)} |")
    return "\n".join(rows)


def table_of_formats():
    """Every format in one line, those of runs first."""
    rows = ["| format | what is read |", "|---|---|"]
    known = sorted(formats(), key=lambda f: f.BESIDE)
    return "\n".join([*rows, *(f"| `{f.NAME}` | {f.__doc__.partition(chr(10))[0]} |" for f in known)])


def table_of_others():
    """What the calibration's report says in short of other people's runs."""
    text = (ROOT / "advisor" / "calibrate" / "report" / "report.md").read_text(encoding="utf-8")
    return re.search(r"## In short\n\n(.*?)\n\n", text, re.S)[1]


TABLES = {"problems": table, "formats": table_of_formats, "abroad": table_of_others}


def replaced(text, name, new):
    return re.sub(rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{new}\n{m[2]}", text, flags=re.S)


def run(command):
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        env={"COLUMNS": "100", "PATH": "", "NO_COLOR": "1"},
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_made_from_docstrings_and_reports(name, request):
    text, rows = README.read_text(encoding="utf-8"), TABLES[name]()
    if request.config.getoption("--update-golden"):
        README.write_text(text := replaced(text, name, rows), encoding="utf-8")
    assert rows in text, "run pytest --update-golden"


@pytest.mark.parametrize("command", [c for c, _ in CONSOLE.findall(README.read_text(encoding="utf-8"))])
def test_what_the_readme_shows_is_what_the_command_prints(command, request):
    status, output = run(command)
    assert status == 0
    text = README.read_text(encoding="utf-8")
    [shown] = [block for c, block in CONSOLE.findall(text) if c == command]
    if request.config.getoption("--update-golden"):
        README.write_text(text.replace(f"$ {command}\n{shown}", f"$ {command}\n{output}"), encoding="utf-8")
    else:
        assert shown == output


def test_continuous_integration_runs_the_two_commands_of_the_readme():
    commands = [
        line.partition("  #")[0].strip() for block in SHELL.findall(README.read_text(encoding="utf-8")) for line in block.splitlines()
    ]
    set_up = [c for c in commands if c.startswith("pip install")]
    assert len(set_up) == 2
    if (ci := ROOT / ".ci" / "run").exists():
        assert all(c in ci.read_text(encoding="utf-8").splitlines() for c in set_up)


def test_the_rule_in_the_readme_works(tmp_path, monkeypatch):
    """The file that README shows under "Add a rule" is a rule."""
    [source] = re.findall(r"```python\n(\"\"\"Validation accuracy.*?)```", README.read_text(encoding="utf-8"), re.S)
    (tmp_path / "readme_rule.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    from advisor import curves

    rule = rules.rule_from_module(__import__("readme_rule"), "check")
    for kind, expected in (("BAD", True), ("GOOD", False)):
        for signals in getattr(rule.module, kind).values():
            assert bool(engine.diagnose(curves.example(signals), [rule]).findings) == expected
