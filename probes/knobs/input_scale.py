"""The scale of what the model is given: zero mean and unit variance for every feature or channel, by the first minibatch's figures."""

from typing import Any

from probes.knobs import one_of
from probes.state.found_modules import parameters_of, roots

LEAST = 0.1  # of the typical deviation: a feature that hardly varies in one minibatch may vary in the next


def parse(text: str) -> str:
    """Standardize."""
    return one_of("input_scale", text, ("standardize",))


class Standardized:
    """Stands in front of the module that an optimizer trains; whole numbers, as of tokens, pass as they are."""

    def __init__(self) -> None:
        self.mean: Any = None
        self.deviation: Any = None
        self.laid = False

    def made(self, optimizer: Any) -> None:
        """The model is known now."""
        modules = [] if self.laid else roots(parameters_of([optimizer]))
        for module in modules[:1]:
            module.register_forward_pre_hook(self.scaled)
            self.laid = True

    def scaled(self, module: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """The model's arguments, the first one scaled: a tensor of shape (examples, features …) or (examples, channels, height, width)."""
        first, *rest = given or (None,)
        if not (hasattr(first, "is_floating_point") and first.is_floating_point() and first.ndim >= 2):
            return given
        if self.mean is None:
            over = [0, *range(2, first.ndim)] if first.ndim >= 4 else list(range(first.ndim - 1))
            values = first.detach()
            self.mean, deviation = values.mean(over, keepdim=True), values.std(over, keepdim=True)
            typical = float((deviation.nan_to_num(nan=0.0) ** 2).mean()) ** 0.5 or 1.0
            self.deviation = deviation.nan_to_num(nan=0.0).clamp(min=LEAST * typical)
        return ((first - self.mean) / self.deviation, *rest)


def turn(value: str, hooks: Any, steps: int | None) -> Standardized:
    """From the first forward pass on."""
    return Standardized()
