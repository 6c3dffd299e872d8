"""A Hugging Face Trainer that saves checkpoints as it goes."""

import sys

import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments, set_seed


class Parity(torch.utils.data.Dataset):
    def __init__(self, count, seed):
        generator = torch.Generator().manual_seed(seed)
        self.tokens = torch.randint(0, 30, (count, 8), generator=generator)

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, i):
        return {"input_ids": self.tokens[i], "labels": (self.tokens[i, 0] > 14).long()}


if __name__ == "__main__":
    set_seed(0)
    config = BertConfig(vocab_size=30, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    arguments = TrainingArguments(
        "output",
        max_steps=30,
        per_device_train_batch_size=8,
        gradient_accumulation_steps=4 if "accumulate" in sys.argv else 1,
        learning_rate=1e-3,
        warmup_steps=10,
        logging_steps=5,
        save_steps=8,
        eval_strategy="epoch",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    Trainer(BertForSequenceClassification(config), arguments, train_dataset=Parity(200, 0), eval_dataset=Parity(40, 1)).train()
