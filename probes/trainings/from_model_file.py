"""From what a `model.py` defines to a Training, with one sentence for each way the contract can be broken."""

import math
from pathlib import Path
from types import ModuleType
from typing import Any

from advisor.errors import AdvisorError
from probes.learning_rate.optimizers import refusal
from probes.learning_rate.schedules import SCHEDULES
from probes.state.random_states import seed_everything
from probes.trainings.held_out import HELD_OUT, MOST_HELD_OUT, split_after
from probes.trainings.model_file import number, reporting_errors
from probes.trainings.own_loop import OwnLoop

FIRST_BATCH = 8


def training_from(module: ModuleType, path: Path, seed: int = 0) -> OwnLoop:
    """The training this module describes, checked by one minibatch.

    Raises
    ------
    AdvisorError
        A part of the contract is not kept; the sentence says which.
    """
    import torch

    seed_everything(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train, held_out = split(module, path)
    model = made_model(module, path).to(device)
    loss = module.loss.to(device) if isinstance(module.loss, torch.nn.Module) else module.loss
    check_loss(model, loss, train, device, path)
    optimizer = made_optimizer(module, model, path)
    training = OwnLoop(
        model, train, held_out, loss, optimizer, batch_size=number(module, "batch_size", 64, path, int), device=device, seed=seed
    )
    training.plan = plan(module, path)
    training.notes += parameter_groups_note(training.ratios)
    return training


def parameter_groups_note(ratios: list[float]) -> list[str]:
    """What a learning rate means where the optimizer has several: one sentence; none where all groups have the same rate.

    `ratios`, shape (groups,), are the groups' rates over the largest.
    """
    if min(ratios) == 1:
        return []
    shares = ", ".join(f"{ratio:.3g}" for ratio in ratios)
    return [f"The learning rate is the largest of the optimizer's {len(ratios)} parameter groups; each keeps its share of it ({shares})."]


def plan(module: ModuleType, path: Path) -> dict[str, Any]:
    """The module's optional word on the training to come: `schedule` by its name, `max_steps` in optimizer steps; empty without it.

    Raises
    ------
    AdvisorError
        There is no schedule of this name, or `max_steps` is no positive whole number.
    """
    said: dict[str, Any] = {}
    if hasattr(module, "max_steps"):
        said["max_steps"] = number(module, "max_steps", 1, path, int)
    if hasattr(module, "schedule"):
        if module.schedule not in SCHEDULES:
            raise AdvisorError(f"schedule in {path} is {module.schedule!r}; the schedules are {', '.join(SCHEDULES)}.")
        said["schedule"] = module.schedule
    return said


def made_model(module: ModuleType, path: Path):
    """The torch.nn.Module that model() returns, in training mode and on the device where model() left it.

    Raises
    ------
    AdvisorError
        `model` is a Module itself, model() failed or returned something else, or no parameter requires a gradient.
    """
    import torch

    if isinstance(module.model, torch.nn.Module):
        raise AdvisorError(f"model in {path} is a Module; make it a function that returns one: def model(): return ...")
    with reporting_errors(path, "could not make its model"):
        model = module.model()
    if not isinstance(model, torch.nn.Module):
        raise AdvisorError(f"model() in {path} returned a {type(model).__name__}; it must return a torch.nn.Module.")
    if not any(p.requires_grad for p in model.parameters()):
        raise AdvisorError(f"No parameter of the model in {path} requires a gradient, so there is nothing to train.")
    return model.train()


def split(module: ModuleType, path: Path) -> tuple[Any, Any]:
    """The training and the held-out examples: as given, else a fixed fifth is held out; of these at most 2,000, drawn the same each time.

    Raises
    ------
    AdvisorError
        dataset() failed, holds too few examples, or gives something other than one or two data sets of pairs, see `check_examples`.
    """
    from torch.utils.data import Subset

    with reporting_errors(path, "could not make its data set"):
        made = module.dataset()
    given = made if isinstance(made, tuple) and len(made) == 2 else (made, None)
    for part in given:
        if part is not None:
            check_examples(part, path)
    train, held_out = given
    if held_out is None:
        if len(train) < 2:
            raise AdvisorError(f"dataset() in {path} has a single example; probe needs at least two, one of them to hold out.")
        kept, out = split_after(len(train), min(max(1, round(HELD_OUT * len(train))), MOST_HELD_OUT))
        return Subset(train, kept), Subset(train, out)
    if len(held_out) > MOST_HELD_OUT:
        held_out = Subset(held_out, split_after(len(held_out), MOST_HELD_OUT)[1])
    return train, held_out


def check_examples(examples, path: Path) -> None:
    """Look at a data set's length and at its first example alone, which must be a pair (input, target).

    Raises
    ------
    AdvisorError
        It has no length or cannot be indexed, is empty, or its first example cannot be read or is no pair.
    """
    if not hasattr(examples, "__getitem__") or not hasattr(examples, "__len__"):
        raise AdvisorError(f"dataset() in {path} returned a {type(examples).__name__}; it must return a Dataset with a length, or two.")
    if len(examples) == 0:
        raise AdvisorError(f"dataset() in {path} is empty; check where it looks for its files and what it filters out.")
    with reporting_errors(path, "could not read its first example"):
        example = examples[0]
    if not isinstance(example, (tuple, list)) or len(example) != 2:
        size = f" of {len(example)}" if isinstance(example, (tuple, list, dict)) else ""
        raise AdvisorError(f"dataset() in {path} holds a {type(example).__name__}{size} per example; each must be a pair (input, target).")


def made_optimizer(module: ModuleType, model, path: Path):
    """The optimizer of the module, else AdamW, over the parameters that are trained; made at the module's `lr`, else 1e-3.

    Raises
    ------
    AdvisorError
        optimizer() failed or gives no torch optimizer, `lr` is no positive number, or the optimizer has no learning rate that can be found.
    """
    import torch

    parameters = [p for p in model.parameters() if p.requires_grad]
    maker, lr = getattr(module, "optimizer", torch.optim.AdamW), number(module, "lr", 1e-3, path)
    with reporting_errors(path, "could not make its optimizer"):
        optimizer = maker(parameters, lr=lr) if maker is torch.optim.AdamW else maker(parameters, lr)
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise AdvisorError(f"optimizer() in {path} returned a {type(optimizer).__name__}; it must return a torch.optim.Optimizer.")
    refused = refusal(type(optimizer).__name__)
    if refused is None and any("lr" not in group for group in optimizer.param_groups):
        refused = f"{type(optimizer).__name__} has no learning rate"
    if refused:
        raise AdvisorError(f"In {path}, {refused}; use another optimizer.")
    return optimizer


def check_loss(model, loss, examples, device, path: Path) -> None:
    """Put one small minibatch, of at most eight examples, through model and loss; also gives lazy layers their shapes.

    It is run in evaluation mode, and the model is in training mode afterwards.

    Raises
    ------
    AdvisorError
        The minibatch fails, or its loss is not a single number, does not depend on the model, or is NaN or infinite.
    """
    import torch
    from torch.utils.data import default_collate

    from probes.trainings.minibatches import to_device

    batch = [examples[i] for i in range(min(FIRST_BATCH, len(examples)))]
    with reporting_errors(path, f"failed in its first minibatch, of {len(batch)} examples in evaluation mode"):
        inputs, targets = to_device(default_collate(batch), device)
        first = loss(model.eval()(inputs), targets)
        model.train()
    if not isinstance(first, torch.Tensor) or first.numel() != 1:
        what = f"a tensor of shape {tuple(first.shape)}" if isinstance(first, torch.Tensor) else f"a {type(first).__name__}"
        raise AdvisorError(f"loss(output, target) in {path} returned {what}; it must return a scalar tensor, such as its mean.")
    if not first.requires_grad:
        raise AdvisorError(
            f"loss(output, target) in {path} does not depend on the model; look for detach(), item() or argmax() on its way."
        )
    if not math.isfinite(first.item()):
        raise AdvisorError(
            f"The loss of {path} is {first.item()} at once, before any training; check the inputs and labels for NaN, infinities "
            "and wrong ranges, and the model's initialization."
        )
