"""The optimizer, by the name of its class in torch.optim, with its usual settings and the learning rate that the script's own has."""

from typing import Any

from probes.knobs import one_of

NAMES = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "RAdam", "Adamax")


def parse(text: str) -> str:
    """Its name."""
    return one_of("optimizer", text, NAMES)


class Instead:
    """Lets another optimizer step in place of each of the script's, which is left without a gradient then."""

    LAST = True  # of all that listen: what the others see is the gradient that it steps with

    def __init__(self, name: str, hooks: Any):
        self.name, self.hooks = name, hooks
        self.others: dict[int, Any] = {}

    def before_step(self, optimizer: Any) -> None:
        """Step with the script's groups and rates, and take its gradients away."""
        import torch

        other = self.others.get(id(optimizer))
        if other is None:
            groups = [{"params": group["params"], "lr": float(group["lr"])} for group in optimizer.param_groups]
            self.hooks.on = False  # it is none of the script's
            other = self.others[id(optimizer)] = getattr(torch.optim, self.name)(groups)
            self.hooks.on = True
        for mine, own in zip(other.param_groups, optimizer.param_groups, strict=True):
            mine["lr"] = own["lr"]
        other.step()
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None


def turn(value: str, hooks: Any, steps: int | None) -> Instead:
    """From the first step on."""
    return Instead(value, hooks)
