"""Whatever a script and what it starts write while it is probed, its owner's files are as they were, or it was told beforehand."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from tests.riding.conditions import CONDITIONS, possible, probed, project_for
from tests.riding.files_to_lose import changed, there

QUICK = ("--only", "noise", "--steps", "8")
ENOUGH = 3.5  # seconds until what the script left behind has written


@pytest.fixture
def place():
    """A folder that any user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="guards-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def probe(name, place, *arguments):
    """What the probe said, and what of the files was changed."""
    condition = CONDITIONS[name]
    if not possible(condition):
        pytest.skip("it takes root, and a Python that others may run")
    script, logs = project_for(condition, place / "all"), place / "logs"
    logs.mkdir()
    logs.chmod(0o777)
    before = there(place / "all")
    done = probed(condition, script, *QUICK, *arguments, logs=logs)
    time.sleep(ENOUGH if arguments else 0)
    return done, changed(before, there(place / "all"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["root", "other group", "foreign folder, no namespaces"])
def test_no_way_to_write_reaches_a_file(place, name):
    done, lost = probe(name, place, "--", "--workers")
    assert done.returncode == 0, done.stderr
    assert not lost, done.stderr
    assert ("Landlock" in done.stderr) == ("namespaces" in name)


def test_without_a_guard_that_holds_the_script_is_not_run(place):
    done, lost = probe("nothing", place)
    assert done.returncode == 2 and "--unguarded" in done.stderr and not lost


@pytest.mark.slow
def test_what_changed_all_the_same_is_an_error_with_its_path(place):
    done, lost = probe("redirect alone, unguarded", place)
    assert "is not kept from your files" in done.stderr.splitlines()[0]
    assert "sh_append.dat" in " ".join(lost) and "open_w.dat" not in " ".join(lost)
    assert done.returncode == 2 and "c_open.dat (changed)" in done.stderr.splitlines()[-1]
