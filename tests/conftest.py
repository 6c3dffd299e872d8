"""Golden files: what the advisor prints, kept to be read.

`pytest --update-golden` writes them anew; review the difference, never edit them.
"""

import os
from pathlib import Path

import pytest

os.environ["ADVISOR_FAULTS"] = "raise"  # what would be told as a fault of ours and passed over is an error here
os.environ.setdefault("OMP_NUM_THREADS", "1")  # the same sums in every process that a test starts, and no quarrel over few cores

pytest_plugins = ["tests.forked"]

# what helper modules assert fails with its values, as in a test module
pytest.register_assert_rewrite("tests.commands.command_line", "tests.riding.riding")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing with them")


def pytest_collection_modifyitems(items):
    """Rides first, which take as long as everything else and wait for half of it: at the end no worker is left alone with them.

    Stress may take its time.
    """
    items.sort(key=lambda item: not item.nodeid.startswith("tests/riding/"))
    for item in items:
        if item.get_closest_marker("stress"):
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture
def golden(request):
    """Compare a text with the golden file of this name."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run pytest --update-golden and read what it wrote"
        assert text == path.read_text(encoding="utf-8")

    return compare
