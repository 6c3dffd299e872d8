"""What a ridden script's process does differently where it is one of several ranks."""

import os
import weakref
from collections.abc import Callable
from typing import Any

from advisor.errors import AdvisorError

RESTARTS = "TORCHELASTIC_RESTART_COUNT"
KEPT: list[tuple[list[Any], list[weakref.ref]]] = []  # process groups and the DDPs that use them, see `keep_groups_alive`
STRIDE = 1_000_003  # between the random seeds of ranks
UNKNOWN = (
    "the script does not train as one of {ranks} ranks in a way that can be probed: {why}. It has to make a process group and wrap its "
    "model in DistributedDataParallel, or shard it with fully_shard over all ranks."
)


def ranks() -> int:
    """How many there are."""
    return int(os.environ.get("WORLD_SIZE", "1")) if RESTARTS in os.environ else 1


def own_seed(seed: int) -> int:
    """The seed of what a rank draws for itself: two ranks are not to drop out, or choose, alike."""
    return seed + STRIDE * int(os.environ["RANK"]) if ranks() > 1 else seed


def next_rendezvous() -> None:
    """The script is run again, on all ranks."""
    if RESTARTS in os.environ:
        os.environ[RESTARTS] = str(int(os.environ[RESTARTS]) + 1)


def rendezvous_store(original: Any, *args: Any, **options: Any) -> Any:
    """In place of torch's function that makes the store in which ranks leave their addresses: those of an earlier run are not seen."""
    from torch.distributed import PrefixStore

    return PrefixStore(f"run {os.environ[RESTARTS]}", original(*args, **options))


def need_ranks(modules: list[Any], parameters: list[Any]) -> None:
    """Complain where there are to be several ranks and the training is not one of them.

    Raises
    ------
    AdvisorError
        No process group, another kind of parallelism, or none.
    """
    count = ranks()
    if count == 1:
        return
    import torch.distributed as dist
    from torch.nn.parallel import DistributedDataParallel

    why = ""
    if not dist.is_initialized() or dist.get_world_size() != count:
        why = "it has made no process group of all of them"
    elif is_sharded(parameters):
        if any(hasattr(p, "to_local") and (p.device_mesh.ndim > 1 or p.device_mesh.size() != count) for p in parameters):
            why = "its device mesh is not one row of all ranks"
    elif not any(isinstance(part, DistributedDataParallel) for module in modules for part in module.modules()):
        why = "its model is neither a DistributedDataParallel nor sharded with fully_shard"
    if why:
        raise AdvisorError(UNKNOWN.format(ranks=count, why=why))
    keep_groups_alive([part for module in modules for part in module.modules() if isinstance(part, DistributedDataParallel)])


def keep_groups_alive(users: list[Any]) -> None:
    """Let the process groups of this run of the script outlive the DDPs that use them; those of earlier runs whose DDPs are gone end.

    A group that ends together with its DDP waits, holding the interpreter, for a thread that needs it. Alone it lets go of it.
    """
    from torch.distributed import group

    KEPT[:] = [(groups, refs) for groups, refs in KEPT if any(ref() is not None for ref in refs)]
    KEPT.append(([group.WORLD, *(user.process_group for user in users)], [weakref.ref(user) for user in users]))


def is_sharded(parameters: list[Any]) -> bool:
    """Whether each rank has a part of the parameters, as after fully_shard."""
    return any(hasattr(p, "to_local") for p in parameters)


def own_gradients(modules: list[Any], parameters: list[Any], wanted: Callable[[], bool]) -> Any:
    """What sees this rank's own gradients before they are averaged; None where a DDP does not average all, or has a hook already."""
    from torch.nn.parallel import DistributedDataParallel

    from probes.gradients.gradient_parts import OwnGradients, before_averaging

    if ranks() == 1 or len(modules) != 1 or not isinstance(modules[0], DistributedDataParallel):
        return None
    if {id(p) for p in parameters if p.requires_grad} != {id(p) for p in modules[0].parameters() if p.requires_grad}:
        return None
    own = OwnGradients(wanted)
    try:
        modules[0].register_comm_hook(own, before_averaging)
    except (RuntimeError, ValueError):  # one only
        return None
    return own


def forget_process_group() -> None:
    """A script that is run again makes its process group again."""
    import torch.distributed as dist

    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
