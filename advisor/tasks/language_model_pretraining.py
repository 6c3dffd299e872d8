"""A model learns from scratch to foresee the next token, or a masked one.

What is normal
    The loss begins near ln(vocabulary), falls fast to the entropy of single words, then slowly for as long as one trains, with the length
    of the run in its logarithm: to be still falling at the end is usual, and a single epoch too. Training and validation loss lie together.

How it is recognized
    By bits a byte or a character, or by two or more of: perplexity, tokens a second or in all, the context's length, the vocabulary's size,
    the width of GPT, a known corpus. A run that begins with pretrained weights is fine-tuning.

References
    Kaplan et al., Scaling Laws for Neural Language Models (2020). arXiv:2001.08361
    Hoffmann et al., Training Compute-Optimal Large Language Models (2022). arXiv:2203.15556
"""

WORDS = "pretraining of a language model"
ADVISES_NOT = ("augmentation",)
CORPORA = r"openwebtext|fineweb|\bc4\b|wikitext|tinystories|shakespeare|the_?pile|slimpajama|redpajama|enwik8|text8"


def recognize(logged):
    yield logged.tag(r"_(?:bpb|bpc)_|_bits_per_(?:byte|char|character)_", 1.0)
    yield logged.tag(r"_(?:ppl|perplexity)_", 0.6)
    yield logged.tag(r"_(?:tok|toks|tokens)_(?:per_|p)?(?:s|sec|second)_", 0.5)
    yield logged.tag(r"_(?:num|total|consumed|seen)_tokens_|_tokens_(?:seen|processed|total)_", 0.4)
    yield logged.setting("block_size context_length seq_len seq_length max_seq_len sequence_length", 0.4)
    yield logged.setting("vocab_size padded_vocab_size", 0.3)
    yield logged.setting("n_embd", 0.5)
    yield logged.setting("dataset dataset_name corpus data", 0.6, value=CORPORA)


IS = {
    "nanoGPT": dict(tags=("train/loss", "val/loss"), hparams=dict(block_size=1024, n_embd=768, n_layer=12, dataset="openwebtext")),
    "by the byte": dict(tags=("loss", "Validation bpb", "tok/sec")),
    "perplexity and tokens": dict(tags=("loss", "ppl", "tokens_per_sec")),
}
IS_NOT = {
    "a classifier of text": dict(tags=("train_loss", "val_acc"), hparams=dict(vocab_size=20_000, seq_len=128)),
    "perplexity alone": dict(tags=("loss", "ppl")),
    "a series": dict(tags=("loss",), hparams=dict(seq_len=96, pred_len=24)),
}
