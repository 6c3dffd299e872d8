"""What `import advisor` and `import probes` offer, to a reader and to a type checker."""

import re
import subprocess
import sys

import pytest

import advisor
import probes

SNIPPET = """
from pathlib import Path

import advisor
from advisor import AdvisorError, Report, Run
from probes import Monitor


def worst(folder: Path) -> str:
    try:
        runs = advisor.read(folder)
    except AdvisorError as error:
        return str(error)
    reveal_type(runs)
    reports = advisor.diagnose(runs)
    reveal_type(reports)
    first: Report = reports[0]
    reveal_type(first.verdict)
    run: Run = first.run
    reveal_type(run.scalars["loss"].values)
    reveal_type(advisor.__version__)
    reveal_type(Monitor)
    return first.findings[0].message
"""
REVEALED = [
    "list[advisor.run.Run]",
    "list[advisor.finding.Report]",
    "Literal['cannot-tell']",
    "numpy.ndarray",
    "str",
    "probes.observing.monitor.Monitor",
]
MISTAKES = """
import advisor

advisor.diagnoze("runs")
advisor.diagnose(7)
advisor.read("runs")[0].scalar
print(len(advisor.diagnose("runs")[0].first_change))
"""


@pytest.fixture(scope="module")
def mypy(tmp_path_factory):
    """What mypy says of a text, line by line: as a user runs it, far from this checkout."""
    folder = tmp_path_factory.mktemp("user")

    def lines(text: str) -> list[str]:
        (folder / "script.py").write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "-m", "mypy", "script.py"], cwd=folder, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if line.startswith("script.py")]

    return lines


@pytest.mark.slow
def test_a_type_checker_knows_what_a_user_calls(mypy):
    revealed = mypy(SNIPPET)
    assert len(revealed) == len(REVEALED), revealed
    assert not [line for line, kind in zip(revealed, REVEALED, strict=True) if kind not in line]


@pytest.mark.slow
def test_a_type_checker_finds_what_is_not_there(mypy):
    assert [int(re.match(r"script\.py:(\d+): error", line)[1]) for line in mypy(MISTAKES)] == [4, 5, 6, 7]


@pytest.mark.parametrize("package", [advisor, probes], ids=lambda package: package.__name__)
def test_what_is_exported_is_there_and_nothing_else(package):
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'diagnoze'"):
        package.diagnoze  # noqa: B018
