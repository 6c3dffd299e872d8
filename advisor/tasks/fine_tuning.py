"""A model that was trained before is trained further on another task: all of it, its head, or a few added weights (LoRA).

What is normal
    The loss begins low, falls at once and then hardly: most was learned before. Rates are small, 1e-5 to 1e-4 for all weights with AdamW
    and 1e-4 to 3e-4 for LoRA, and one to five epochs are many, in batches of 16 to 128.

How it is recognized
    By hyperparameters that name the weights it begins with (model_name_or_path, pretrained, a checkpoint as weights, a model of a public
    hub), or that belong to LoRA and its like; or by the rewards of chosen and rejected answers, with which language models are tuned to
    preferences.

References
    Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2021). arXiv:2106.09685
    Devlin et al., BERT (2018), appendix A.3: rates 5e-5, 3e-5 and 2e-5, 2 to 4 epochs. arXiv:1810.04805
"""

from advisor.curves import fall, noise, rise

WORDS = "fine-tuning"
BEFORE = ("language-model-pretraining", "detection-segmentation", "diffusion", "contrastive", "sequence-to-sequence", "vae")
# BERT 2e-5 to 5e-5 and Alpaca 2e-5, Whisper 1e-5; pictures with momentum 1e-3 to 3e-2 (ViT); T5 with Adafactor 1e-3
ALL_WEIGHTS = dict.fromkeys(("Adam", "AdamW", "RMSprop"), (1e-5, 3e-5)) | {
    "SGD with momentum": (1e-3, 0.01),
    "SGD": (1e-3, 0.03),
    "Adafactor": (1e-4, 1e-3),
    "Lion": (3e-6, 1e-5),
}
FLAGS = {"pretrained", "finetune", "fine_tune", "finetuning", "weights", "init_weights"}  # by which nets for pictures are said to begin so
# Between Keras' guide, 1e-3 for a new head and 1e-5 for all of the net, and MAE's 5e-4 for each 256 pictures, less in lower layers
OF_PICTURES = ALL_WEIGHTS | dict.fromkeys(("Adam", "AdamW", "RMSprop"), (3e-5, 3e-4))
ADDED_WEIGHTS = {**dict.fromkeys(("Adam", "AdamW"), (1e-4, 2e-4)), "Lion": (1e-5, 6e-5)}  # LoRA 1e-4 to 3e-4, QLoRA 2e-4 (7B, 13B) and 1e-4
PREFERENCES, PREFERENCES_ADDED = (5e-7, 1e-6), (5e-6, 1e-5)  # DPO: all weights 5e-7, LoRA 5e-6
LORA = "lora_r lora_rank lora_alpha lora_dropout peft_type peft_config qlora use_lora"


def rates(hparams, signs, start):
    """Those of all weights, or of the few that LoRA adds; to tune to preferences takes much less."""
    added = any(name in signs or hparams.get(name) for name in LORA.split())
    if any("rewards" in sign for sign in signs):
        return dict.fromkeys(("Adam", "AdamW", "RMSprop"), PREFERENCES_ADDED if added else PREFERENCES)
    return ADDED_WEIGHTS if added else OF_PICTURES if signs and set(signs) <= FLAGS else ALL_WEIGHTS


FINDERS = ("detect", "segment", "pose", "obb")  # what Ultralytics calls the nets that find things in pictures


def instead(change, hparams):
    """Nets that find things in pictures have no dropout to raise."""
    return None if change.hparam == "dropout" and str(hparams.get("task", "")).lower() in FINDERS else change


HUB = (
    r"(?:^|/)(?:distil|deberta|xlm|mobile|al)?(?:bert|roberta|t5|flan|bart|gpt2|llama|mistral|mixtral|qwen|gemma|phi|whisper|wav2vec2?|clip|vit)"
    r"[\w.]*-[\w.-]*(?:tiny|mini|small|medium|base|large|xl|\d+m|\d+(?:\.\d+)?b)\b"
)


def recognize(logged):
    yield logged.setting(LORA, 1.0)
    yield logged.setting("model_name_or_path pretrained_model_name_or_path pretrained_model pretrained_path pretrained_weights", 1.0)
    yield logged.setting("pretrained finetune fine_tune finetuning finetune_from", 1.0)
    yield logged.setting("weights init_weights", 1.0, value=r"\.(?:pt|pth|ckpt|safetensors|bin)$|^imagenet$")
    yield logged.setting("init_from", 1.0, value=r"^(?:gpt2|pretrained|hf)")
    yield logged.setting("_name_or_path model_name model name model_id base_model", 1.0, value=HUB)
    yield logged.tag(r"_rewards_(?:chosen|rejected|margins)_", 1.0)


IS = {
    "LoRA": dict(tags=("train/loss",), hparams={"lora_r": 8, "lora_alpha": 16}),
    "a model of a hub": dict(tags=("loss", "eval_loss"), hparams={"model_name_or_path": "bert-base-uncased", "learning_rate": 2e-5}),
    "a config of one": dict(tags=("train/loss",), hparams={"_name_or_path": "distilbert-base-cased"}),
    "a backbone": dict(tags=("train_loss",), hparams={"model/pretrained": True, "arch": "resnet50"}),
    "nanoGPT from GPT-2": dict(tags=("train/loss",), hparams={"init_from": "gpt2-xl", "block_size": 1024, "n_embd": 768, "n_layer": 12}),
    "preferences": dict(tags=("loss", "rewards/chosen", "rewards/rejected")),
}
IS_NOT = {
    "pretrained: False": dict(tags=("train_loss",), hparams={"pretrained": False, "arch": "resnet50"}),
    "from scratch": dict(tags=("train/loss",), hparams={"init_from": "scratch", "block_size": 256}),
    "a run's own name": dict(tags=("train/loss",), hparams={"model_name": "my-base", "name": "transformer-small"}),
    "class weights": dict(tags=("loss",), hparams={"weights": "[0.1, 0.9]"}),
    "an unnamed config": dict(tags=("train/loss",), hparams={"_name_or_path": "", "vocab_size": 1000}),
}
BERT = dict(model_name_or_path="bert-base-uncased", learning_rate=2e-5, optimizer="AdamW")
HEALTHY = {
    "most was known": dict(
        curves={"loss": fall(start=0.68, end=0.31, rate=25) * noise(0.08), "eval_loss": fall(start=0.6, end=0.36, rate=25) * noise(0.01)},
        hparams=BERT,
    ),
}
ILL = {
    "too many passes": dict(
        curves={"loss": fall(start=0.68, end=0.004, rate=8), "eval_loss": fall(start=0.6, end=0.38, rate=25) + rise(0.8, after=0.2)},
        hparams=BERT,
        finds="overfitting",
    ),
}
