"""A script written into a folder of the test's own."""

import textwrap

import pytest

from tests.riding.ridden_scripts import HEAD


@pytest.fixture
def script(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")

    def written(body, head=HEAD, name="train.py"):
        (tmp_path / name).write_text(head + textwrap.dedent(body))
        return tmp_path / name

    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    return written
