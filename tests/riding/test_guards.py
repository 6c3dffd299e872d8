"""Whatever a script and what it starts write while it is probed, its owner's files are as they were, or it was told beforehand."""

import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from probes.probing.guarded import WatchedFolders
from probes.safety.files import ORDER
from probes.safety.redirected_writes import Redirected
from probes.safety.trial import Trial
from probes.safety.vanishing_folder import vanishing_folder
from tests.riding.conditions import CONDITIONS, ROOT, possible, probed, project_for
from tests.riding.files_to_lose import changed, there

MOVES = """
import os, shutil, sys, tempfile
from pathlib import Path
from probes.safety.files import keep_files_safe

other = Path(sys.argv[1])
apart = keep_files_safe(Path("train.py"), sys.argv[2])
with tempfile.NamedTemporaryFile("w", delete=False) as file:
    file.write("new")
os.replace(file.name, other / "replaced")  # one file system, without a guard
assert (other / "replaced").read_text() == "new" and not os.path.exists(file.name)
os.rename(other / "folder", other / "moved")
assert os.listdir(other / "moved" / "below") == ["kept"] and not (other / "folder").exists()
(other / "moved" / "below" / "added").write_text("x")
assert sorted(os.listdir(other / "moved" / "below")) == ["added", "kept"]
shutil.rmtree(other / "tree")
assert not (other / "tree").is_dir()
os.makedirs(other / "tree" / "again")
assert os.listdir(other / "tree") == ["again"]
(other / "log").write_text("x")
found = sorted(str(Path(folder, name).relative_to(other)) for folder, _, names in os.walk(other) for name in names)
assert found == ["log", "moved/below/added", "moved/below/kept", "old", "replaced"], found
assert found == sorted(str(it.relative_to(other)) for it in other.rglob("*") if it.is_file())
os.remove("mine")
assert not os.path.exists("mine") and sorted(os.listdir(".")) == ["train.py"]
assert other / "log" in apart.written()
"""
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


@pytest.mark.parametrize("guard", ORDER)
def test_a_script_finds_what_it_moved_removed_and_made(tmp_path, guard):
    project, other = tmp_path / "project", tmp_path / "other"
    for folder in (project, other / "folder" / "below", other / "tree" / "old"):
        folder.mkdir(parents=True)
    for file in (project / "mine", project / "train.py", other / "old", other / "folder" / "below" / "kept", other / "tree" / "old" / "x"):
        file.write_text("precious")
    if not Trial((project,)).of(ORDER[guard]).python:
        pytest.skip("this system does not have it")
    before = there(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", MOVES, other, guard], cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not changed(before, there(tmp_path))


@pytest.mark.parametrize("guard", ["overlay", "landlock"])
def test_no_way_round_by_processes_outside(tmp_path, guard):
    """Root may enter another process's mounts, look into its folders, and unmount what lies over its own."""
    if not Trial((tmp_path,)).of(ORDER[guard]).python:
        pytest.skip("this system does not have it")
    (tmp_path / "mine").write_text("precious")
    ways = (f"/proc/{os.getpid()}/root{tmp_path}/mine", f"/proc/1/root{tmp_path}/mine")
    lines = [*(f"echo X >> {way}" for way in ways), f"nsenter -t 1 -m sh -c 'echo X >> {tmp_path}/mine'"]
    if guard == "overlay":  # in mounts of its own
        lines.append(f"umount -l {Path(*tmp_path.parts[:2])}; echo X >> {tmp_path}/mine")
    code = "import subprocess\nfrom pathlib import Path\nfrom probes.safety.files import keep_files_safe\n"
    code += f"keep_files_safe(Path('train.py'), {guard!r})\n"
    code += f"for line in {lines!r}: subprocess.run(['sh', '-c', line], stderr=subprocess.DEVNULL)\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine").read_text() == "precious"


@pytest.mark.parametrize(("guard", "programs"), [("overlay", True), ("landlock", True), ("copy", False), ("redirect", False)])
def test_a_trial_tells_what_a_guard_holds_for_and_leaves_nothing(tmp_path, guard, programs):
    (tmp_path / "train.py").write_text("")
    status = tmp_path.stat()
    result = Trial((tmp_path,)).of(ORDER[guard])
    if programs and not result.python:
        pytest.skip("this system does not have it")
    assert (result.python, result.programs) == (True, programs)
    assert [it.name for it in tmp_path.iterdir()] == ["train.py"] and tmp_path.stat().st_mtime_ns == status.st_mtime_ns
    assert not Trial((tmp_path,)).of(lambda _: None).python  # what keeps nothing


