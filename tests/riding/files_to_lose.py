"""A project with files to lose, beside the script that tries to (`tests/ridden/writes_everywhere.py`), and what became of them."""

import ast
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "ridden" / "writes_everywhere.py"
OUTSIDE = ("sh_absolute", "child_alone", "absolute", "c_absolute", "other_folder", "link_out")
FOLDERS = ("rename_folder", "chmod_folder", "sh_rm_folder", "remove_tree")
SHARED = (Path("/dev/shm/advisor_writes_everywhere"), Path("/tmp/advisor_writes_everywhere"))


def ways() -> list[str]:
    """The names of the ways that the script knows, read from its text."""
    found = []
    for node in ast.parse(SCRIPT.read_text()).body:
        if isinstance(node, ast.FunctionDef) and any(getattr(it, "id", "") == "way" for it in node.decorator_list):
            found.append(node.name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "simple":
            found.append(node.value.args[0].value)
    return found


def prepare(place: Path) -> Path:
    """Make `place`/project, a file for each way in it, and `place`/outside; the script there."""
    project, outside = place / "project", place / "outside"
    for folder in (project, outside, *(project / name / "old" for name in FOLDERS), project / "rmdir"):
        folder.mkdir(parents=True)
    for name in [*ways(), "worker", "weights", "rename_over_other"]:
        (project / f"{name}.dat").write_text(f"original {name}\n" * 5)
    for name in FOLDERS:
        (project / name / "old" / "checkpoint.dat").write_text("precious")
    for name in OUTSIDE:
        (outside / f"{name}.dat").write_text("precious")
    (project / "link_out.dat").unlink()
    (project / "link_out.dat").symlink_to("../outside/link_out.dat")
    os.link(project / "hard_link.dat", outside / "hard_link.dat")
    for name in ("database", "database_journal"):
        (project / f"{name}.dat").unlink()
        with sqlite3.connect(project / f"{name}.dat") as base:
            base.execute("create table t (a)")
            base.execute("insert into t values (1)")
        base.close()
    return Path(shutil.copy(SCRIPT, project))


def there(place: Path) -> dict[str, tuple]:
    """Content, mode, times and attributes of all that lies in it, and what lies in places that all share; not what a probe logs."""
    found = {str(path): ("shared",) for path in SHARED if path.exists()}
    for parent, folders, names in os.walk(place):
        folders[:] = [name for name in folders if Path(parent, name) != place / "project" / "runs"]
        for name in (*folders, *names):
            path = Path(parent, name)
            status = path.lstat()
            content = hashlib.md5(path.read_bytes()).hexdigest() if path.is_file() else os.readlink(path) if path.is_symlink() else ""
            time = status.st_mtime_ns if path.is_file() else 0
            extra = os.listxattr(path, follow_symlinks=False) if hasattr(os, "listxattr") else []
            found[str(path.relative_to(place))] = (content, status.st_mode, time, tuple(extra))
    return found


def changed(before: dict[str, tuple], after: dict[str, tuple]) -> list[str]:
    """The names of what is gone, new or changed."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
