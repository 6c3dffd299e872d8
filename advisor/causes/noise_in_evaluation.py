"""Something random goes on in evaluation mode.

What it means
    F.dropout without training=self.training, dropout or noise made by hand, or a layer put back into training mode. A model that draws
    samples by design, as a variational or diffusion model does, is meant to differ.

How it is weighed
    For: two evaluations of one minibatch differ. Against: they do not.

What to change
    evaluation_mode: tie what is random to self.training.

References
    PyTorch, torch.nn.functional.dropout: training is True by default.
"""

from advisor.evidence.sanity_facts import at_end, sanity_evidence
from advisor.finding import Change
from advisor.problems.train_eval_mismatch import modes

EXPLAINS = ("train-eval-mismatch",)
PRIOR = -2.0
LITTLE = 0.01


def weigh(sanity_check):
    apart = at_end(sanity_check, "evaluation_noise")
    if apart >= 0:
        fact = "difference of two evaluations of one minibatch over the output's spread"
        yield sanity_evidence(sanity_check, "evaluation_noise", fact, apart, LITTLE, 12.0 if apart > LITTLE else -10.0)


def changes(run, finding):
    yield Change("evaluation_mode", to="deterministic", why="what is random in training should rest in evaluation")


BAD = {"dropout in evaluation": modes(noise=0.3), "and it costs": modes(evaluated=2.2, noise=0.2)}
GOOD = {"a momentum of 0.00001": modes(after=0.4, evaluated=9.0, batchnorm_momentum=1e-5)}
