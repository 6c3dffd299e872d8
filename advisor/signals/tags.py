"""What one tag says: the quantity it names, of training or of validation, and what else stands in it."""

import re
from dataclasses import dataclass
from functools import lru_cache


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


TRAIN = {"train", "training", "tr", "trn", "trainer", "learn"}  # the last as CatBoost says it
VAL = (
    "val",
    "valid",
    "validation",
    "eval",
    "evaluation",
    "dev",
    "heldout",
    "holdout",
    "vali",
    "test",
    "testing",
    "tst",
    "vld",
    "va",
)  # best first
COMPOUND = re.compile(rf"({'|'.join([*TRAIN, *VAL, 'batch', 'step', 'epoch', 'total', 'avg', 'mean'])})_?(loss|acc|accuracy)|(loss)_?(\d+)")
TRAIN_SPLIT = frozenset({"train", "training", "train_inner", "learn"})  # what a folder, a cell or the head of a printed line calls a split
SPLITS = TRAIN_SPLIT | {"val", "valid", "validation", "test", "testing", "eval", "evaluation", "dev"}
NEUTRAL = _set(
    "step steps epoch epochs total avg average mean batch iter iters iteration iterations running global metrics metric stats scalar",
    "scalars loss losses reduced overall all full sum samples dataloader idx 0 optim optimizer perf charts logs log summary inner raw",
    "smooth smoothed current cur vs per value values function fn in s sec secs seconds time timing criterion objective",
    "score scores coef coefficient percent pct",
)
GRADIENT = _set("grad grads gradient gradients norm norms gnorm gradnorm")

# Each quantity with what its tags hold, tried in this order: a tag with "learning_rate" in it is no loss, be its folder called "Loss".
# Patterns see the tag in lower case, its words between single underscores.
QUANTITIES = {
    "lr": r"_(?:lr\d*|learning_rate|learningrate)_(?!(?:.*_)?(?:momentum|decay|mult|scale|loss|range)_)",
    "loss_scale": r"_(?:loss|grad|amp)_scale(?:r|r_scale)?_|_scaler_scale_",
    "grad_norm": r"_(?:gnorm|gradnorm)_|_(?:grads?|gradients?)_(?:\w*?_)?norms?_|_norms?_(?:\w*?_)?(?:grads?|gradients?)_",
    "update_ratio": r"_(?:updates?|upd|ud)_(?:\w+_)?ratios?_|_ratios?_(?:of_)?updates?_"
    r"|_updates?_(?:to|over|per)_(?:weights?|params?|parameters?|data)_",
    "input_mean": r"_(?:inputs?|data|images?|features?|x|batch)_means?_|_means?_(?:of_)?(?:inputs?|data|images?|x|batch)_",
    "input_std": r"_(?:inputs?|data|images?|features?|x|batch)_stds?_|_stds?_(?:of_)?(?:inputs?|data|images?|x|batch)_",
    "data_time": r"_data_(?:time|loading|wait|load)_(?:time_)?|_(?:dataloader|dataloading|data_loader|loader|load|fetch)_(?:time|wait)_",
    "step_time": r"_(?:(?:train|optimizer)_)?(?:step|iter|iteration|batch)_(?:time|timing|duration|seconds)_|_end_to_end_"
    r"|^_(?:train_|training_)?time_$|_(?:s|secs?|seconds|time)_per_(?:step|it|iter|iteration|batch)_",
    "throughput": r"_(?:throughput|fps|sps|wps|tps|ups)_|_(?:samples|tokens|toks?|steps|images|imgs|items|examples|frames|iters?|it"
    r"|sequences|batches|words|updates)_(?:per_|p)?(?:s|sec|second|seconds)_",
    "memory": r"_(?:memory|mem|vram)_(?!(?:.*_)?(?:num|ooms?|retries|count)_)|_(?:allocated|reserved)_(?:bytes|mb|gb|gib|mib)_",
    "epoch": r"^_(?:train_|trainer_|training_|global_|current_)*epochs?_$",
}
LOSSES = {  # pattern -> rank, in the order they are tried: "lm loss validation ppl" is a perplexity
    r"_(?:ppl|perplexity)_": 2,
    r"_(?:loss|losses)_": 0,
    r"_(?:nll|bpb|bpc|cross_entropy|crossentropy|xent|m?logloss)_": 1,
    r"_(?:mse|rmse|mae)_": 3,
    r"_(?:bce|ce|nelbo|wer|cer|recon|reconstruction)_": 4,
    r"^_(?:loss(?:es)?_)?l_(?=(?:pix|pixel|percep|perceptual|style|mos|metric|total)_)": 5,  # as BasicSR spells them
    r"^_(?:(?:train|training|val|valid|validation|eval|test|avg|average|mean|epoch|batch|current|final|total)_)*(?:costs?|objective)_$": 5,
    r"^_(?:train|training|(?:val|valid|validation)(?:_\d+)?|test|eval)_(?:l1|l2|huber|quantile|mape|poisson)_$": 3,  # as LightGBM's
    r"_(?:error|err)_rates?_"
    r"|^_(?:(?:avg|average|mean|epoch)_)*(?:train|training|val|valid|validation|test|eval)_(?:(?:avg|average|mean)_)?err(?:or)?_$": 6,
}
PART = 4  # rank from which on a loss may be a part of a total, or stand in for one
ERROR = 6  # rank of what stands for a loss only where there is none
SCORES = {
    r"_(?:accuracy|accuracies|acc|top_?1|acc_?1|accuracy_?1)_": 0,
    r"_(?:map|ap|f1|auc|auroc|roc|dice|iou|miou|bleu|r2|psnr|ssim|rouge\w*?|em|mcc|kappa|meteor|cider)\d*_|_average_precision_": 1,
    r"_(?:acc|top|hit|hits)_?\d+_": 2,
    r"_(?:recall|precision)_": 3,
}
NO_LOSS = _set(
    "scale scaler best min max std var weight weights ratio delta diff gap kl td reward rewards policy actor critic generator z",
    "discriminator gen disc adv adversarial aux auxiliary reg regularization penalty surrogate advantage alpha temperature",
    "grad gradient norm num count baseline fake real d g commit commitment gamma beta lambda coef coefficient margin smoothing",
)
NO_LOSS_PAIRS = r"_entropy_|_(?:value|q|qf\d*|v|vf|pi|pg)_(?:\w+_)?loss_|_loss(?:es)?_(?:value|vf|pi|pg)_"
NO_SCORE = _set("error err best min max std num count reward time grad kl clip")


