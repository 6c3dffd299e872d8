"""A model learns from scratch to foresee the next token, or a masked one.

What is normal
    The loss begins near ln(vocabulary), falls fast to the entropy of single words, then slowly for as long as one trains, with the length
    of the run in its logarithm: to be still falling at the end is usual, and a single epoch too. Training and validation loss lie together.
    A step takes in up to some million tokens, and a warm-up takes 100 to 2,000 of them, to 3e-4 to 1e-3 with AdamW.

How it is recognized
    By bits a byte or a character, by HellaSwag, or by two or more of: perplexity, tokens a second or in all, the context's length, the
    vocabulary's size, the width of GPT, a known corpus. A run that begins with pretrained weights is fine-tuning.

References
    Kaplan et al., Scaling Laws for Neural Language Models (2020). arXiv:2001.08361
    Hoffmann et al., Training Compute-Optimal Large Language Models (2022). arXiv:2203.15556
"""

import re

from advisor.curves import T, flat, noise

WORDS = "pretraining of a language model"
ADVISES_NOT = ("augmentation", "class_weights", "labels", "output_activation", "target_scale")
ADAM = (3e-4, 1e-3)  # GPT-3 125M and nanoGPT's GPT-2 6e-4, Llama 7B 3e-4; of characters 1e-3
RECURRENT = {"SGD": (20.0, 30.0), "Adam": (1e-3, 3e-3), "AdamW": (1e-3, 3e-3)}  # AWD-LSTM 30, PyTorch's example 20, both clipped at .25
CORPORA = r"openwebtext|fineweb|\bc4\b|wikitext|tinystories|shakespeare|the_?pile|slimpajama|redpajama|enwik8|text8"


def rates(hparams, signs, start):
    """Those of transformers, or of recurrent nets where the model is named one: to them SGD at 20 to 30 is right."""
    named = " ".join(str(hparams.get(name, "")) for name in ("model", "arch", "rnn_type", "model_type", "model_name", "cell"))
    return RECURRENT if re.search(r"lstm|gru|rnn", named.lower()) else {"Adam": ADAM, "AdamW": ADAM}


def recognize(logged):
    yield logged.tag(r"_(?:bpb|bpc)_|_bits_per_(?:byte|char|character)_", 1.0)
    yield logged.tag(r"_(?:ppl|perplexity)_", 0.6)
    yield logged.tag(r"_(?:tok|toks|tokens)_(?:per_|p)?(?:s|sec|second)_", 0.5)
    yield logged.tag(r"_hella(?:_?swag)?_", 1.0)
    yield logged.tag(r"_ms_(?:per_)?batch_", 0.4)
    yield logged.tag(r"_(?:num|total|consumed|seen)_tokens_|_tokens_(?:seen|processed|total)_", 0.4)
    yield logged.setting("block_size context_length seq_len seq_length max_seq_len sequence_length", 0.4)
    yield logged.setting("vocab_size padded_vocab_size", 0.3)
    yield logged.setting("n_embd", 0.6)
    yield logged.setting("bptt emsize", 0.4)
    yield logged.setting("dataset dataset_name corpus data", 0.6, value=CORPORA)


IS = {
    "nanoGPT": dict(tags=("train/loss", "val/loss"), hparams=dict(block_size=1024, n_embd=768, n_layer=12, dataset="openwebtext")),
    "its endings told on the way": dict(tags=("train", "val", "hella")),
    "by the byte": dict(tags=("loss", "Validation bpb", "tok/sec")),
    "nanoGPT, a corpus of one's own": dict(tags=("train/loss",), hparams=dict(block_size=256, n_embd=384, dataset="own_char")),
    "PyTorch's example": dict(tags=("loss", "ppl", "lr", "ms/batch")),
    "perplexity and tokens": dict(tags=("loss", "ppl", "tokens_per_sec")),
}
IS_NOT = {
    "a classifier of text": dict(tags=("train_loss", "val_acc"), hparams=dict(vocab_size=20_000, seq_len=128)),
    "perplexity alone": dict(tags=("loss", "ppl")),
    "a series": dict(tags=("loss",), hparams=dict(seq_len=96, pred_len=24)),
}
HEALTHY = {
    "falls by a power of its length, to the end": dict(
        curves={"train/loss": (1.7 + 9.2 * (1 + 4e3 * T) ** -0.3) * noise(0.01), "val/loss": (1.75 + 9.2 * (1 + 4e3 * T) ** -0.3)},
        hparams=dict(block_size=1024, n_embd=768, learning_rate=6e-4),
    ),
}
ILL = {
    "stayed at the entropy of guessing": dict(
        curves={"train/loss": flat(4.174) * noise(0.001), "val/loss": flat(4.174) * noise(0.001)},
        hparams=dict(block_size=256, n_embd=384, learning_rate=1e-8, optimizer="AdamW"),
        finds="loss-not-decreasing",
    ),
}
