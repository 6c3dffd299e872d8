"""The validation that a script makes of its own is logged, and nothing that is none."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import advisor
from probes import Monitor


def data(count, seed):
    x = torch.randn(count, 4, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(x, (x[:, 0] > 0).long())


class Script:
    """A user's training over two epochs, which validates as `validate` does; what it knows of its validations is kept."""

    def __init__(self, loss, validate):
        self.loss, self.known = loss, []
        self.train, self.held, self.tested = data(40, 0), data(21, 1), data(10, 2)
        self.model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 2))
        optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        for _ in range(2):
            for x, y in DataLoader(self.train, 8, shuffle=True):
                optimizer.zero_grad()
                self.loss(self.model(x), y).backward()
                optimizer.step()
            self.model.eval()
            validate(self)
            self.model.train()

    def over(self, examples, loss=None, most=99):
        with torch.no_grad():
            losses = [
                ((loss or self.loss)(self.model(x), y).item(), len(x))
                for _, (x, y) in zip(range(most), DataLoader(examples, 8), strict=False)
            ]
        return sum(value * count for value, count in losses) / sum(count for _, count in losses)


def logged(tmp_path, validate, loss=None):
    """The validation losses that were logged, at their steps, and the script."""
    with Monitor(tmp_path / "run"):
        script = Script(loss or nn.CrossEntropyLoss(), validate)
    [run] = advisor.read(tmp_path / "run")
    assert len(run.signal("train_loss")) == 10
    found = run.signal("val_loss")
    return ({} if found is None else dict(zip(found.steps.tolist(), found.values.tolist(), strict=True))), script


def whole(script):
    with torch.no_grad():  # batches of several sizes, told as the mean over examples
        script.known.append(script.over(script.held))


def test_a_validation_is_the_mean_over_the_examples_of_another_data_set(tmp_path):
    found, script = logged(tmp_path, whole)
    assert list(found) == [5, 10] and list(found.values()) == pytest.approx(script.known, rel=1e-5)


def test_sums_are_told_as_means(tmp_path):
    def summed(script):
        script.known.append(script.over(script.held))
        script.known.append(script.over(script.held, nn.CrossEntropyLoss(reduction="sum")))

    found, script = logged(tmp_path, summed)
    assert list(found.values())[-1] == pytest.approx(script.known[-2], rel=1e-5)


def test_of_several_sets_it_is_the_first(tmp_path):
    def both(script):
        whole(script)
        script.over(script.tested)

    found, script = logged(tmp_path, both)
    assert list(found.values()) == pytest.approx(script.known, rel=1e-5)


def test_one_that_asks_for_no_more_than_there_is_is_whole(tmp_path):
    def counted(script):
        loader = iter(DataLoader(script.held, 7))
        with torch.no_grad():
            script.known.append(sum(script.loss(script.model(x), y).item() for x, y in (next(loader) for _ in range(3))) / 3)

    found, script = logged(tmp_path, counted)
    assert list(found.values()) == pytest.approx(script.known, rel=1e-5)


def of_tensors(script, examples, rows=99):
    with torch.no_grad():
        loss = script.loss(script.model(examples.tensors[0][:rows]), examples.tensors[1][:rows])
        script.known.append(loss.item())


def test_tensors_in_no_loader_are_validated_on_at_once(tmp_path):
    found, script = logged(tmp_path, lambda script: of_tensors(script, script.held))
    assert list(found) == [5, 10] and list(found.values()) == pytest.approx(script.known, rel=1e-5)


@pytest.mark.parametrize(
    "validate",
    [
        lambda script: script.over(script.train),
        lambda script: script.over(script.held, most=2),
        lambda script: script.over(script.held, nn.MultiMarginLoss()),
        lambda script: script.over(script.held, lambda output, target: sum(nn.functional.cross_entropy(output, target) for _ in "ab")),
        lambda script: script.over(script.held, lambda output, target: (output.argmax(1) == target).float().mean()),
        lambda script: script.loss(script.model(script.held.tensors[0]), script.held.tensors[1]),
        lambda script: of_tensors(script, script.train),
        lambda script: of_tensors(script, script.held, 8),
        lambda script: (of_tensors(script, script.held), of_tensors(script, script.tested)),
    ],
    ids=[
        "of the training set",
        "in part",
        "of another loss",
        "with a loss twice",
        "of an accuracy",
        "with gradients",
        "of the training tensors",
        "of a minibatch",
        "of two",
    ],
)
def test_what_is_no_validation_is_not_logged(tmp_path, validate):
    assert logged(tmp_path, validate)[0] == {}


def test_a_loss_made_of_several_is_of_no_name(tmp_path):
    cross, margin = nn.CrossEntropyLoss(), nn.MultiMarginLoss()
    found, _ = logged(tmp_path, whole, lambda output, target: cross(output, target) + margin(output, target))
    assert found == {}


def test_sums_that_are_trained_with_are_in_other_units(tmp_path):
    assert logged(tmp_path, whole, nn.CrossEntropyLoss(reduction="sum"))[0] == {}


def test_sums_that_are_divided_are_means(tmp_path):
    """As the Trainer of transformers does it, also over several minibatches."""

    def divided(output, target):
        return nn.functional.cross_entropy(output, target, reduction="sum") / (len(target) * 2)

    found, script = logged(tmp_path, whole, divided)
    assert list(found.values()) == pytest.approx([2 * loss for loss in script.known], rel=1e-5)


def test_what_is_compiled_or_scripted_is_torch_s_own(tmp_path):
    """A local name is found where torch.jit.script was called, and a graph has no break of ours."""
    with Monitor(tmp_path / "run"):
        x, y = torch.randn(4, 2), torch.tensor([0, 1, 0, 1])

        def local(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return nn.functional.cross_entropy(x, y) * 3

        @torch.jit.script
        class Pair:
            def __init__(self, x: torch.Tensor):
                self.x = x

        @torch.jit.script
        class Second:
            def __init__(self, pair: Pair):
                self.pair = pair

        scripted = torch.jit.script(local)
        compiled = torch.compile(lambda x, y: nn.functional.cross_entropy(x, y) * 3, backend="eager", fullgraph=True)
        assert scripted(x, y) == compiled(x, y) == local(x, y)
    assert not hasattr(nn.functional.cross_entropy, "__wrapped__")
