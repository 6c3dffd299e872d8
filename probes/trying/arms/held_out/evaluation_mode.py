"""What a script computes while its modules only answer: no layer keeps what it is given, and no step is taken."""

from typing import Any

from probes.state.found_modules import parameters_of, roots


class EvaluationMode:
    """Of the modules that this optimizer trains, until it is put back."""

    def __init__(self, optimizer: Any):
        import torch

        self.parameters = parameters_of([optimizer])
        modules = {id(it): it for root in roots(self.parameters) for it in root.modules()}.values()
        self.modes = [(it, it.training) for it in modules]
        for module in modules:  # cuDNN computes no gradient of a recurrent layer that is not in training
            module.training = module.training and isinstance(module, torch.nn.RNNBase)
        self.gradients = [p.grad for p in self.parameters]
        self.take_away()

    def take_away(self) -> None:
        """No optimizer of torch's moves what has no gradient."""
        for parameter in self.parameters:
            parameter.grad = None

    def put_back(self) -> None:
        """Modes and gradients as they were."""
        for module, mode in self.modes:
            module.training = mode
        for parameter, gradient in zip(self.parameters, self.gradients, strict=True):
            parameter.grad = gradient
