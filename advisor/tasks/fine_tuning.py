"""A model that was trained before is trained further on another task: all of it, its head, or a few added weights (LoRA).

What is normal
    The loss begins low, falls at once and then hardly: most was learned before. Rates are small, 1e-5 to 1e-4 for all weights with AdamW
    and 1e-4 to 3e-4 for LoRA, and one to five epochs are many.

How it is recognized
    By hyperparameters that name the weights it begins with (model_name_or_path, pretrained, a checkpoint as weights, a model of a public
    hub), or that belong to LoRA and its like; or by the rewards of chosen and rejected answers, with which language models are tuned to
    preferences.

References
    Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2021). arXiv:2106.09685
    Devlin et al., BERT (2018), appendix A.3: rates 5e-5, 3e-5 and 2e-5, 2 to 4 epochs. arXiv:1810.04805
"""

WORDS = "fine-tuning"
BEFORE = ("language-model-pretraining", "detection-segmentation", "diffusion", "contrastive", "sequence-to-sequence", "vae")
HUB = (
    r"(?:^|/)(?:distil|deberta|xlm|mobile|al)?(?:bert|roberta|t5|flan|bart|gpt2|llama|mistral|mixtral|qwen|gemma|phi|whisper|wav2vec2?|clip|vit)"
    r"[\w.]*-[\w.-]*(?:tiny|mini|small|medium|base|large|xl|\d+m|\d+(?:\.\d+)?b)\b"
)


def recognize(logged):
    yield logged.setting("lora_r lora_rank lora_alpha lora_dropout peft_type peft_config qlora use_lora", 1.0)
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
