#!/usr/bin/python3
"""Trains a Llama of the 260K or 15M shape with PyTorch: the curve that our own has to
follow, and the speed that it has to beat.

  train_torch.py > loss_260K.json     50 steps of the 260K shape, from the values that
                                      write_random_model draws for seed 1
  train_torch.py --speed 15M          tokens a second, batch 4x256, one thread

Debian's python3-torch and python3-numpy. OpenBLAS 0.3.21 does not know recent processors:
OPENBLAS_CORETYPE=SkylakeX tells it of AVX-512.
"""
import argparse
import json
import time

import numpy as np
import torch
from torch.nn import functional

SHAPES = {  # dim, hidden, layers, heads, kv heads, vocab
    "260K": (64, 172, 5, 8, 4, 512),
    "15M": (288, 768, 6, 6, 6, 32000),
}
STEPS, SEQUENCES, LENGTH, RATE, DECAY, CLIP = 50, 4, 64, 1e-3, 0.1, 1.0


class RandomNumbers:
    """model/base/random_numbers.h, many at once."""

    def __init__(self, seed):
        self.state = seed

    def next(self, count):
        golden = 0x9E3779B97F4A7C15
        with np.errstate(over="ignore"):
            bits = np.uint64(self.state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(golden)
            bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        self.state = (self.state + count * golden) % 2**64
        return bits ^ (bits >> np.uint64(31))

    def normal(self, count):
        bits = self.next(3 * count).reshape(count, 3)
        total = sum(((bits >> np.uint64(shift)) & np.uint64(0xFFFF)).sum(axis=1) for shift in (0, 16, 32, 48))
        return (total.astype(np.int64) - 6 * 65535).astype(np.float32) * np.float32(1 / 65536)


def parameters_of(shape):
    dim, hidden, layers, heads, kv_heads, vocab = shape
    kv_dim = dim // heads * kv_heads
    layer = [(dim,), (dim, dim), (kv_dim, dim), (kv_dim, dim), (dim, dim), (dim,),
             (hidden, dim), (hidden, dim), (dim, hidden)]
    numbers = RandomNumbers(1)

    def draw(size):
        if len(size) == 1:
            return torch.ones(size, requires_grad=True)
        values = numbers.normal(size[0] * size[1]) * np.float32(0.02)
        return torch.tensor(values.reshape(size), requires_grad=True)

    embedding = draw((vocab, dim))
    blocks = [[draw(size) for size in layer] for _ in range(layers)]
    return embedding, blocks, draw((dim,))


def norm(x, scale):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * scale


def rotate(x, cosines, sines):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cosines - b * sines, b * cosines + a * sines), -1)


def loss_of(shape, parameters, inputs, targets):
    _, _, _, heads, kv_heads, vocab = shape
    embedding, blocks, last_norm = parameters
    x = embedding[inputs]
    batch, length, dim = x.shape
    width = dim // heads
    angles = torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(0, width, 2) / width)
    cosines, sines = angles.cos(), angles.sin()
    mask = torch.full((length, length), float("-inf")).triu(1)
    for norm1, wq, wk, wv, wo, norm2, gate, up, down in blocks:
        y = norm(x, norm1)
        q, k, v = ((y @ w.T).view(batch, length, -1, width).transpose(1, 2) for w in (wq, wk, wv))
        q, k = rotate(q, cosines, sines), rotate(k, cosines, sines)
        k, v = (t.repeat_interleave(heads // kv_heads, dim=1) for t in (k, v))
        scores = torch.softmax(q @ k.transpose(2, 3) / width**0.5 + mask, -1)
        x = x + (scores @ v).transpose(1, 2).reshape(batch, length, dim) @ wo.T
        y = norm(x, norm2)
        x = x + (functional.silu(y @ gate.T) * (y @ up.T)) @ down.T
    logits = norm(x, last_norm) @ embedding.T
    return functional.cross_entropy(logits.view(-1, vocab), targets.reshape(-1))


def batch_of(step, sequences, length, vocab):
    """A walk that mostly goes on by a step that depends on where it is: something to learn."""
    numbers = RandomNumbers(1000 + step).next(sequences * (length + 1)).reshape(sequences, length + 1)
    tokens = np.zeros((sequences, length + 1), dtype=np.int64)
    tokens[:, 0] = numbers[:, 0] % np.uint64(vocab)
    for i in range(1, length + 1):
        tokens[:, i] = (tokens[:, i - 1] * 3 + (numbers[:, i] % np.uint64(4)).astype(np.int64)) % vocab
    tokens = torch.tensor(tokens)
    return tokens[:, :-1], tokens[:, 1:]


def train(shape, steps, sequences, length):
    parameters = parameters_of(shape)
    everything = [parameters[0], *(p for block in parameters[1] for p in block), parameters[2]]
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in everything if p.dim() > 1], "weight_decay": DECAY},
         {"params": [p for p in everything if p.dim() == 1], "weight_decay": 0.0}],
        lr=RATE, betas=(0.9, 0.95), eps=1e-8)
    for step in range(steps):
        loss = loss_of(shape, parameters, *batch_of(step, sequences, length, shape[5]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(everything, CLIP)
        optimizer.step()
        yield loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", choices=SHAPES)
    parser.add_argument("--steps", type=int, default=6)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.speed is None:
        losses = [round(loss, 6) for loss in train(SHAPES["260K"], STEPS, SEQUENCES, LENGTH)]
        print(json.dumps({"shape": "260K", "sequences": SEQUENCES, "length": LENGTH, "losses": losses}))
        return
    times = []
    start = time.perf_counter()
    for _ in train(SHAPES[options.speed], options.steps + 1, 4, 256):
        times.append(time.perf_counter() - start)
        start = time.perf_counter()
    print(f"{4 * 256 / sorted(times[1:])[len(times) // 2 - 1]:.0f} tokens/s")


if __name__ == "__main__":
    main()
