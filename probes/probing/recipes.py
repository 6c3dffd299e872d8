"""How to make a training, in whichever process it is to live: from a `model.py`, from a script, or from a script on several ranks.

Which of these a file is for is told from its text alone: nothing of it is run to find out.
"""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from advisor.errors import AdvisorError
from probes.process.channel import Channel, Reply
from probes.process.hung_ranks import Patience
from probes.programs.program import Program
from probes.safety.files import chosen, keep_files_safe
from probes.safety.store import Store
from probes.trainings.model_file import CONTRACT, existing_file

MADE = {"model", "dataset"}  # a loss may be an object that is called; these are functions where a file keeps the contract


@dataclass(frozen=True)
class ModelFile:
    """The training that a file with model(), dataset() and loss() describes."""

    path: Path
    seed: int = 0

    def serve(self, channel: Channel) -> None:
        """Make it, say so or why not, and serve it until the other end is gone."""
        from probes.process.answers import serve
        from probes.trainings import from_model_file, model_file

        with model_file.imported(self.path) as module:
            training = from_model_file.training_from(module, model_file.existing_file(self.path), self.seed)
            channel.send(Reply("ready"))
            serve(channel, training)


@dataclass(frozen=True)
class RankedScript:
    """The recipe of a training that a script does on several ranks, with DistributedDataParallel or fully_shard."""

    path: Path
    arguments: tuple[str, ...] = ()
    seed: int = 0
    ranks: int = 2
    patience: Patience = field(default_factory=Patience)
    guard: str | None = None
    module: str = ""

    def serve(self, channel: Channel) -> None:
        """Start the ranks, say when they train or why they do not, and serve them until the other end is gone."""
        path = existing_file(self.path)
        apart = keep_files_safe(path, self.guard)  # the ranks read what one of them wrote
        from torch.distributed import TCPStore  # only now: torch and numpy start threads, and a process with several gets no overlay

        from probes.process.rank_group import HERE, Ranks

        meeting = TCPStore(HERE, 0, is_master=True, wait_for_workers=False)  # where they find each other, however often they are run
        ranks = Ranks(self.ranks, meeting.port, apart, apart.place(path), self.patience)
        try:
            store = getattr(apart, "store", None)  # none in an overlay, which the ranks are in as well
            ranks.send([Script(self.path, self.arguments, self.seed, store is not None, store, module=self.module)] * self.ranks)
            reply = ranks.reply()
            while True:
                channel.send(reply)
                if reply.kind == "EndedError":
                    return
                reply = ranks.to(channel.receive())
        except (EOFError, BrokenPipeError):
            pass  # nobody asks any more
        finally:
            ranks.end()


@dataclass(frozen=True)
class Script:
    """The recipe of a training that an unmodified script holds: it is run with its arguments, and ridden.

    Where it is `safely` held, which takes a process of its own, nothing it writes lands among the user's files: by the `guard` that was
    chosen, by the best where none was, or in the `store` of the process that started this one under its guard. It is run as the `module`
    of that name, as under `python -m`, where one is given.
    """

    path: Path
    arguments: tuple[str, ...] = ()
    seed: int = 0
    safely: bool = True
    store: Store | None = None
    guard: str | None = None
    module: str = ""

    def serve(self, channel: Channel) -> None:
        """Run it, say when it trains or why it does not, and serve it until the other end is gone."""
        path, whole = self.path, existing_file(self.path)
        apart = keep_files_safe(whole, self.guard, self.store) if self.safely else None
        from probes.riding.conversation import Conversation  # numpy and torch start threads

        if apart is not None and (path.is_absolute() or not path.is_file()):  # as it was named it is found in a copied folder too
            path = apart.place(whole)
        Conversation(channel, self.seed, apart).run(Program(path, self.arguments, self.module))


@dataclass(frozen=True)
class GuardOf:
    """The recipe of what is to be known before a script is run: which guard keeps its files."""

    path: Path
    unguarded: bool = False

    def serve(self, channel: Channel) -> None:
        """Try the guards, and answer what was chosen."""
        from probes.process.answers import serve

        choice = chosen(existing_file(self.path), unguarded=self.unguarded)
        channel.send(Reply("ready"))
        serve(channel, choice)


Recipe = ModelFile | Script | RankedScript


def recipe_of(path: Path, arguments: tuple[str, ...] = (), seed: int = 0, ranks: int = 1, module: str = "") -> Recipe:
    """How to make the training that this file holds, which is run as the `module` of that name where one is given.

    Raises
    ------
    AdvisorError
        There is no such file, or it does not train by itself and is to on several ranks.
    """
    script = bool(arguments or module) or not is_model_file(existing_file(path).read_bytes())
    if ranks > 1:
        if not script:
            raise AdvisorError(f"{path.name} holds a model; only a script that trains can be probed on several ranks (--ranks).")
        return RankedScript(path, arguments, seed, ranks, module=module)
    return Script(path, arguments, seed, module=module) if script else ModelFile(path, seed)


def is_model_file(source: bytes) -> bool:
    """Whether it defines model, dataset or loss at its top level, and does not train there by itself.

    A part of the contract that is missing is for `model_file` to name; what cannot be parsed is for Python to complain about.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    defined = {name for statement in body for name in names(statement)}
    return len(defined & CONTRACT.keys()) >= 2 and not any(steps(statement) for statement in body)


def names(statement: ast.stmt) -> set[str]:
    """The names a statement at the top level defines, as a function or by giving them a value that may be one."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
    given = {target.id for target in targets if isinstance(target, ast.Name)}
    return given - MADE if is_made(getattr(statement, "value", None)) else given


def is_made(value: ast.expr | None) -> bool:
    """Whether a value is what a call makes, as `Net()`, and no function: a model or a data set of a script's own."""
    return isinstance(value, ast.Call) and not ast.unparse(value.func).endswith("partial")


def steps(statement: ast.stmt) -> bool:
    """Whether it is a loop or a call at the top level that takes optimizer steps or calls backward."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in ("backward", "step", "fit", "train") for call in calls)
