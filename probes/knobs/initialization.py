"""The first weights of every matrix and kernel, drawn again by a named scheme once the optimizer is made."""

from typing import Any

from probes.knobs import one_of

SCHEMES = {"He": "kaiming_normal_", "Xavier": "xavier_uniform_", "orthogonal": "orthogonal_"}


def parse(text: str) -> str:
    """The name of a scheme."""
    return one_of("initialization", text, list(SCHEMES))


class Drawn:
    """Draws them when an optimizer is made of them, and not again."""

    def __init__(self, scheme: str):
        self.scheme, self.done = scheme, set[int]()

    def made(self, optimizer: Any) -> None:
        """Of the parameters that it is to train; biases and scales, of one dimension, stay."""
        import torch

        draw, parameters = getattr(torch.nn.init, SCHEMES[self.scheme]), [p for group in optimizer.param_groups for p in group["params"]]
        for parameter in parameters:
            if id(parameter) not in self.done and parameter.ndim >= 2:
                draw(parameter)
            self.done.add(id(parameter))


def turn(value: str, hooks: Any, steps: int | None) -> Drawn:
    """Whenever an optimizer is made."""
    return Drawn(value)
