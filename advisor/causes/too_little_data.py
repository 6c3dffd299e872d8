"""There are too few training examples for what is to be learned.

What it means
    More examples, or variations of those there are, move the point where memorizing pays.

How it is weighed
    For: overfitting although regularization is already strong; few training examples, or a great many passes over them, where
    the run tells how many. Against: many examples.

What to change
    augmentation: more data, or variations that keep the label; which these are depends on what the data are, and where nobody can tell,
    no line of code stands beside it.

References
    The guide, Problem 5, solution 3.
    Pictures: Shorten and Khoshgoftaar, A survey on Image Data Augmentation (2019). Words left out: Iyyer et al., Deep Unordered
    Composition (2015). Sound: Park et al., SpecAugment (2019). arXiv:1904.08779
"""

from advisor.curves import fall, rise
from advisor.evidence.data_kind import data_kind
from advisor.evidence.validation.worth_keeping import in_vain
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number
from advisor.statistics.training_length import plan

EXPLAINS = ("overfitting",)
PRIOR = -4.0
FEW, MANY = 300, 20_000  # examples
OFTEN = 100  # epochs
ANY = "more data, or variations that keep the label: pictures cropped, a band of a sound masked, words left out, noise on numbers"
VARIATIONS = {  # of each kind of data: what may be varied, and the line that does it
    "images": (
        "every variation of a picture that keeps its label counts as a new one; boxes and masks move with it",
        "transforms.RandomAffine(10, translate=(0.1, 0.1), scale=(0.9, 1.1))  # mirror too, where a mirror image keeps its label",
    ),
    "text": (
        "more text, or variations that keep the label: a text of which some words are left out counts as a new one",
        "tokens = torch.where(torch.rand(tokens.shape) < 0.1, unknown, tokens)  # of what is read in training, not of the targets",
    ),
    "audio": (
        "more recordings, or variations that keep the label: a sound of which a band or a moment is missing counts as a new one",
        "torchaudio.transforms.TimeMasking(20)(torchaudio.transforms.FrequencyMasking(10)(spectrogram))  # in training only",
    ),
    "tables": (
        "more rows; a little noise on the columns of numbers keeps a model from learning single rows by heart",
        "inputs = inputs + 0.05 * train_inputs.std(0) * torch.randn_like(inputs)  # columns of numbers only, in training only",
    ),
}
OFF = ("0", "0.0", "none", "false", "")
VARIED = ("mosaic", "mixup", "fliplr", "auto_augment", "aa", "reprob", "randaugment", "color_jitter", "specaugment", "augmentation")


def weigh(train_loss, epoch=None, hparams=None):
    known = plan(train_loss, epoch, hparams)
    if known.examples:
        few = known.examples <= FEW
        fact, weight = ("training examples, few", 10.0) if few else ("training examples", -4.0 if known.examples >= MANY else 0.0)
        yield setting("train_size", round(known.examples), fact, weight)
    if known.epochs and known.epochs >= OFTEN:
        yield setting("epochs", round(known.epochs), "passes over the data, many", 3.0)
    dropout, decay = as_number(hparams, "dropout") or 0.0, as_number(hparams, "weight_decay") or 0.0
    if dropout >= 0.4:
        yield setting("dropout", dropout, "overfits although dropout is strong", 5.0)
    if decay >= 0.05:
        yield setting("weight_decay", decay, "overfits although weight decay is strong", 5.0)


def changes(run, finding):
    why, line = VARIATIONS.get(data_kind(run) or "", (ANY, ""))
    if reason := in_vain(run):
        why += f"; {reason}"
    if not varied(run.signal("hparams") or {}):
        yield Change("augmentation", to="on", why=why, how={"pytorch": line})


def varied(hparams):
    """Whether the run says that its examples are varied already."""
    return any(str(hparams.get(name) or 0).lower() not in OFF for name in VARIED)


BAD = {
    "turns at once although regularized": dict(
        train_loss=fall(end=0.1, rate=40),
        val_loss=fall(end=1.0, rate=200) + rise(2.0, after=0.02),
        hparams=dict(weight_decay=0.1, dropout=0.5),
    ),
}
GOOD = {"nothing known": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4))}
