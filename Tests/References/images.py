#!/usr/bin/env python3
"""Convolutions, gates and batch normalisation with their gradients, as PyTorch computes them.

PyTorch 2.13.0 (CPU), in double precision from seed 7, stored as float32. Writes
Tests/Fixtures/images/NAME.safetensors and NAME.json; run from the repository's root.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

FOLDER = pathlib.Path("Tests/Fixtures/images")
torch.manual_seed(7)


def normal(*shape):
    # Rounded to float32 first, so that both sides start from the same numbers.
    return torch.randn(*shape).double().requires_grad_()


def keep(name, config, inputs, y, **others):
    outer = torch.randn(y.shape).double()
    names = [key for key, value in inputs.items() if value.requires_grad]
    gradients = torch.autograd.grad(y, [inputs[key] for key in names], outer)
    arrays = dict(inputs) | others | {"y": y, "outer": outer}
    arrays |= {f"gradient.{key}": value for key, value in zip(names, gradients)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    arrays = {key: value.detach().float().contiguous() for key, value in arrays.items()}
    save_file(arrays, FOLDER / f"{name}.safetensors")
    (FOLDER / f"{name}.json").write_text(json.dumps(config) + "\n")


def convolution(name, x, heads, kernel, stride=1, padding=0, bias=True, gated=False, mask=None):
    inputs = {"x": normal(*x)}
    weights = [normal(out, x[1], kernel, kernel) for out in heads]
    biases = [normal(out) for out in heads] if bias else [None] * len(heads)
    for index, (w, b) in enumerate(zip(weights, biases)):
        inputs[f"w{index}"] = w
        if bias:
            inputs[f"b{index}"] = b
    used = weights
    if mask:
        kept = torch.ones_like(weights[0])
        kept[:, :, kernel // 2, kernel // 2 + (mask == "b"):] = 0
        kept[:, :, kernel // 2 + 1:] = 0
        # The gradient of the unmasked convolution, as the authors' code has it.
        used = [w + (w * kept - w).detach() for w in weights]
    parts = [F.conv2d(inputs["x"], w, b, stride, padding) for w, b in zip(used, biases)]
    y = parts[0] * torch.sigmoid(parts[1]) if gated else torch.cat(parts, 1)
    config = {"heads": len(heads), "stride": stride, "padding": padding, "bias": bias,
              "gated": gated, "mask": mask}
    keep(name, config, inputs, y)


convolution("odd-sizes", (1, 3, 27, 29), [5, 20], 3, stride=2, padding=1)
convolution("first-layer", (2, 1, 12, 11), [16, 16], 7, padding=3, gated=True)
convolution("narrow-gate", (3, 32, 7, 7), [6, 6], 3, padding=1, gated=True)
convolution("wide-gate", (2, 16, 9, 10), [32, 32], 3, padding=1, gated=True)
convolution("five-by-five", (2, 16, 8, 6), [16], 5, padding=2)
convolution("one-by-one", (2, 20, 6, 5), [1], 1)
convolution("mask-a", (2, 3, 9, 8), [16], 3, padding=1, bias=False, mask="a")
convolution("mask-b", (2, 16, 8, 9), [16], 3, padding=1, bias=False, mask="b")

for training in (True, False):
    x, scale, shift = normal(3, 20, 5, 7), normal(20), normal(20)
    mean = torch.randn(20).double()
    variance = torch.rand(20).double() + 0.5
    moved_mean, moved_variance = mean.clone(), variance.clone()
    y = F.relu(F.batch_norm(x, moved_mean, moved_variance, scale, shift, training))
    keep(f"normalization-{'training' if training else 'running'}", {"training": training},
         {"x": x, "scale": scale, "shift": shift}, y, mean=mean, variance=variance,
         moved_mean=moved_mean, moved_variance=moved_variance)
