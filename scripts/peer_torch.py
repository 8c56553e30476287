"""The founding model and a transformer block in PyTorch, with weights from Keras' files."""

import time

import h5py
import numpy as np
import torch
from torch import nn


def tensor(values):
    return torch.tensor(np.asarray(values))


class Luong(nn.Module):
    """LSTM -> attention of the package `attention` (Luong) -> Dense(1)."""

    def __init__(self, path):
        super().__init__()
        with h5py.File(path) as file:
            cell = file["lstm/lstm/lstm_cell"]
            kernel, recurrent, bias = (cell[f"{name}:0"][()] for name in ("kernel", "recurrent_kernel", "bias"))
            luong = file["attention_weight/attention_weight/luong_w/kernel:0"][()]
            vector = file["attention_weight/attention_weight/attention_vector/kernel:0"][()]
            dense = [file[f"dense/dense/{name}:0"][()] for name in ("kernel", "bias")]
        self.lstm = nn.LSTM(kernel.shape[0], recurrent.shape[0], batch_first=True)
        with torch.no_grad():  # both have the gates in the order i, f, g, o; Keras has one bias
            self.lstm.weight_ih_l0.copy_(tensor(kernel.T))
            self.lstm.weight_hh_l0.copy_(tensor(recurrent.T))
            self.lstm.bias_ih_l0.copy_(tensor(bias))
            self.lstm.bias_hh_l0.zero_()
        self.luong, self.vector = tensor(luong), tensor(vector)
        self.kernel, self.bias = tensor(dense[0]), tensor(dense[1])
        self.requires_grad_(False)

    def forward(self, x):
        return self.both(x)[0]

    def both(self, x):
        """The output and the attention."""
        states, _ = self.lstm(x)
        last = states[:, -1]
        # (W h_t) . h_T as one product with W h_T, which is what a careful author writes
        weights = torch.softmax(torch.einsum("btd,bd->bt", states, last @ self.luong.T), dim=1)
        context = torch.einsum("bt,btd->bd", weights, states)
        return torch.tanh(torch.cat([context, last], 1) @ self.vector) @ self.kernel + self.bias, weights


class Gradients:
    """Predictions, attention and input gradients of each checkpoint."""

    def __init__(self, paths, x):
        self.models = [Luong(path) for path in paths]
        self.x = tensor(x)

    def run(self):
        self.values = []
        started = time.perf_counter()
        for model in self.models:
            x = self.x.clone().requires_grad_()
            y, weights = model.both(x)
            (gradient,) = torch.autograd.grad(y.sum(), x)
            self.values += [y.detach(), weights.detach(), gradient]
        return time.perf_counter() - started

    def result(self):
        return np.concatenate([value.numpy().ravel() for value in self.values])


class Integrated:
    """Captum's integrated gradients, Gauss-Legendre."""

    def __init__(self, paths, x, steps, batch):
        from captum.attr import IntegratedGradients

        self.methods = [IntegratedGradients(Luong(path)) for path in paths]
        self.x, self.steps, self.batch = tensor(x), steps, batch

    def run(self):
        started = time.perf_counter()
        self.values = [
            method.attribute(self.x, n_steps=self.steps, internal_batch_size=self.batch) for method in self.methods
        ]
        return time.perf_counter() - started

    def result(self):
        return np.concatenate([value.detach().numpy().ravel() for value in self.values])


class Block(nn.Module):
    """peer_keras.block in PyTorch: its weights in Keras' order."""

    def __init__(self, weights, heads):
        super().__init__()
        self.heads = heads
        self.w = [tensor(w) for w in weights]

    def forward(self, x):
        w, width = self.w, x.shape[-1]

        def project(kernel, bias):
            return torch.einsum("btd,dhk->bhtk", x, kernel) + bias[:, None]

        q, k, v = project(w[0], w[1]), project(w[2], w[3]), project(w[4], w[5])
        attended = nn.functional.scaled_dot_product_attention(q, k, v)
        x = x + torch.einsum("bhtk,hkd->btd", attended, w[6]) + w[7]
        x = nn.functional.layer_norm(x, (width,), w[8], w[9], eps=1e-3)
        x = x + torch.relu(x @ w[10] + w[11]) @ w[12] + w[13]
        x = nn.functional.layer_norm(x, (width,), w[14], w[15], eps=1e-3)
        return x.mean(1) @ w[16] + w[17]


class BlockGradients:
    """Forward and input gradient of a block."""

    def __init__(self, weights, heads, x):
        self.model, self.x = Block(weights, heads), tensor(x)

    def run(self):
        started = time.perf_counter()
        x = self.x.clone().requires_grad_()
        y = self.model(x)
        (gradient,) = torch.autograd.grad(y.sum(), x)
        self.values = [y.detach(), gradient]
        return time.perf_counter() - started

    def result(self):
        return np.concatenate([value.numpy().ravel() for value in self.values])
