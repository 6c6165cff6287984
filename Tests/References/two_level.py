"""Two-level models in plain PyTorch, small enough for the tests: losses, terms and gradients.

Writes Tests/Fixtures/two-level/NAME.json in the form of the reference numbers (normal densities without
their constants). Parameters and inputs are not stored: `fill` here and in the test make them.
PyTorch 2.13 (CPU), float64, so that the tolerances bound our error alone.

    python Tests/References/two_level.py
"""

import json
import math
import os
import zlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
GOLDEN = 0.6180339887498949


FILLS = {}


def fill(name, shape, scale):
    """Numbers in ±scale: a Weyl sequence that starts at a place of the name's own."""
    start = (zlib.crc32(name.encode()) % 9973) / 9973
    FILLS[name] = {"shape": list(shape), "start": start, "scale": scale}
    index = torch.arange(1, math.prod(shape) + 1, dtype=torch.float64)
    values = ((start + index * GOLDEN) % 1.0) * 2 - 1
    return (values * scale).to(torch.float32).to(torch.float64).reshape(shape)


class Model:
    def __init__(self, name, image, z1, z2, pseudo_inputs, layers=0, channels=0, hidden=None):
        self.name, self.image, self.z1, self.z2 = name, image, z1, z2
        self.pseudo_inputs, self.layers, self.channels, self.hidden = pseudo_inputs, layers, channels, hidden
        self.item = math.prod(image)
        self.size = ([1] + image) if len(image) == 2 else image
        self.parameters, self.buffers = {}, {}

    def weight(self, name, *shape):
        if name not in self.parameters:
            scale = 1.3 / math.sqrt(math.prod(shape[1:])) if len(shape) > 1 else 0.2
            self.parameters[name] = fill(name, shape, scale).requires_grad_()
        return self.parameters[name]

    def dense(self, x, name, out):
        return F.linear(x, self.weight(name + ".weight", out, x.shape[1]), self.weight(name + ".bias", out))

    def gated(self, x, name, out):
        return self.dense(x, name + ".h", out) * torch.sigmoid(self.dense(x, name + ".g", out))

    def conv(self, x, name, out, kernel, stride=1):
        weight = self.weight(name + ".weight", out, x.shape[1], kernel, kernel)
        return F.conv2d(x, weight, self.weight(name + ".bias", out), stride, kernel // 2)

    def gated_conv(self, x, name, out, kernel, stride):
        return self.conv(x, name + ".h", out, kernel, stride) * torch.sigmoid(
            self.conv(x, name + ".g", out, kernel, stride))

    def gaussian(self, features, name, out):
        mean = self.dense(features, name + "_mean.linear", out)
        return mean, F.hardtanh(self.dense(features, name + "_logvar.linear", out), -6.0, 2.0)

    def features(self, x, name, kernels):
        if self.hidden:
            for index, width in enumerate(self.hidden if name == "q_z2_layers" else self.hidden[-1:]):
                x = self.gated(x, f"{name}.{index}", width)
            return x
        x = x.reshape([-1] + self.size)
        for index, (out, kernel, stride) in enumerate(zip([32, 32, 64, 64, 6], kernels, [1, 2, 1, 2, 1])):
            x = self.gated_conv(x, f"{name}.{index}", out, kernel, stride)
        return x.flatten(1)

    def top(self, x):
        return self.gaussian(self.features(x, "q_z2_layers", [7, 3, 5, 3, 3]), "q_z2", self.z2)

    def lower(self, x, z2):
        width = self.hidden[-1] if self.hidden else 300
        seen = self.features(x, "q_z1_layers_x", [3] * 5)
        code = self.gated(z2, "q_z1_layers_z2.0", seen.shape[1])
        joint = self.gated(torch.cat([seen, code], 1), "q_z1_layers_joint.0", width)
        return self.gaussian(joint, "q_z1", self.z1)

    def lower_prior(self, z2):
        width = self.hidden[-1] if self.hidden else 300
        h = self.gated(self.gated(z2, "p_z1_layers.0", width), "p_z1_layers.1", width)
        return self.gaussian(h, "p_z1", self.z1)

    def mean(self, x, z1, z2, train):
        if self.layers:
            h = [self.gated(z, f"p_x_layers_z{i}.0", self.item) for i, z in ((1, z1), (2, z2))]
            h = torch.cat([v.reshape([-1] + self.size) for v in [x] + h], 1)
            for layer in range(self.layers):
                h = self.masked(h, f"pixelcnn.{3 * layer}", "A" if layer == 0 else "B")
                h = F.relu(self.batch_norm(h, f"pixelcnn.{3 * layer + 1}", train))
            logits = self.conv(h, "p_x_mean.conv", self.size[0], 1)
        elif self.hidden:
            width = self.hidden[-1]
            h = torch.cat([self.gated(z, f"p_x_layers_z{i}.0", width) for i, z in ((1, z1), (2, z2))], 1)
            logits = self.dense(self.gated(h, "p_x_layers_joint.0", width), "p_x_mean.linear", self.item)
        else:
            h = torch.cat([self.gated(z, f"p_x_layers_z{i}.0", 300) for i, z in ((1, z1), (2, z2))], 1)
            h = self.gated(h, "p_x_layers_joint_pre.0", self.item).reshape([-1] + self.size)
            for index in range(4):
                h = self.gated_conv(h, f"p_x_layers_joint.{index}", 64, 3, 1)
            logits = self.conv(h, "p_x_mean.conv", self.size[0], 1)
        return torch.sigmoid(logits).flatten(1)

    def masked(self, x, name, kind):
        weight = self.weight(name + ".weight", self.channels, x.shape[1], 3, 3)
        mask = torch.zeros_like(weight)
        mask[:, :, 0], mask[:, :, 1, : 2 if kind == "B" else 1] = 1, 1
        self.buffers[name + ".mask"] = mask
        # The recorded gradient is that of the unmasked convolution.
        return F.conv2d(x, weight + (weight * mask - weight).detach(), None, 1, 1)

    def batch_norm(self, x, name, train):
        scale, shift = self.weight(name + ".weight", self.channels), self.weight(name + ".bias", self.channels)
        mean = fill(name + ".running_mean", (self.channels,), 0.2)
        variance = fill(name + ".running_var", (self.channels,), 0.2) + 0.7
        self.buffers[name + ".running_mean"], self.buffers[name + ".running_var"] = mean, variance
        return F.batch_norm(x, mean.clone(), variance.clone(), scale, shift, train, 0.1, 1e-5)

    def log_top_prior(self, z2):
        if not self.pseudo_inputs:
            return -0.5 * (z2**2).sum(1)
        inputs = F.hardtanh(self.weight("means.linear.weight", self.item, self.pseudo_inputs).t(), 0.0, 1.0)
        mean, logvar = self.top(inputs)
        each = -0.5 * (logvar + (z2[:, None] - mean) ** 2 / logvar.exp()).sum(2)
        return torch.logsumexp(each, 1) - math.log(self.pseudo_inputs)

    def terms(self, x, eps1, eps2, train, forward=None):
        def log_normal(z, mean, logvar):
            return -0.5 * (logvar + (z - mean) ** 2 / logvar.exp()).sum(1)

        q2 = self.top(x)
        z2 = q2[0] + eps2 * (0.5 * q2[1]).exp()
        q1 = self.lower(x, z2)
        z1 = q1[0] + eps1 * (0.5 * q1[1]).exp()
        p1 = self.lower_prior(z2)
        mean = self.mean(x, z1, z2, train)
        if forward is not None:
            forward.update(z2_q_mean=q2[0], z2_q_logvar=q2[1], z2=z2, z1_q_mean=q1[0], z1_q_logvar=q1[1],
                           z1=z1, z1_p_mean=p1[0], z1_p_logvar=p1[1])
            if not self.layers:
                forward["x_mean"] = mean
        clamped = mean.clamp(1e-5, 1 - 1e-5)
        reconstruction = (x * clamped.log() + (1 - x) * (1 - clamped).log()).sum(1)
        q = log_normal(z2, *q2) + log_normal(z1, *q1)
        return reconstruction, log_normal(z1, *p1), self.log_top_prior(z2), q


def entry(model, inputs, objective, beta, train):
    reconstruction, lower, top, q = model.terms(*inputs, train)
    divergence = q - lower - top
    if objective == "vae":
        loss = -reconstruction + beta * divergence
    else:
        log_qx = reconstruction + (lower + beta * top) - q
        loss = -0.5 * (reconstruction + lower + beta * top + beta * (q + log_qx))
    names = list(model.parameters)
    gradients = torch.autograd.grad(loss.mean(), [model.parameters[n] for n in names], allow_unused=True)
    summary = {}
    for name, gradient in zip(names, gradients):
        flat = gradient.flatten()
        summary[name] = {"norm": flat.norm().item(), "sum": flat.sum().item(), "first": flat[:4].tolist()}
    return {"beta": beta, "train": train, "loss": loss.tolist(), "RE": reconstruction.tolist(),
            "KL": divergence.tolist(), "grad": summary}


def rounded(value):
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def write(stem, kind, batch, **options):
    FILLS.clear()
    model = Model(kind, **options)
    x = (fill("x", (batch, model.item), 1.0) > 0).to(torch.float64)
    inputs = x, fill("eps_z1", (batch, model.z1), 2.0), fill("eps_z2", (batch, model.z2), 2.0)
    forward = {}
    model.terms(*inputs, False, forward)
    reference = {"config": {"model": kind, "batch": batch, "z1": model.z1, "z2": model.z2,
                            "prior": "vampprior" if model.pseudo_inputs else "standard",
                            "pseudo_inputs": model.pseudo_inputs, "image": model.image}}
    for key in ("layers", "channels", "hidden"):
        if getattr(model, key):
            reference["config"][key] = getattr(model, key)
    for name, objective, beta, train in (("amim_beta0.5", "amim", 0.5, True), ("vae", "vae", 1.0, True),
                                         ("amim_eval", "amim", 1.0, False)):
        reference[name] = entry(model, inputs, objective, beta, train)
    arrays = {"forward_eval." + k: {"shape": list(v.shape), "elements": v.detach().flatten().tolist()}
              for k, v in forward.items()}
    path = os.path.join(os.path.dirname(__file__), "..", "Fixtures", "two-level", stem + ".json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump({"reference": rounded(reference), "arrays": rounded(arrays), "fills": FILLS}, file,
                  separators=(",", ":"), sort_keys=True)


write("convhvae-8x12", "convHVAE_2level", 3, image=[8, 12], z1=3, z2=2, pseudo_inputs=0)
write("pixelhvae-3x8x8", "PixelHVAE_2level", 3, image=[3, 8, 8], z1=2, z2=4, pseudo_inputs=5, layers=3,
      channels=8)
write("hvae-4x4", "HVAE_2level", 4, image=[4, 4], z1=3, z2=2, pseudo_inputs=3, hidden=[6, 5])