ANY_QUANTITY = re.compile("|".join((*QUANTITIES.values(), *LOSSES, *SCORES)))  # most tags of those that log thousands name none
PATTERNS = {pattern: re.compile(pattern) for pattern in (*QUANTITIES.values(), *LOSSES, *SCORES, NO_LOSS_PAIRS)}
DERIVATIVE = re.compile(r"(?<![A-Za-z])d[A-Z](?![A-Za-z])")  # "dE" is one, and no "d" of a game
WORD = re.compile(r"[A-Z]+\d*(?![a-z])|[A-Z]?[a-z]+\d*|\d+[a-z]*|[A-Z]")
OVER_SAMPLES = re.compile(r"\bvs[ _]+samples$")  # Megatron logs each scalar a second time over samples
LOSS_VALUE = re.compile(r"(?i)loss[ _]value")


@dataclass(frozen=True)
class Meaning:
    """`rank` is 0 for the quantity's plainest name; `extra` are the words that make the tag something more special."""

    quantity: str
    role: str = ""  # "train", "val" or "" where the tag does not say
    rank: int = 0
    extra: tuple[str, ...] = ()
    split: int = 0  # place of its word in VAL


def words(text: str) -> list[str]:
    """The words of a tag in lower case: parted by anything that is no letter or digit, and before capitals."""
    plain = DERIVATIVE.sub(lambda found: found[0].lower(), text.replace("mAP", "map"))
    return [word.lower() for word in WORD.findall(plain)]


def _split_compounds(tokens: list[str]) -> list[str]:
    """Words, with "trainloss", "batchloss", "valacc" and "loss2" taken apart."""
    parted: list[str] = []
    for token in tokens:
        match = COMPOUND.fullmatch(token)
        parted += [part for part in match.groups() if part] if match else [token]
    return parted


@lru_cache(maxsize=1 << 16)
def spelled(tag: str) -> str:
    """The words of a tag between single underscores, as the patterns here see it: "Train/CE loss" is "_train_ce_loss_"."""
    return f"_{'_'.join(_split_compounds(words(tag)))}_"


@lru_cache(maxsize=1 << 16)
def meaning(tag: str) -> Meaning | None:
    """What a tag means by its words; None where they name no quantity of the vocabulary."""
    if OVER_SAMPLES.search(tag) or "%" in tag:
        return None
    tag = LOSS_VALUE.sub("loss", tag)
    text, last = spelled(tag), spelled(tag.rpartition("/")[2])
    if not ANY_QUANTITY.search(text) and not ANY_QUANTITY.search(last):
        return None
    for quantity, pattern in QUANTITIES.items():
        if match := PATTERNS[pattern].search(text):
            return _meaning(quantity, 0, text, match[0])
    for part in (last, text):  # "Loss/valid_acc" is an accuracy, "Accuracy/train" too
        for quantity, patterns in (("loss", LOSSES), ("accuracy", SCORES)):
            for pattern, rank in patterns.items():
                if match := PATTERNS[pattern].search(part):
                    return None if _never(quantity, text) else _meaning(quantity, rank, text, match[0])
    return None


def _never(quantity: str, text: str) -> bool:
    """Whether a tag names a part of an objective that may rise in a healthy run, or no objective at all."""
    if quantity == "accuracy":
        return bool(NO_SCORE & set(words(text)))
    return bool(NO_LOSS & set(words(text))) or bool(PATTERNS[NO_LOSS_PAIRS].search(text.replace("_cross_entropy_", "_")))


def _meaning(quantity: str, rank: int, text: str, matched: str) -> Meaning:
    roles = [t for t in words(text) if t in TRAIN or t in VAL]
    role = "" if not roles else "train" if roles[-1] in TRAIN else "val"
    rest = [w for w in words(text) if w not in GRADIENT] if quantity == "grad_norm" else words(text.replace(matched, "_", 1))
    extra = tuple(t for t in rest if t not in NEUTRAL and t not in TRAIN and t not in VAL)
    return Meaning(quantity, role, rank, extra, VAL.index(roles[-1]) if role == "val" else 0)
