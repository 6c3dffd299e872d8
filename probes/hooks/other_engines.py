"""Training engines that do not step as torch's optimizers do, and a sentence for a script that uses one or takes no step at all."""

import errno
import sys
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError, one_line
from advisor.wording import counted

ENGINES = {"deepspeed": "DeepSpeed", "megatron.core": "Megatron"}
FEW, MANY = 64, 1000  # backward passes without a step that are looked at, where one of these is imported and where none is
NO_STEP = "no optimizer step was seen in {name}, so it cannot be probed: {ended}. {reason}"
TOO_FEW = "{name} cannot be probed: it took {steps}, and {needed} are needed to see how its loop is built; {ended}.{reason}"
OWN_STEP = "It uses {engine}, which steps in a way of its own; a script is ridden through the optimizers of torch and fastai."
ASKED = "It asked for an answer, and standard input is empty while it is probed: give what it asks for as arguments."
KEPT = "While it is probed a guard keeps your files, and it could not let the script write there: have it write in a folder of its own."
BROKE = "Run it by itself first: python {name}"
PACKAGE = "It is a module of a package; from the folder that holds {top}: advisor probe -m {module}"
NO_TORCH_OPTIMIZER = (
    "A script is ridden through the optimizers of torch and fastai; DeepSpeed and Megatron step with engines of their own, and processes "
    "that a script starts are out of reach."
)
BY_HAND = "It updates its weights by hand; an optimizer, as torch.optim.SGD with its rate, takes the same steps, and can be ridden."
COPIES = "the script trains with {engine}, whose optimizer steps on copies of the parameters, so what a step changes cannot be put back."


def engine() -> str | None:
    """The one that was imported."""
    return next((name for module, name in ENGINES.items() if module in sys.modules), None)


def no_step(ended: str, error: Exception | None = None, by_hand: bool = False) -> AdvisorError:
    """What to say of a script, this process's main module, in which nothing stepped, because it broke or does so `by_hand`."""
    path = Path(str(sys.modules["__main__"].__file__))
    name = path.name
    if engine() is not None:
        reason = OWN_STEP.format(engine=engine())
    elif error is None:
        reason = BY_HAND if by_hand else NO_TORCH_OPTIMIZER
    elif isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EOVERFLOW):
        reason = KEPT
    elif isinstance(error, ImportError) and "relative import" in str(error):
        module = dotted(path)
        reason = PACKAGE.format(top=module.partition(".")[0], module=module)
    else:
        reason = ASKED if isinstance(error, EOFError) else BROKE.format(name=name)
    return AdvisorError(NO_STEP.format(name=name, ended=ended, reason=reason))


def dotted(path: Path) -> str:
    """The name of the module that the file is, by the packages that it lies in, and at least by its folder."""
    parents = list(path.resolve().parents)
    above = [parents[0], *(folder for folder in parents[1:] if (folder / "__init__.py").is_file())]
    return ".".join([*(folder.name for folder in reversed(above)), path.stem])


def no_loop(first: Any, needed: int, error: Exception | None) -> AdvisorError:
    """What to say of a script, this process's main module, that ended, perhaps broke, before it took the steps that show its loop.

    `first` are the steps until then: how many were `taken`, `gradients` computed, and optimizers `made`.
    """
    if isinstance(error, AdvisorError):
        return error  # which says it all
    name = Path(str(sys.modules["__main__"].__file__)).name
    broke = f"it ended with {one_line(error)}" if error is not None else ""
    if not first.taken:
        without = f"it computed {counted(first.gradients, 'gradient')} without one" if first.gradients else "it ended before its first one"
        return no_step(broke or without, error, by_hand=bool(first.gradients) and not first.made)
    reason = " " + BROKE.format(name=name) if broke else ""
    steps = counted(first.taken, "step")
    return AdvisorError(TOO_FEW.format(name=name, steps=steps, needed=needed, ended=broke or "it came to its end", reason=reason))


def need_steps(backwards: int, optimizers: int) -> None:
    """Complain where so many backward passes were followed by no step, though so many optimizers were made.

    Raises
    ------
    AdvisorError
        There were too many.
    """
    if backwards >= (MANY if engine() is None else FEW):
        raise no_step(f"it computed {backwards} gradients without one", by_hand=not optimizers)


def need_own_parameters(modules: list[Any]) -> None:
    """Complain where an engine's optimizer steps on what no module holds.

    Raises
    ------
    AdvisorError
        It does.
    """
    if not modules and engine() is not None:
        raise AdvisorError(COPIES.format(engine=engine()))
