"""The two-level image models of Tomczak and Welling (2018, arXiv:1705.07120) in PyTorch.

Parameter names and shapes are those of the reference numbers, so that their files can be loaded
as a state; log-densities of normals leave out −½·d·log 2π, as the reference's do. All images are
[batch, 784], pixels in 0…1.
"""

import math

import torch
from torch import nn
from torch.nn import functional

SIDE, PIXELS = 28, 784


class Heads(nn.Module):
    """A gated layer h·sigmoid(g) of two dense or two convolution layers."""

    def __init__(self, make):
        super().__init__()
        self.h, self.g = make(), make()

    def forward(self, x):
        return self.h(x) * torch.sigmoid(self.g(x))


def gated_dense(inputs, outputs):
    return Heads(lambda: nn.Linear(inputs, outputs))


def gated_convolution(inputs, outputs, kernel, stride, padding):
    return Heads(lambda: nn.Conv2d(inputs, outputs, kernel, stride, padding))


class Named(nn.Module):
    """One layer under the name that the reference gives it."""

    def __init__(self, name, layer, limits=None):
        super().__init__()
        self.add_module(name, layer)
        self.layer_name, self.limits = name, limits

    def forward(self, x):
        y = getattr(self, self.layer_name)(x)
        return y if self.limits is None else functional.hardtanh(y, *self.limits)


def linear(inputs, outputs, limits=None, bias=True):
    return Named("linear", nn.Linear(inputs, outputs, bias=bias), limits)


class MaskedConvolution(nn.Conv2d):
    """A 3×3 convolution that sees the rows above and the pixels to the left; 'B' also the pixel."""

    def __init__(self, kind, inputs, outputs):
        super().__init__(inputs, outputs, 3, 1, 1, bias=False)
        mask = torch.zeros_like(self.weight)
        mask[:, :, 0] = 1
        mask[:, :, 1, : 2 if kind == "B" else 1] = 1
        self.register_buffer("mask", mask)

    def forward(self, x):
        with torch.no_grad():
            self.weight.mul_(self.mask)
        return super().forward(x)


def pixelcnn(layers=8, channels=64):
    parts = []
    for index in range(layers):
        kind, inputs = ("A", 3) if index == 0 else ("B", channels)
        parts += [MaskedConvolution(kind, inputs, channels), nn.BatchNorm2d(channels), nn.ReLU()]
    return nn.Sequential(*parts)


