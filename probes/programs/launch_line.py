"""The line that starts a training, as it stands in a shell or a README: `OMP_NUM_THREADS=4 torchrun --nproc-per-node 2 train.py --lr 1`.

Launchers are known by their options: which of them take a value, and which tells the number of processes. Of `torchrun` and
`accelerate launch` these are those of PyTorch 2.13 and Accelerate 1.12; `--an-option` and `--an_option` are the same.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.errors import AdvisorError
from probes.programs.program import Program, module_file

VARIABLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
PYTHON = re.compile(r"py|python[\d.]*")
FILES = (".py", ".ipynb")
RUNNERS = {"uv", "poetry", "pdm", "rye", "hatch", "pipenv"}  # `uv run python train.py`
MODULE = {"-m", "--module"}


@dataclass(frozen=True)
class Launcher:
    """Its options: those without a value, the one that counts the processes, those that become variables, and those of other engines.

    It is started by the `command`, empty where that is this Python itself, and known by the `modules` too.
    """

    flags: frozenset[str]
    command: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()
    count: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    engines: frozenset[str] = frozenset()


LAUNCHERS = {
    "python": Launcher(frozenset({*("-" + one for one in "bBdEhiIOPqsSuvVx"), "-bb", "-OO"})),
    "torchrun": Launcher(
        frozenset({"--standalone", "--no-python", "--run-path", "--use-env"}),
        (sys.executable, "-m", "torch.distributed.run"),
        frozenset({"torch.distributed.run", "torch.distributed.launch"}),
        "--nproc-per-node",
    ),
    "accelerate": Launcher(
        frozenset(
            {"--cpu", "--multi-gpu", "--tpu", "--use-mps-device", "--use-xpu", "--quiet", "-q", "--no-python", "--debug", "--same-network"}
            | {"--dynamo-use-fullgraph", "--dynamo-use-dynamic", "--dynamo-use-regional-compilation", "--downcast-bf16"}
            | {"--tpu-cluster", "--no-tpu-cluster", "--tpu-use-sudo", "--enable-cpu-affinity"}
        ),
        (sys.executable, "-m", "accelerate.commands.launch"),
        frozenset({"accelerate.commands.launch"}),
        "--num-processes",
        (("--mixed-precision", "ACCELERATE_MIXED_PRECISION"), ("--gradient-accumulation-steps", "ACCELERATE_GRADIENT_ACCUMULATION_STEPS")),
        frozenset({"--use-deepspeed", "--use-fsdp", "--use-megatron-lm", "--use-parallelism-config"}),
    ),
}


def program_of(words: Sequence[str], module: bool = False) -> Program:
    """What these words start; the first is a file, a module's name where it is one, or the first of a launch line.

    Raises
    ------
    AdvisorError
        A launcher that is not known, an option of one that nothing can be done with, or no program behind it.
    """
    first, *arguments = words
    if module:
        return Program(module_file(first), tuple(arguments), first)
    if Path(first).is_file() and Path(first).suffix in FILES:
        return Program(Path(first), tuple(arguments))
    start = next((i for i, word in enumerate(words) if not VARIABLE.fullmatch(word) and word != "env"), len(words))
    if start == len(words):
        raise AdvisorError(f"{' '.join(words)} starts no program.")
    program = _launched(list(words[start:]))
    before = {name: value for name, _, value in (word.partition("=") for word in words[:start] if word != "env")}
    return replace(program, environment={**before, **program.environment})


def _launched(line: list[str]) -> Program:
    name, *rest = line
    kind = re.sub(r"\.exe$", "", Path(name).name)
    kind = "python" if PYTHON.fullmatch(kind) else kind
    if kind in RUNNERS and rest[:1] == ["run"] and rest[1:]:
        return _launched(rest[1:])
    if kind == "accelerate" and rest[:1] == ["launch"]:
        return _behind(kind, rest[1:])
    if kind in ("python", "torchrun"):
        return _behind(kind, rest)
    if kind != name or rest == [] or Path(name).suffix in FILES:
        return Program(Path(name), tuple(rest))  # a file that is not there: its name is told with the nearest one
    train = next((word for word in rest if Path(word).suffix in FILES), "train.py")
    raise AdvisorError(
        f"{name} is neither a file nor one of python, torchrun and accelerate launch; name the script and its arguments: "
        f"advisor probe {train} -- …"
    )


def _behind(kind: str, line: Sequence[str]) -> Program:
    """The program behind the launcher's options, with which the line begins."""
    launcher, at = LAUNCHERS[kind], 0
    ranks: int | None = None
    variables: dict[str, str] = {}
    while at < len(line) and line[at].startswith("-"):
        option, equals, value = line[at].partition("=")
        option, at = option.replace("_", "-") if option.startswith("--") else option, at + 1
        if option in MODULE:
            return _module(kind, line, at, ranks, variables)
        if option in launcher.engines:
            raise AdvisorError(f"{option} trains by an engine of its own, which a probe cannot ride.")
        if option == "-c" and kind == "python":
            raise AdvisorError("python -c names no file: write what it runs into one.")
        if option in launcher.flags:
            continue
        if not equals:
            value, at = "".join(line[at : at + 1]), at + 1
        if option == launcher.count:
            ranks = _count(option, value)
        variables |= {name: value for named, name in launcher.variables if named == option}
    if at >= len(line):
        raise AdvisorError(f"{kind} is given no script to run.")
    return Program(Path(line[at]), tuple(line[at + 1 :]), "", ranks, variables, (*launcher.command, *line[:at]) if launcher.command else ())


def _module(kind: str, line: Sequence[str], at: int, ranks: int | None, variables: dict[str, str]) -> Program:
    """The module whose name stands at that place of the line, or what it launches."""
    if at >= len(line):
        raise AdvisorError(f"{line[at - 1]} is given no module to run.")
    name, rest = line[at], tuple(line[at + 1 :])
    other = next((launcher for launcher, known in LAUNCHERS.items() if name in known.modules), None)
    if other is not None:
        return _behind(other, rest)
    command = LAUNCHERS[kind].command
    return Program(module_file(name), rest, name, ranks, variables, (*command, *line[: at - 1]) if command else ())


def _count(option: str, value: str) -> int:
    if not value.isdigit() or not int(value):
        raise AdvisorError(f"{option} {value}: say as a number in how many processes it is to train here.")
    return int(value)
