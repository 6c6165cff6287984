"""200 steps of training a small symmetric MIM, written in PyTorch from the equations: Tests/Fixtures/trajectory.safetensors.

Both branches (arXiv:1910.03175, equation 6, with q(x) estimated from the decoder), Adam, β warmed up over 60 steps, the decoder branch from
step 100 on. Weights, batches and noise are in the file, rounded to float32; computed in double precision. Beside the loss of every step the file
has the weights after the last one. Run: python Tests/References/trajectory.py; with the path of an oracle file
(mlp-*.safetensors) it compares its losses with that one's instead.
"""

import json
import math
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

torch.set_default_dtype(torch.float64)
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "swish": torch.nn.functional.silu}


def log_normal(value, mean, scale):
    return (-0.5 * ((value - mean) / scale) ** 2 - torch.log(scale) - 0.5 * math.log(2 * math.pi)).sum(-1)


class Machine:
    def __init__(self, parameters, layers, activation, floor):
        self.parameters, self.layers, self.floor = parameters, layers, floor
        self.activation = ACTIVATIONS[activation]

    def linear(self, name, value):
        return value @ self.parameters[f"{name}.weight"].T + self.parameters[f"{name}.bias"]

    def head(self, name, value):
        for layer in range(self.layers - 1):
            value = self.activation(self.linear(f"{name}.{2 * layer}", value))
        last = f"{name}.{2 * (self.layers - 1)}"
        scale = torch.exp(self.linear(f"{last}.fc_logscale", value)) + self.floor
        return self.linear(f"{last}.fc_loc", value), scale

    def joint(self, x, z):
        """log p(x|z), log p(z), log q(z|x)."""
        standard = log_normal(z, torch.zeros_like(z), torch.ones_like(z))
        return log_normal(x, *self.head("p_x_given_z", z)), standard, log_normal(z, *self.head("q_z_given_x", x))

    def draw(self, name, value, noise):
        mean, scale = self.head(name, value)
        return mean + scale * noise

    def loss(self, x, z, z_of_x, beta):
        p_x_z, p_z, q_z = self.joint(x, z)
        likelihood, prior, posterior = self.joint(x, z_of_x)
        q_x = likelihood + prior - posterior
        return -0.5 * (p_x_z + p_z + beta * (q_z + q_x))

    def encoder(self, x, noise, beta):
        z = self.draw("q_z_given_x", x, noise)
        return self.loss(x, z, z, beta).mean()

    def decoder(self, z, noise_x, noise_z, beta):
        x = self.draw("p_x_given_z", z, noise_x)
        return self.loss(x, z, self.draw("q_z_given_x", x, noise_z), beta).mean()


def compare(path):
    numbers = json.loads(pathlib.Path(path).with_suffix(".json").read_text())
    config = numbers["config"]
    file = {name: value.double() for name, value in load_file(path).items()}
    weights = {name[6:]: value for name, value in file.items() if name.startswith("param.")}
    machine = Machine(weights, config["layers"], config["activation"], config["min_scale"])
    ours = machine.encoder(file["x"], file["eps_z"], 1.0), machine.decoder(
        file["z_prior"], file["eps_x"], file["eps_z_decoder_branch"], 1.0)
    print([float(value) for value in ours], numbers["encoder_branch"]["mim"], numbers["decoder_branch"]["mim"])


def main():
    torch.manual_seed(5)
    steps, batch, hidden, warmup, decoder_from, rate = 200, 8, 8, 60, 100, 2e-3
    shapes = {}
    for name in ["q_z_given_x", "p_x_given_z"]:
        shapes |= {f"{name}.0.weight": (hidden, 2), f"{name}.0.bias": (hidden,)}
        for part in ["fc_loc", "fc_logscale"]:
            shapes |= {f"{name}.2.{part}.weight": (2, hidden), f"{name}.2.{part}.bias": (2,)}
    rounded = lambda value: value.float().double()
    weights = {name: rounded((torch.rand(shape) - 0.5) * 1.4) for name, shape in shapes.items()}
    noise = {
        name: rounded(torch.randn(steps, batch, 2)) for name in ["eps_z", "z_prior", "eps_x", "eps_z_decoder_branch"]}
    angles = torch.randint(0, 5, (steps, batch)) * (2 * math.pi / 5)
    points = torch.stack([torch.cos(angles), torch.sin(angles)], -1)
    x = rounded(points + 0.25 * torch.randn(steps, batch, 2))
    made = {f"param.{name}": value.float() for name, value in weights.items()} | {
        name: value.float() for name, value in (noise | {"x": x}).items()}
    for value in weights.values():
        value.requires_grad_(True)
    machine = Machine(weights, 2, "tanh", 1e-6)
    optimizer = torch.optim.Adam(weights.values(), lr=rate)
    losses = []
    for step in range(steps):
        beta = min(1.0, (step + 1) / warmup)
        loss = machine.encoder(x[step], noise["eps_z"][step], beta)
        decodes = step >= decoder_from
        if decodes:
            loss = loss + machine.decoder(
                noise["z_prior"][step], noise["eps_x"][step], noise["eps_z_decoder_branch"][step], beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()) * (0.5 if decodes else 1))
    made |= {f"after.{name}": value.detach().float() for name, value in weights.items()}
    made["loss"] = torch.tensor(losses, dtype=torch.float32)
    path = pathlib.Path(__file__).parents[1] / "Fixtures/trajectory.safetensors"
    save_file({name: value.contiguous() for name, value in made.items()}, path)
    print(path, path.stat().st_size, losses[0], losses[99], losses[-1])


if __name__ == "__main__":
    compare(sys.argv[1]) if len(sys.argv) > 1 else main()