def test_a_folder_that_vanishes_leaves_a_script_no_child_to_wait_for():
    code = "import os; from probes.safety.vanishing_folder import vanishing_folder; print(vanishing_folder(), flush=True); os.wait()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert "ChildProcessError" in done.stderr
    end = time.monotonic() + 5
    while os.path.exists(done.stdout.strip()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not os.path.exists(done.stdout.strip())


def test_sockets_have_room_where_temporary_folders_lie_deep(tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 60)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with socket.socket(socket.AF_UNIX) as one:
        folder = vanishing_folder().resolve() / "t" / "torch-shm-dir-AbCdEf"
        folder.mkdir(parents=True)
        one.bind(f"{folder}/manager.sock")
        assert len(f"{folder}/manager.sock") < 104


@pytest.mark.parametrize("name", ["chflags", "lchflags", "lchmod", "lchown"])
def test_functions_that_macos_has_beside_are_redirected_too(tmp_path, monkeypatch, name):
    """As shutil's copies call them there, with the path that the script gave."""
    seen = []
    monkeypatch.setattr(os, name, functools.wraps(os.chmod)(lambda path, *_: seen.append(path)), raising=False)
    (tmp_path / "mine").write_text("precious")
    paths = Redirected(tmp_path / "store")
    [(_, _, takes)] = [it for it in paths.replacements() if it[:2] == (os, name)]
    paths.folder(paths.files)
    takes(getattr(os, name))(tmp_path / "mine", 0)
    assert seen == [f"{paths.files}{tmp_path.resolve()}/mine"]


def test_a_difference_is_told_by_its_path_but_for_what_is_logged(tmp_path):
    for name in ("same", "changed", "gone", "runs/old"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    watched = WatchedFolders(tmp_path / "train.py", tmp_path / "runs" / "mine", held=True)
    status = (tmp_path / "changed").stat()
    (tmp_path / "changed").write_text("y")
    os.utime(tmp_path / "changed", ns=(status.st_atime_ns, status.st_mtime_ns))  # told by its content alone
    (tmp_path / "gone").unlink()
    for name in ("new", "runs/mine/events", "runs/another"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    said = watched.changed()
    assert f"{tmp_path}/changed (changed), {tmp_path}/gone (gone), {tmp_path}/new (new). If" in said


def test_what_other_programs_write_meanwhile_is_theirs(tmp_path):
    """As the log that a shell, or `tee`, makes of a probe's own output."""
    (tmp_path / "before").write_text("x")
    mine = (tmp_path / "mine").open("w")
    tee = subprocess.Popen(["tee", tmp_path / "tee"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    read = (tmp_path / "before").open()
    while not (tmp_path / "tee").exists():
        time.sleep(0.01)
    watched = WatchedFolders(tmp_path / "train.py", tmp_path / "runs" / "mine", held=True)
    mine.write("x")
    mine.flush()
    tee.stdin.write(b"x")
    tee.stdin.flush()
    while not (tmp_path / "tee").read_text():
        time.sleep(0.01)
    assert watched.changed() is None
    (tmp_path / "before").write_text("y")
    later = subprocess.Popen(["sh", "-c", "exec 3> later; sleep 60"], cwd=tmp_path)  # as a script's own program would
    while not (tmp_path / "later").exists():
        time.sleep(0.01)
    said = watched.changed()
    later.kill(), later.wait(), tee.communicate(), mine.close(), read.close()
    assert "before (changed)" in said and "later (new)" in said and "tee" not in said and "mine" not in said


@pytest.mark.stress
@pytest.mark.parametrize("name", ["root", "other group", "foreign folder, no namespaces"])
def test_no_way_to_write_reaches_a_file(place, name):
    done, lost = probe(name, place, "--", "--workers")
    assert done.returncode == 0, done.stderr
    assert not lost, done.stderr
    assert ("Landlock" in done.stderr) == ("namespaces" in name)


def test_without_a_guard_that_holds_the_script_is_not_run(place):
    done, lost = probe("nothing", place)
    assert done.returncode == 2 and "--unguarded" in done.stderr and not lost


@pytest.mark.stress
def test_what_changed_all_the_same_is_an_error_with_its_path(place):
    done, lost = probe("redirect alone, unguarded", place)
    assert "is not kept from your files" in done.stderr.splitlines()[0]
    assert "sh_append.dat" in " ".join(lost) and "open_w.dat" not in " ".join(lost)
    assert done.returncode == 2 and "c_open.dat (changed)" in done.stderr.splitlines()[-1]
