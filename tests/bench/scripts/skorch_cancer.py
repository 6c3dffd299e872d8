"""Breast cancer in a scikit-learn pipeline with a NeuralNetClassifier of skorch."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from skorch import NeuralNetClassifier
from torch import nn


class ClassifierModule(nn.Module):
    def __init__(self, num_units=20, dropout=0.3):
        super().__init__()
        self.dense0, self.dropout = nn.Linear(30, num_units), nn.Dropout(dropout)
        self.dense1, self.output = nn.Linear(num_units, 10), nn.Linear(10, 2)

    def forward(self, X):
        X = self.dropout(torch.relu(self.dense0(X)))
        return torch.softmax(self.output(torch.relu(self.dense1(X))), dim=-1)


def main():
    torch.manual_seed(0)
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X.astype("float32"), y, random_state=1)
    net = NeuralNetClassifier(ClassifierModule, max_epochs=15, lr=0.02, batch_size=32, verbose=0, iterator_train__shuffle=True)
    pipe = Pipeline([("scale", StandardScaler()), ("net", net)])
    pipe.fit(X_train, y_train)
    print("log loss", log_loss(y_test, pipe.predict_proba(X_test).astype("float64")))


if __name__ == "__main__":
    main()
