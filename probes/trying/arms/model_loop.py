"""The training that a `model.py` describes, as a script: a plain loop, validated after each epoch. It is run by its path."""

import itertools
import sys
from pathlib import Path

from advisor.errors import AdvisorError
from probes.learning_rate.schedules import rate
from probes.trainings.from_model_file import check_loss, made_model, made_optimizer, plan, split
from probes.trainings.minibatches import to_device
from probes.trainings.model_file import imported, number

STEPS = 1000  # where the file says nothing of its max_steps
VALIDATED_WITH = 64  # examples at once, at least


def main(path: Path) -> None:
    """Train it."""
    import torch
    from torch.utils.data import DataLoader

    with imported(path) as module:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        train, held_out = split(module, path)
        model = made_model(module, path).to(device)
        loss = module.loss.to(device) if isinstance(module.loss, torch.nn.Module) else module.loss
        check_loss(model, loss, train, device, path)
        optimizer, said = made_optimizer(module, model, path), plan(module, path)
        peaks, steps = [group["lr"] for group in optimizer.param_groups], said.get("max_steps", STEPS)
        size = min(number(module, "batch_size", 64, path, int), len(train))
        loader, checked = DataLoader(train, size, shuffle=True, drop_last=True), DataLoader(held_out, max(VALIDATED_WITH, size))
        taken = itertools.count()
        while True:
            for batch in loader:
                if (step := next(taken)) >= steps:
                    return
                for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                    group["lr"] = rate(said.get("schedule", "constant"), peak, step, steps)
                inputs, targets = to_device(batch, device)
                optimizer.zero_grad()
                loss(model(inputs), targets).backward()
                optimizer.step()
            validate(model, loss, checked, device)


def validate(model, loss, loader, device) -> None:
    """Compute the loss of what is held out; who listens is told of it."""
    import torch

    model.eval()
    with torch.no_grad():
        for batch in loader:
            inputs, targets = to_device(batch, device)
            loss(model(inputs), targets)
    model.train()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except AdvisorError as error:
        raise SystemExit(str(error)) from None
