"""Under which a script may be probed: as whom, in whose folder, and what the system forbids; a probe run under them."""

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from probes.safety.kept_attributes import ANSWER, CALLS, keep_calls
from probes.safety.system_calls import give_up_rights, machine
from tests.riding.files_to_lose import prepare

ROOT = Path(__file__).parents[2]
NAMESPACES = {"x86_64": (272, 165), "aarch64": (97, 40)}  # unshare and mount
LANDLOCK = (444, 445, 446)
NOBODY, OTHER = 65534, 12345


@dataclass(frozen=True)
class Condition:
    """A user's number, None for whoever runs the tests; whose the folder above the project is; what is forbidden; what is passed on."""

    user: int | None = None
    above: str = "own"  # or "root", or "group" for files of another group
    namespaces: bool = True
    landlock: bool = True
    guards: str | None = None
    options: tuple[str, ...] = ()


CONDITIONS = {
    "root": Condition(),
    "user": Condition(user=OTHER),
    "nobody": Condition(user=NOBODY),
    "foreign folder": Condition(user=OTHER, above="root"),
    "other group": Condition(user=OTHER, above="group"),
    "root, no namespaces": Condition(namespaces=False),
    "user, no namespaces": Condition(user=OTHER, namespaces=False),
    "foreign folder, no namespaces": Condition(user=OTHER, above="root", namespaces=False),
    "nothing": Condition(namespaces=False, landlock=False),
    "user, nothing": Condition(user=OTHER, namespaces=False, landlock=False),
    "nothing, unguarded": Condition(namespaces=False, landlock=False, options=("--unguarded",)),
    "redirect alone, unguarded": Condition(namespaces=False, landlock=False, guards="redirect", options=("--unguarded",)),
}


def packages() -> str:
    """Where what we import lies, as PYTHONPATH has it."""
    return os.pathsep.join([str(ROOT), *(it for it in sys.path if it.endswith("site-packages"))])


@cache
def python_of(user: int | None) -> str | None:
    """A Python that this user may run, of the version of this one; None where there is none."""
    known = [sys.executable, shutil.which(f"python3.{sys.version_info.minor}", path="/usr/local/bin:/usr/bin")]
    if user is None:
        return sys.executable
    for path in known:
        if path and subprocess.run(["true"], user=user, group=user, executable=shutil.which("true")).returncode == 0:
            try:
                reads = [path, "-P", "-c", "import typer, torch"]  # the packages may lie where this user may not look
                given = {"user": user, "group": user, "extra_groups": [], "env": {**os.environ, "PYTHONPATH": packages()}}
                if subprocess.run(reads, capture_output=True, cwd="/", **given).returncode == 0:
                    return path
            except OSError:
                continue
    return None


def forbid(condition: Condition):
    """A function that forbids it to the process that calls it, and to all that it starts."""

    def forbidding() -> None:
        numbers = (*(() if condition.namespaces else NAMESPACES[machine()]), *(() if condition.landlock else LANDLOCK))
        if numbers:
            give_up_rights()
            keep_calls(dict.fromkeys(numbers, ANSWER | errno.EPERM))

    return forbidding


def possible(condition: Condition) -> bool:
    """Whether it can be made here."""
    if condition.user is not None and (os.geteuid() != 0 or python_of(condition.user) is None):
        return False
    return machine() in CALLS or (condition.namespaces and condition.landlock)


def project_for(condition: Condition, place: Path) -> Path:
    """A project with files to lose, owned as the condition says; its script."""
    script = prepare(place)
    if condition.user is not None:
        group = NOBODY if condition.above == "group" else condition.user
        for path in (script.parent, *script.parent.rglob("*"), place / "outside", *(place / "outside").rglob("*")):
            os.chown(path, condition.user, group, follow_symlinks=False)
        if condition.above == "own":
            os.chown(place, condition.user, condition.user)
        os.chmod(place, 0o755)
    return script


def probed(condition: Condition, script: Path, *arguments: str, seconds: float = 300, logs: Path) -> subprocess.CompletedProcess:
    """Probe the script under this condition with the command's options, logged in a folder of `logs`; TimeoutExpired where it hangs."""
    environment = {**os.environ, "PYTHONPATH": packages(), "HOME": str(script.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"ADVISOR_GUARDS": condition.guards} if condition.guards else {}
    who = {} if condition.user is None else {"user": condition.user, "group": condition.user}
    groups = {} if condition.user is None else {"extra_groups": [NOBODY] if condition.above == "group" else []}
    command = [python_of(condition.user) or sys.executable, "-P", "-m", "advisor", "probe", script.name, *condition.options, *arguments]
    options = command.index("--") if "--" in command else len(command)
    command[options:options] = ["--out", str(logs / "run")]
    return subprocess.run(
        command,
        cwd=script.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        preexec_fn=forbid(condition),
        **who,
        **groups,
    )
