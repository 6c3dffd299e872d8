"""What output and target are to each other, told from their shapes and values, and the answers that are known of that kind."""

SURE = (1.0, 3.0, 10.0, 30.0)  # logits of ever surer answers: with label smoothing the surest is not the best


class Classes:
    """Classification: a column of the output for each class, and targets that are whole numbers; `axis` is that of the columns."""

    def __init__(self, output, target, axis: int):
        self.output, self.target, self.axis, self.count = output.detach().double(), target, axis, output.shape[axis]
        whole = self.output.logsumexp(dim=axis)
        sums = self.output.sum(dim=axis)
        self.probabilities = bool((self.output >= 0).all() and (sums - 1).abs().max() < 1e-3)
        self.log_probabilities = bool(whole.abs().max() < 1e-3)

    def in_output_form(self, logits):
        """These logits as the kind of answer the model gives, widened to the output's shape."""
        wide = logits.expand_as(self.output)
        if self.probabilities:
            return wide.softmax(dim=self.axis)
        return wide.log_softmax(dim=self.axis) if self.log_probabilities else wide

    def along(self, values):
        """A value for each class, shape (classes,), where the columns are: every other axis has length 1."""
        shape = [1] * self.output.ndim
        shape[self.axis] = self.count
        return values.reshape(shape)

    def onehot(self):
        """1 in the column of the target's class, 0 elsewhere, in the output's shape; a target that is no class counts as the nearest."""
        import torch

        known = self.target.clamp(0, self.count - 1).long()
        return torch.zeros_like(self.output).scatter_(self.axis, known.unsqueeze(self.axis), 1.0)

    def ignorant(self):
        """The answer to which every class is as likely, in a list of one; of the output's shape."""
        import torch

        return [self.in_output_form(torch.zeros_like(self.output))]

    def constants(self):
        """The best constant, to which each class is as likely as among the targets, in a list of one; NaN where no target is a class."""
        counted = self.target[(self.target >= 0) & (self.target < self.count)].flatten().long().bincount(minlength=self.count)
        return [self.in_output_form(self.along((counted.double() / counted.sum()).clamp(min=1e-9).log()))]

    def perfect(self):
        """The right answer, as surely as each of `SURE` says; all of the output's shape."""
        return [self.in_output_form(s * self.onehot()) for s in SURE]


class Numbers:
    """Regression, binary targets, images: as many numbers in the output as in the target."""

    def __init__(self, output, target):
        self.output, self.target = output.detach().double(), target.detach().double().reshape(output.shape)
        self.positive = bool((self.target >= 0).all())
        self.unit = self.positive and bool((self.target <= 1).all())

    def possible_forms(self, values):
        """The values as they are; where they may be probabilities, as logits too; where they may be rates, as logarithms too."""
        import torch

        return [values, *([torch.logit(values, eps=1e-6)] if self.unit else []), *([values.clamp(min=1e-6).log()] if self.positive else [])]

    def ignorant(self):
        """The same as the constants: of numbers there is no other answer that knows nothing."""
        return self.constants()

    def constants(self):
        """The mean of the targets over the examples in its possible forms; each of the output's shape."""
        return self.possible_forms(self.target.mean(dim=0, keepdim=True).expand_as(self.output))

    def perfect(self):
        """The targets in their possible forms; each of the output's shape."""
        return self.possible_forms(self.target)


def kind(output, target) -> Classes | Numbers | None:
    """What output and target are to each other; None where that cannot be told."""
    import torch

    if not isinstance(output, torch.Tensor) or not isinstance(target, torch.Tensor) or not output.is_floating_point() or not target.numel():
        return None
    if not target.is_floating_point() and target.dtype != torch.bool and output.ndim == target.ndim + 1:
        if output.shape[:-1] == target.shape and output.shape[-1] > 1:
            return Classes(output, target, output.ndim - 1)
        if output.ndim >= 2 and output.shape[:1] + output.shape[2:] == target.shape and output.shape[1] > 1:
            return Classes(output, target, 1)
    if output.numel() == target.numel() and (target.is_floating_point() or bool(((target == 0) | (target == 1)).all())):
        return Numbers(output, target)
    return None
