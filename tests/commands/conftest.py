"""Reports that several files of tests look at."""

from pathlib import Path

import pytest

import advisor


@pytest.fixture(scope="session")
def reports():
    """Those of all sample runs."""
    return advisor.diagnose(Path(__file__).parents[2] / "sample_runs")
