"""Nothing that lies in a folder of logs ends in an error of ours, hangs, or takes much memory: a few cases of tests/bench/fuzz.py."""

import time

import pytest

from advisor.reading.printed.curves import may_measure
from advisor.reading.printed.prefix import stripped
from advisor.reading.printed.table import Table
from advisor.reading.shapes.heard import may_tell
from advisor.reading.shapes.templates import template_of
from tests.hostile.bombs import BOMBS
from tests.hostile.cases import case_of, written
from tests.hostile.slow_lines import lines
from tests.hostile.trial import Worker

SEEDS = 25  # in each of the parts
SLOW = 0.5  # seconds of one line of 4,000 characters; what squares them takes more


@pytest.fixture(scope="module")
def worker():
    worker = Worker()
    yield worker
    worker.close()


@pytest.mark.parametrize("first", range(0, 4 * SEEDS, SEEDS))
def test_mutants_of_every_format(tmp_path, worker, first):
    for number in range(first, first + SEEDS):
        case = case_of(number)
        found = worker.diagnose(written(tmp_path / str(number), case.files), case.fault)
        assert "error" not in found, (number, case.said, found["error"])


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(tmp_path, worker, name):
    found = worker.diagnose(written(tmp_path, BOMBS[name](1 << 16)))
    assert "error" not in found, found["error"]


def test_no_line_takes_its_length_squared():
    for line in [*lines()][::7]:
        began = time.process_time()
        plain = stripped(line)
        may_measure(plain), may_tell(plain), template_of(line, plain), Table().entry(plain or "-")
        assert time.process_time() - began < SLOW, line[:60]
