"""A sequence is turned into another: translation, summary, speech to text.

What is normal
    Label smoothing keeps a good loss well above 0. The loss of CTC falls at once to a plateau on which nothing but blanks is said, and
    leaves it after some epochs. Batches sorted by length make time and loss rise together within each epoch. Error rates of words and
    characters fall, and may exceed 1 at first. Adam is warmed up for 4,000 steps or so to 5e-4 to 1e-3, in batches of 4,000 to
    25,000 tokens.

How it is recognized
    By a score that only these tasks have (BLEU, ROUGE, chrF, the error rate of words or characters), or by the loss of CTC.

References
    Graves et al., Connectionist Temporal Classification (2006).
    Vaswani et al., Attention Is All You Need (2017). arXiv:1706.03762
"""

from advisor.curves import fall, nan_after, noise, rise

WORDS = "learning from sequence to sequence"
BEFORE = ("language-model-pretraining",)
ADVISES_NOT = ("augmentation", "class_weights", "target_scale")
RATES = {"Adam": (5e-4, 1e-3), "AdamW": (5e-4, 1e-3)}  # at the peak: the base Transformer 7e-4, fairseq's recipes 5e-4


def recognize(logged):
    yield logged.tag(r"_(?:bleu\d?|sacrebleu|rouge\w*|chrf|ter|meteor|wer|cer)_", 1.0)
    yield logged.tag(r"_ctc_|_loss_ctc_", 1.0)
    yield logged.setting("src_lang source_lang", 0.5)
    yield logged.setting("tgt_lang target_lang", 0.5)


IS = {
    "translation": dict(tags=("loss", "ppl", "bleu"), hparams=dict(vocab_size=32_000, seq_len=256)),
    "speech": dict(tags=("train/ctc_loss", "validation/wer")),
    "two languages": dict(tags=("loss",), hparams=dict(src_lang="en", tgt_lang="de")),
}
IS_NOT = {
    "a classifier of text": dict(tags=("loss", "f1")),
    "one language": dict(tags=("loss",), hparams=dict(src_lang="en")),
}
HEALTHY = {
    "smoothed labels keep it high": dict(
        curves={
            "train_loss": fall(start=9, end=3.1, rate=8) * noise(0.01),
            "valid_loss": fall(start=9, end=3.3, rate=8),
            "bleu": 27 * (1 - fall(1, 0, 8)),
        }
    ),
    "blanks first": dict(curves={"train/ctc_loss": (fall(start=12, end=2.9, rate=80) - rise(2.2, after=0.15)) * noise(0.03)}),
}
ILL = {
    "targets longer than inputs": dict(
        curves={"train/ctc_loss": fall(start=12, end=2.9, rate=80) * nan_after(0.2), "validation/wer": fall(1.0, 1.0)},
        finds="exploding-loss",
    ),
}
