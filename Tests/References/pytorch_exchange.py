"""Exchange of weights with PyTorch.

Made with Python 3.11, PyTorch 2.13.0+cpu, safetensors 0.8.0, seed 21.
Write Tests/Fixtures/pytorch:    python Tests/References/pytorch_exchange.py
Check a file that mim-repl wrote of the same model (`save m "w" format=pytorch`):
    python Tests/References/pytorch_exchange.py w.safetensors
"""

import json
import os
import sys

import torch
from safetensors.torch import load_file, save_file
from torch import nn

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "pytorch")


class Gaussian(nn.Module):
    """The last layer of the published code: location and log-scale, linear in the features."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.fc_loc = nn.Linear(inputs, outputs)
        self.fc_logscale = nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.fc_loc(x), torch.exp(self.fc_logscale(x)) + 1e-6


class Bernoulli(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.fc_logprobs = nn.Linear(inputs, outputs)

    def forward(self, x):
        return torch.sigmoid(self.fc_logprobs(x))


class Pair(nn.Module):
    def __init__(self, activation, head, width, hidden, latent):
        super().__init__()
        self.q_z_given_x = nn.Sequential(
            nn.Linear(width, hidden[0]), activation, nn.Linear(hidden[0], hidden[1]), activation,
            Gaussian(hidden[1], latent))
        self.p_x_given_z = nn.Sequential(
            nn.Linear(latent, hidden[2]), activation, head(hidden[2], width))


def models():
    torch.manual_seed(21)
    return {"gaussian": Pair(nn.Tanh(), Gaussian, 2, (7, 5, 6), 3),
            "bernoulli": Pair(nn.ReLU(), Bernoulli, 16, (9, 4, 8), 2)}


def numbers(model, x):
    mean, scale = model.q_z_given_x(x)
    decoded = model.p_x_given_z(mean)
    decoded = decoded[0] if isinstance(decoded, tuple) else decoded
    return {"x": x, "mean": mean, "scale": scale, "decoded": decoded}


def write():
    os.makedirs(OUT, exist_ok=True)
    golden = {}
    for name, model in models().items():
        save_file(model.state_dict(), os.path.join(OUT, f"{name}.safetensors"))
        width = model.q_z_given_x[0].in_features
        x = (torch.rand(5, width) > 0.5).float() if name == "bernoulli" else torch.randn(5, width)
        with torch.no_grad():
            golden[name] = {key: value.flatten().tolist() for key, value in numbers(model, x).items()}
    with open(os.path.join(OUT, "golden.json"), "w") as file:
        json.dump(golden, file)


def check(path):
    weights = load_file(path)
    for name, model in models().items():
        if weights.keys() == model.state_dict().keys():
            model.load_state_dict(weights, strict=True)
            equal = all(torch.equal(value, models()[name].state_dict()[key])
                        for key, value in weights.items())
            print(f"{path}: load_state_dict(strict=True) into `{name}`; "
                  f"{'the same' if equal else 'other'} weights as the fixture's")
            return
    sys.exit(f"{path}: its names are those of no model here")


if len(sys.argv) > 1:
    check(sys.argv[1])
else:
    write()