def image_encoder(kernels):
    """Five gated convolutions, 28×28 → 7×7 with 6 channels."""
    first, third = kernels
    return nn.Sequential(
        gated_convolution(1, 32, first, 1, first // 2),
        gated_convolution(32, 32, 3, 2, 1),
        gated_convolution(32, 64, third, 1, third // 2),
        gated_convolution(64, 64, 3, 2, 1),
        gated_convolution(64, 6, 3, 1, 1),
    )


def normal(z, mean, logvar):
    return (-0.5 * (logvar + (z - mean) ** 2 / logvar.exp())).sum(-1)


def bernoulli(x, mean):
    p = mean.clamp(1e-5, 1 - 1e-5)
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(-1)


class TwoLevels(nn.Module):
    """Encoders q(z2|x), q(z1|x, z2), prior p(z1|z2) and p(z2) standard normal or VampPrior."""

    def __init__(self, latent=40, pseudo_inputs=500):
        super().__init__()
        self.latent, features = latent, 6 * 49
        self.q_z2_layers = image_encoder((7, 5))
        self.q_z2_mean = linear(features, latent)
        self.q_z2_logvar = linear(features, latent, (-6.0, 2.0))
        self.q_z1_layers_x = image_encoder((3, 3))
        self.q_z1_layers_z2 = nn.Sequential(gated_dense(latent, features))
        self.q_z1_layers_joint = nn.Sequential(gated_dense(2 * features, 300))
        self.q_z1_mean = linear(300, latent)
        self.q_z1_logvar = linear(300, latent, (-6.0, 2.0))
        self.p_z1_layers = nn.Sequential(gated_dense(latent, 300), gated_dense(300, 300))
        self.p_z1_mean = linear(300, latent)
        self.p_z1_logvar = linear(300, latent, (-6.0, 2.0))
        self.means = linear(pseudo_inputs, PIXELS, (0.0, 1.0), bias=False) if pseudo_inputs else None

    def initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, math.sqrt(2 / module.in_features))
        if self.means is not None:
            nn.init.uniform_(self.means.linear.weight)
        return self

    def q_z2(self, x):
        h = self.q_z2_layers(x.view(-1, 1, SIDE, SIDE)).flatten(1)
        return self.q_z2_mean(h), self.q_z2_logvar(h)

    def q_z1(self, x, z2):
        h = self.q_z1_layers_x(x.view(-1, 1, SIDE, SIDE)).flatten(1)
        h = self.q_z1_layers_joint(torch.cat((h, self.q_z1_layers_z2(z2)), 1))
        return self.q_z1_mean(h), self.q_z1_logvar(h)

    def p_z1(self, z2):
        h = self.p_z1_layers(z2)
        return self.p_z1_mean(h), self.p_z1_logvar(h)

    def pseudo_inputs(self):
        count = self.means.linear.in_features
        return self.means(torch.eye(count))

    def components(self):
        """The posterior q(z2|u) of every pseudo-input; None for a standard normal prior."""
        return None if self.means is None else self.q_z2(self.pseudo_inputs())

    def log_p_z2(self, z2, components):
        if components is None:
            return -0.5 * (z2**2).sum(-1)
        mean, logvar = components
        each = normal(z2.unsqueeze(1), mean.unsqueeze(0), logvar.unsqueeze(0))
        return torch.logsumexp(each - math.log(len(mean)), 1)

    def infer(self, x, noise2, noise1):
        """Both posteriors of x and draws from them."""
        mean2, logvar2 = self.q_z2(x)
        z2 = mean2 + (0.5 * logvar2).exp() * noise2
        mean1, logvar1 = self.q_z1(x, z2)
        z1 = mean1 + (0.5 * logvar1).exp() * noise1
        return z2, (mean2, logvar2), z1, (mean1, logvar1)


class ConvHVAE(TwoLevels):
    def __init__(self, latent=40, pseudo_inputs=500):
        super().__init__(latent, pseudo_inputs)
        self.p_x_layers_z1 = nn.Sequential(gated_dense(latent, 300))
        self.p_x_layers_z2 = nn.Sequential(gated_dense(latent, 300))
        self.p_x_layers_joint_pre = nn.Sequential(gated_dense(600, PIXELS))
        self.p_x_layers_joint = nn.Sequential(
            gated_convolution(1, 64, 3, 1, 1),
            *(gated_convolution(64, 64, 3, 1, 1) for _ in range(3)),
        )
        self.p_x_mean = Named("conv", nn.Conv2d(64, 1, 1))
        self.initialise()

    def p_x(self, x, z1, z2):
        """The decoder's means; x is not needed."""
        h = torch.cat((self.p_x_layers_z1(z1), self.p_x_layers_z2(z2)), 1)
        h = self.p_x_layers_joint_pre(h).view(-1, 1, SIDE, SIDE)
        return torch.sigmoid(self.p_x_mean(self.p_x_layers_joint(h))).flatten(1)


class PixelHVAE(TwoLevels):
    def __init__(self, latent=40, pseudo_inputs=500):
        super().__init__(latent, pseudo_inputs)
        self.p_x_layers_z1 = nn.Sequential(gated_dense(latent, PIXELS))
        self.p_x_layers_z2 = nn.Sequential(gated_dense(latent, PIXELS))
        self.pixelcnn = pixelcnn()
        self.p_x_mean = Named("conv", nn.Conv2d(64, 1, 1))
        self.initialise()

    def p_x(self, x, z1, z2):
        """The means of each pixel given z and the pixels of x before it."""
        planes = (x, self.p_x_layers_z1(z1), self.p_x_layers_z2(z2))
        h = torch.cat([plane.view(-1, 1, SIDE, SIDE) for plane in planes], 1)
        return torch.sigmoid(self.p_x_mean(self.pixelcnn(h))).flatten(1)

    @torch.no_grad()
    def sample(self, z1, z2, pixels=range(PIXELS)):
        """The naive sampler: the whole decoder once for every pixel."""
        x = torch.zeros(len(z1), PIXELS)
        for pixel in pixels:
            x[:, pixel] = torch.bernoulli(self.p_x(x, z1, z2)[:, pixel])
        return x
