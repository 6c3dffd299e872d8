"""The model's last activation is not the one the loss expects.

What it means
    cross_entropy and binary_cross_entropy_with_logits bring their own softmax and sigmoid and want logits; nll_loss wants the output of
    log_softmax. With one too many the loss is held far above 0 and the gradients are small; with one too few it falls without end.

How it is weighed
    For: the loss itself, asked, treats what comes out as something else. Against: it does not.

What to change
    output_activation: return logits, and let the loss apply what it needs; for nll_loss, log_softmax.

References
    PyTorch, CrossEntropyLoss. https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
"""

from advisor.evidence.sanity_facts import by_layer, sanity_evidence
from advisor.finding import Change
from advisor.problems.cannot_overfit_one_batch import tried
from advisor.problems.mismatched_output import fits

EXPLAINS = ("mismatched-output", "cannot-overfit-one-batch")
PRIOR = {"mismatched-output": 0.0, "cannot-overfit-one-batch": -6.0}
TAKEN_FOR = {"softmax_twice": "logits", "sigmoid_twice": "logits", "softmax_missing": "log_softmax"}


def weigh(sanity_check):
    misfit = {name: value for name, value in by_layer(sanity_check, "misfit").items() if name in TAKEN_FOR}
    if not misfit:
        return
    worst = max(misfit, key=misfit.__getitem__)
    found = misfit[worst]
    fact = "share of the minibatches whose output the loss takes for another kind"
    yield sanity_evidence(sanity_check, f"misfit/{worst}", fact, found, 0.0, 16.0 if found else -12.0)


def changes(run, finding):
    misfit = by_layer(run.signal("sanity_check") or {}, "misfit")
    found = next((name for name in TAKEN_FOR if misfit.get(name)), "softmax_twice")
    why = "the loss applies its own: two squeeze the logits" if TAKEN_FOR[found] == "logits" else "nll_loss wants log probabilities"
    yield Change("output_activation", to=TAKEN_FOR[found], why=why)


BAD = {
    "a softmax too many": fits(softmax_twice=1.0),
    "a sigmoid too many": fits(sigmoid_twice=1.0),
    "and so no minibatch is learned": dict(
        sanity_check=tried(0.1, 0.05, 0.0)["sanity_check"] | fits(softmax_twice=1.0)["sanity_check"],
    ),
}
GOOD = {
    "shapes": fits(broadcast=1.0),
    "not learned, but they fit": dict(sanity_check=tried(0.1, 0.05)["sanity_check"] | fits()["sanity_check"]),
}
