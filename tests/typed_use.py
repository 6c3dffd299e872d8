"""What a user calls, as a type checker sees it: mypy reads this file beside the packages, and no test runs it.

An `ignore` that is not needed is an error there, so each of those below is a mistake that the checker finds.
"""

from pathlib import Path
from typing import Literal, assert_type

import numpy as np

import advisor
from advisor import AdvisorError, Report, Run
from probes import Monitor


def worst(folder: Path) -> str:
    try:
        runs = advisor.read(folder)
    except AdvisorError as error:
        return str(error)
    assert_type(runs, list[Run])
    reports = advisor.diagnose(runs)
    assert_type(reports, list[Report])
    first = reports[0]
    if first.verdict == "cannot-tell":
        assert_type(first.verdict, Literal["cannot-tell"])
    values: np.ndarray = first.run.scalars["loss"].values
    assert_type(advisor.__version__, str)
    assert_type(Monitor, type[Monitor])
    return f"{first.findings[0].message} {values}"


def mistaken() -> None:
    advisor.diagnoze("runs")  # type: ignore[attr-defined]
    advisor.diagnose(7)  # type: ignore[arg-type]
    advisor.read("runs")[0].scalar  # type: ignore[attr-defined]  # noqa: B018
    print(len(advisor.diagnose("runs")[0].first_change))  # type: ignore[arg-type]
