"""One optimizer step of a model on minibatches that are given, in any precision, with or without checkpointing."""

import inspect
from typing import Any

from probes.gradients.real_numbers import measurable, norms, real
from probes.memory.device_memory import staying
from probes.state.snapshot import Snapshot
from probes.trainings.checkpointing import Checkpointed
from probes.trainings.precision import computing_in, scaler_for


class ModelStep:
    """A model, a loss and an optimizer: what happens between two minibatches."""

    def __init__(self, model, loss, optimizer, device: str):
        self.model, self.loss, self.optimizer, self.device = model, loss, optimizer, device
        self.precision = "fp32"
        self.checkpointed: Checkpointed | None = None
        self.computes_another: bool | None = None  # gradient in each step: its step() will not do without a closure
        self.first_norm = 0.0  # of the gradient that such a step began with
        self.parts: Any = None  # a `gradient_parts.Accumulation` to show every minibatch's gradient to
        rates = [float(group["lr"]) for group in optimizer.param_groups]
        self.ratios = [rate / max(rates) if max(rates) else 1.0 for rate in rates]

    @property
    def parameters(self):
        """The tensors that the optimizer holds and that require a gradient, in the order of its groups: that of every list of gradients."""
        return [p for group in self.optimizer.param_groups for p in group["params"] if p.requires_grad]

    @property
    def lr(self) -> float:
        """The largest learning rate of the parameter groups; set, each group gets its share of it as in the beginning, see `ratios`."""
        return max(float(group["lr"]) for group in self.optimizer.param_groups)

    @lr.setter
    def lr(self, rate: float) -> None:
        for group, ratio in zip(self.optimizer.param_groups, self.ratios, strict=True):
            if hasattr(group["lr"], "fill_"):
                group["lr"].fill_(rate * ratio)
            else:
                group["lr"] = float(rate * ratio)

    @property
    def precision(self) -> str:
        """What forward and backward compute in, "fp32", "bf16" or "fp16"; setting it makes a new gradient scaler for "fp16"."""
        return self._precision

    @precision.setter
    def precision(self, name: str) -> None:
        self.scaler, self._precision = scaler_for(name, self.device), name

    @property
    def checkpointing(self) -> bool:
        """Whether repeated blocks compute their activations again; set on a model without such blocks it raises AdvisorError."""
        return self.checkpointed is not None

    @checkpointing.setter
    def checkpointing(self, on: bool) -> None:
        if on and self.checkpointed is None:
            self.checkpointed = Checkpointed(self.model)
        elif not on and self.checkpointed is not None:
            self.checkpointed.undo()
            self.checkpointed = None

    def backward(self, batches):
        """Leave the batches' mean gradient in the parameters; their mean loss, a tensor of shape ()."""
        import torch

        self.optimizer.zero_grad(set_to_none=True)
        if self.parts is not None:
            self.parts.forget()
        with torch.enable_grad():
            return sum(self.backward_one(batch, 1 / len(batches)) for batch in batches)

    def backward_one(self, batch, share: float):
        """Add a share of one minibatch's gradient; its loss. The graph is gone on return, before the next batch or the optimizer's step."""
        inputs, targets = batch
        with computing_in(self.precision, self.device):
            loss = self.loss(self.model(inputs), targets)
        (loss * share if self.scaler is None else self.scaler.scale(loss * share)).backward()
        if self.parts is not None:
            self.parts.after_backward([p.grad for p in self.parameters])
        return loss.detach() * share

    def updated(self, batches):
        """Take a step on the batches; their mean loss, a tensor of shape ()."""
        closure = inspect.signature(self.optimizer.step).parameters.get("closure")
        if closure is not None and closure.default is closure.empty:  # LBFGS computes the gradient as often as it likes
            return self.optimizer.step(lambda: self.backward(batches))
        loss = self.backward(batches)
        self.advance(batches)
        if self.parts is not None:
            self.parts.at_step()
        return loss

    def advance(self, batches) -> None:
        """Let the optimizer use the gradient; one that computes another on the way, as SAM does, is told how."""
        if self.scaler is not None:
            self.scaler.unscale_(self.optimizer)
            self.scaler.step(self.optimizer)
            self.scaler.update()
            return
        if self.computes_another is None:
            self.computes_another = self.found_to_compute_another(batches)
        elif not self.computes_another:
            self.optimizer.step()
        if not self.computes_another:
            return
        self.first_norm = self.norm_now()
        self.optimizer.step(lambda: self.backward(batches))

    def found_to_compute_another(self, batches) -> bool:
        """Whether a step that was given no closure failed for the want of it; all is then as before, else the step is taken."""
        before = None if type(self.optimizer).__module__.startswith("torch.") else Snapshot(self.model, self.optimizer)
        try:
            self.optimizer.step()
        except Exception as error:
            if before is None or not lacks_closure(error):
                raise
            before.put_back()
            self.backward(batches)
        else:
            return False
        return True

    def gradient(self, batches) -> list[Any]:
        """The batches' mean gradient, a tensor or None for every parameter; it is gone at the next step or gradient."""
        while True:
            self.backward(batches)
            if self.scaler is None:
                return [p.grad for p in self.parameters]
            scale = self.scaler.get_scale()
            self.scaler.unscale_(self.optimizer)
            self.scaler.update()
            if not self.scaler.get_scale() < scale:  # else it was too large for fp16
                return [p.grad for p in self.parameters]

    def tensors(self) -> list[Any]:
        """Every tensor that stays from step to step."""
        from torch import nn

        return staying([part for part in (self.model, self.loss) if isinstance(part, nn.Module)], [self.optimizer])

    @property
    def grad_norm(self) -> float:
        """Norm of the last step's gradient over all parameters; of the first, where the optimizer computes another in it, as SAM does."""
        return self.first_norm if self.computes_another else self.norm_now()

    def norm_now(self) -> float:
        """Euclidean norm over all gradients as they stand; 0 where there are none."""
        import torch

        gradients = [real(p.grad) for p in self.parameters if p.grad is not None and measurable(p.grad)]
        return float(torch.linalg.vector_norm(torch.stack(norms(gradients)))) if gradients else 0.0


def lacks_closure(error: Exception) -> bool:
    """Whether a step failed because it was given no closure, though its signature does without."""
    return "closure" in str(error).lower() or (isinstance(error, TypeError) and "'NoneType' object is not callable" in str(error))
