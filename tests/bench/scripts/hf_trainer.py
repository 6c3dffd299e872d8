"""A small BERT that tells code from comments, under the Trainer of transformers with warm-up and its own evaluation."""

import argparse
import os

import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments, set_seed

os.environ["TOKENIZERS_PARALLELISM"] = "false"


class Lines(torch.utils.data.Dataset):
    def __init__(self, part):
        with open(argparse.__file__, encoding="utf-8") as f:
            lines = [line.strip() for line in f if len(line.strip()) > 12]
        words = ["self", "def", "if", "return", "=", "for", "action", "parser", "(", "the"]
        lines = [line for i, line in enumerate(lines) if (i % 5 == 0) == (part == "eval")]
        self.rows = [[min(ord(c), 127) for c in line[:32]] for line in lines]
        self.labels = [int(any(f" {w} " in f" {line} " for w in words[:4])) for line in lines]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.rows[i] + [0] * (32 - len(self.rows[i]))
        return {"input_ids": row, "attention_mask": [int(c > 0) for c in row], "labels": self.labels[i]}


def main():
    set_seed(42)
    config = BertConfig(
        vocab_size=128, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, max_position_embeddings=32
    )
    args = TrainingArguments(
        output_dir="out",
        per_device_train_batch_size=16,
        learning_rate=5e-5,
        num_train_epochs=2,
        warmup_steps=10,
        weight_decay=0.01,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        logging_steps=50,
        disable_tqdm=True,
    )
    model = BertForSequenceClassification(config)
    trainer = Trainer(model=model, args=args, train_dataset=Lines("train"), eval_dataset=Lines("eval"))
    trainer.train()
    print("eval_loss", trainer.evaluate()["eval_loss"])


if __name__ == "__main__":
    main()
