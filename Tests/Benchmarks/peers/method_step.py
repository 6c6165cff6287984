"""Training steps and sampling of the compared methods, in PyTorch.

What `mim-bench made-500-step` and its siblings compute, on two threads: the same networks, losses and
optimiser (Adam) in eager mode, as the methods' public implementations are written: masked weights are
made anew in each pass, samples of masked networks take a pass for each value, a codebook's means go
through one-hot choices, and the slope of Deep InfoMax's discriminator is taken by autograd. Run by
../run.py. Prints one JSON line.

    python method_step.py made-500-step
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

RATE, SIZE, ITEMS = 1e-4, 784, 1000


class MaskedLinear(nn.Linear):
    def __init__(self, inputs, outputs, mask):
        super().__init__(inputs, outputs)
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class MADE(nn.Module):
    """Degrees 0 … D − 2 in turn; a context is added after the first non-linearity."""

    def __init__(self, size, hidden, heads, activation=F.relu):
        super().__init__()
        degrees = [torch.arange(size)]
        degrees += [torch.arange(width) * (size - 1) // width for width in hidden]
        masks = [(b[:, None] >= a[None]).float() for a, b in zip(degrees, degrees[1:])]
        last = (torch.arange(size)[:, None] > degrees[-1][None]).float()
        masks.append(last.repeat(heads, 1))
        widths = [size, *hidden, heads * size]
        self.layers = nn.ModuleList(map(MaskedLinear, widths, widths[1:], masks))
        self.activation = activation

    def forward(self, x, context=None):
        for index, layer in enumerate(self.layers[:-1]):
            x = self.activation(layer(x))
            if index == 0 and context is not None:
                x = x + context
        return self.layers[-1](x)


class BernoulliMADE(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = MADE(SIZE, [500], 1)

    def loss(self, x):
        return F.binary_cross_entropy_with_logits(self.net(x), x, reduction="sum") / len(x)

    @torch.no_grad()
    def sample(self, count):
        x = torch.zeros(count, SIZE)
        for d in range(SIZE):
            x[:, d] = torch.bernoulli(self.net(x)[:, d].sigmoid())
        return x


class FlowNorm(nn.Module):
    """Batch normalisation as a step of a flow, with its log-determinant."""

    def __init__(self, size):
        super().__init__()
        self.log_gamma, self.beta = nn.Parameter(torch.zeros(size)), nn.Parameter(torch.zeros(size))
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("var", torch.ones(size))

    def forward(self, x):
        mean = x.mean(0)
        var = (x - mean).pow(2).mean(0) + 1e-5
        self.mean.mul_(0.9).add_(mean.detach(), alpha=0.1)
        self.var.mul_(0.9).add_(var.detach(), alpha=0.1)
        u = self.log_gamma.exp() * (x - mean) / var.sqrt() + self.beta
        return u, (self.log_gamma - 0.5 * var.log()).sum()

    def inverse(self, u):
        return (u - self.beta) * (-self.log_gamma).exp() * self.var.sqrt() + self.mean


class MAF(nn.Module):
    def __init__(self):
        super().__init__()
        self.nets = nn.ModuleList(MADE(SIZE, [1024, 1024], 2) for _ in range(5))
        self.norms = nn.ModuleList(FlowNorm(SIZE) for _ in range(5))

    def loss(self, x):
        total = 0
        for index, (net, norm) in enumerate(zip(self.nets, self.norms)):
            x = x.flip(1) if index else x
            x, log_det = norm(x)
            mean, log_scale = net(x).chunk(2, 1)
            x = (x - mean) * (-log_scale).exp()
            total = total + log_det - log_scale.sum(1)
        log_p = (-0.5 * x * x - 0.5 * math.log(2 * math.pi)).sum(1)
        return -(log_p + total).mean()

    @torch.no_grad()
    def sample(self, count):
        u = torch.randn(count, SIZE)
        for index in reversed(range(5)):
            x = torch.zeros_like(u)
            for d in range(SIZE):
                mean, log_scale = self.nets[index](x).chunk(2, 1)
                x[:, d] = u[:, d] * log_scale[:, d].exp() + mean[:, d]
            u = self.norms[index].inverse(x)
            u = u.flip(1) if index else u
        return u


def perceptron(widths):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), nn.Tanh()]
    return nn.Sequential(*layers)


class IAFVAE(nn.Module):
    def __init__(self, z=40, hidden=320):
        super().__init__()
        self.enc, self.dec = perceptron([SIZE, 300, 300]), perceptron([z, 300, 300])
        self.mean, self.log_scale = nn.Linear(300, z), nn.Linear(300, z)
        self.context, self.out = nn.Linear(300, hidden), nn.Linear(300, SIZE)
        self.flows = nn.ModuleList(MADE(z, [hidden, hidden], 2, F.elu) for _ in range(4))

    def loss(self, x):
        h = self.enc(x)
        mean, scale = self.mean(h), self.log_scale(h).exp() + 1e-6
        noise = torch.randn_like(mean)
        z, context = mean + scale * noise, self.context(h)
        log_q = (-0.5 * noise * noise - scale.log() - 0.5 * math.log(2 * math.pi)).sum(1)
        for index, flow in enumerate(self.flows):
            z = z.flip(1) if index else z
            m, s = flow(z, context).chunk(2, 1)
            gate = torch.sigmoid(s + 1)
            z = gate * z + (1 - gate) * m
            log_q = log_q + F.softplus(-(s + 1)).sum(1)
        log_pz = (-0.5 * z * z - 0.5 * math.log(2 * math.pi)).sum(1)
        recon = F.binary_cross_entropy_with_logits(self.out(self.dec(z)), x, reduction="none").sum(1)
        return (recon + log_q - log_pz).mean()


class VQVAE(nn.Module):
    def __init__(self, codes=512, dim=16, z=256):
        super().__init__()
        self.enc, self.to_z = perceptron([SIZE, 300]), nn.Linear(300, z)
        self.dec, self.out = perceptron([z, 300]), nn.Linear(300, SIZE)
        self.dim, self.codes = dim, codes
        self.register_buffer("counts", torch.ones(codes))
        self.register_buffer("sums", (torch.rand(codes, dim) * 2 - 1) / codes)

    def loss(self, x):
        encoded = self.to_z(self.enc(x))
        rows = encoded.view(-1, self.dim)
        total = self.counts.sum()
        smooth = (self.counts + 1e-5) * total / (total + self.codes * 1e-5)
        book = self.sums / smooth[:, None]
        distance = rows.pow(2).sum(1, keepdim=True) + book.pow(2).sum(1) - 2 * rows @ book.T
        choice = F.one_hot(distance.argmin(1), self.codes).float()
        nearest = choice @ book
        with torch.no_grad():
            self.counts.mul_(0.99).add_(choice.sum(0), alpha=0.01)
            self.sums.mul_(0.99).add_(choice.T @ rows, alpha=0.01)
        commitment = 0.25 * (rows - nearest.detach()).pow(2).sum() / len(x)
        z = encoded + (nearest.view_as(encoded) - encoded).detach()
        recon = F.binary_cross_entropy_with_logits(self.out(self.dec(z)), x, reduction="sum")
        return recon / len(x) + commitment


class GatedConvolution(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.h = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)
        self.g = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)

    def forward(self, x):
        return self.h(x) * torch.sigmoid(self.g(x))


class ScoreNetwork(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.nonlinear = nn.Sequential(
            nn.Linear(inputs, units, bias=False),
            nn.BatchNorm1d(units, track_running_stats=False),
            nn.ReLU(),
            nn.Linear(units, units),
        )
        self.shortcut, self.norm = nn.Linear(inputs, units, bias=False), nn.LayerNorm(units)

    def forward(self, rows):
        return self.norm(self.nonlinear(rows) + self.shortcut(rows))


class DeepInfoMax(nn.Module):
    """The local objective by the Jensen–Shannon bound, and prior matching with its penalty."""

    def __init__(self, z=64, units=256):
        super().__init__()
        self.map = nn.Sequential(
            GatedConvolution(1, 32, 7, 1),
            GatedConvolution(32, 32, 3, 2),
            GatedConvolution(32, 64, 5, 1),
            GatedConvolution(64, 64, 3, 2),
        )
        self.last, self.head = GatedConvolution(64, 6, 3, 1), nn.Linear(6 * 49, z)
        self.features, self.codes = ScoreNetwork(64, units), ScoreNetwork(z, units)
        self.discriminator = nn.Sequential(
            nn.Linear(z, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 1)
        )

    def own(self):
        return [p for name, p in self.named_parameters() if not name.startswith("discriminator")]

    def loss(self, x):
        batch = len(x)
        maps = self.map(x.view(-1, 1, 28, 28))
        z = self.head(self.last(maps).flatten(1))
        rows = maps.flatten(2).transpose(1, 2).reshape(-1, 64)
        u = (self.codes(z) @ self.features(rows).T).view(batch, batch, -1)
        own = torch.eye(batch)
        positive = (math.log(2) - F.softplus(-u)).mean(2)
        negative = (F.softplus(-u) + u - math.log(2)).mean(2)
        information = (negative * (1 - own)).sum() / (batch * (batch - 1))
        information = information - (positive * own).sum() / batch
        fooling = F.softplus(-self.discriminator(z.sigmoid())).mean()
        return information + 0.1 * fooling, z.detach()

    def discriminate(self, z):
        total = 0
        for points, sign in ((torch.rand_like(z), -1), (z.sigmoid(), 1)):
            points = points.requires_grad_(True)
            t = self.discriminator(points)
            slope = torch.autograd.grad(t.sum(), points, create_graph=True)[0]
            total = total + F.softplus(sign * t).mean() + 0.5 * slope.pow(2).sum(1).mean()
        return total


class ActNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.logs = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        return (x + self.bias) * self.logs.exp()


class ZeroConvolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.logs = nn.Parameter(torch.zeros(outputs, 1, 1))
        nn.init.zeros_(self.conv.weight)
        nn.init.zeros_(self.conv.bias)

    def forward(self, x):
        return self.conv(x) * torch.exp(self.logs * 3)


class GlowStep(nn.Module):
    """Actnorm, 1×1 convolution as P L (U + diag s), affine coupling; shifts are even channels."""

    def __init__(self, channels, width):
        super().__init__()
        self.actnorm = ActNorm(channels)
        rotation = torch.linalg.qr(torch.randn(channels, channels))[0]
        permutation, lower, upper = torch.linalg.lu(rotation)
        diagonal = upper.diagonal()
        self.register_buffer("permutation", permutation)
        self.register_buffer("sign", diagonal.sign())
        self.register_buffer("below", torch.tril(torch.ones(channels, channels), -1))
        self.register_buffer("identity", torch.eye(channels))
        self.lower, self.upper = nn.Parameter(lower), nn.Parameter(upper.triu(1))
        self.log_s = nn.Parameter(diagonal.abs().log())
        self.block = nn.Sequential(
            nn.Conv2d(channels // 2, width, 3, padding=1, bias=False),
            ActNorm(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 1, bias=False),
            ActNorm(width),
            nn.ReLU(),
            ZeroConvolution(width, channels),
        )
        nn.init.normal_(self.block[0].weight, 0, 0.05)
        nn.init.normal_(self.block[3].weight, 0, 0.05)

    def forward(self, x):
        pixels = x.shape[2] * x.shape[3]
        x = self.actnorm(x)
        lower = self.lower * self.below + self.identity
        upper = self.upper * self.below.T + torch.diag(self.sign * self.log_s.exp())
        weight = self.permutation @ (lower @ upper)
        x = F.conv2d(x, weight[:, :, None, None])
        first, second = x.chunk(2, 1)
        h = self.block(first)
        shift, scale = h[:, 0::2], torch.sigmoid(h[:, 1::2] + 2)
        x = torch.cat([first, (second + shift) * scale], 1)
        log_det = pixels * (self.actnorm.logs.sum() + self.log_s.sum())
        return x, log_det + scale.log().sum((1, 2, 3))


class Glow(nn.Module):
    def __init__(self, steps=8, levels=2, width=128):
        super().__init__()
        self.levels, self.splits, channels = nn.ModuleList(), nn.ModuleList(), 1
        for level in range(levels):
            channels *= 4
            self.levels.append(nn.ModuleList(GlowStep(channels, width) for _ in range(steps)))
            if level < levels - 1:
                self.splits.append(ZeroConvolution(channels // 2, channels))
                channels //= 2
        self.mean = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.logs = nn.Parameter(torch.zeros(1, channels, 1, 1))

    @staticmethod
    def normal(x, mean, logs):
        unit = (x - mean) * (-logs).exp()
        return (-0.5 * unit * unit - logs - 0.5 * math.log(2 * math.pi)).sum((1, 2, 3))

    def loss(self, x):
        x, total = x.view(-1, 1, 28, 28), 0
        for level, steps in enumerate(self.levels):
            x = F.pixel_unshuffle(x, 2)
            for step in steps:
                x, log_det = step(x)
                total = total + log_det
            if level < len(self.splits):
                x, out = x.chunk(2, 1)
                h = self.splits[level](x)
                total = total + self.normal(out, h[:, 0::2], h[:, 1::2])
        return -(total + self.normal(x, self.mean, self.logs)).mean()


def bits():
    return (torch.rand(ITEMS, SIZE) > 0.5).float()


def training(make, batch, data):
    model, data = make(), data()
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)

    def step(index):
        start = index * batch % (ITEMS // batch * batch)
        loss = model.loss(data[start : start + batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.item()

    return timed(step, 40, 5), model


def infomax_training(batch):
    model, data = DeepInfoMax(), bits()
    encoder = torch.optim.Adam(model.own(), lr=RATE)
    rival = torch.optim.Adam(model.discriminator.parameters(), lr=RATE)

    def step(index):
        start = index * batch % (ITEMS // batch * batch)
        loss, z = model.loss(data[start : start + batch])
        encoder.zero_grad()
        loss.backward()
        rival.zero_grad()
        model.discriminate(z).backward()
        encoder.step()
        rival.step()
        return loss.item()

    return timed(step, 40, 5), model


def sampling(make, count):
    model = make().eval()
    return timed(lambda _: model.sample(count).mean().item(), 1, 1), model


def timed(work, repeats, warm):
    """Seconds of each repetition, and the last value computed."""
    seconds, value = [], None
    for index in range(warm + repeats):
        begin = time.perf_counter()
        value = work(index)
        if index >= warm:
            seconds.append(time.perf_counter() - begin)
    return seconds, value


WORK = {
    "made-500-step": lambda: training(BernoulliMADE, 100, bits),
    "maf-5-1024-step": lambda: training(MAF, 100, lambda: torch.randn(ITEMS, SIZE)),
    "vae-iaf-step": lambda: training(IAFVAE, 100, bits),
    "vqvae-step": lambda: training(VQVAE, 100, bits),
    "dim-local-step": lambda: infomax_training(64),
    "glow-step": lambda: training(Glow, 64, lambda: torch.randn(ITEMS, SIZE)),
    "made-500-sample": lambda: sampling(BernoulliMADE, 100),
    "maf-5-1024-sample": lambda: sampling(MAF, 20),
}


def main():
    name = sys.argv[1]
    torch.set_num_threads(2)
    torch.manual_seed(1)
    (seconds, value), model = WORK[name]()
    print(
        json.dumps(
            {
                "name": name,
                "peer": f"torch {torch.__version__} eager",
                "median_s": sorted(seconds)[len(seconds) // 2],
                "min_s": min(seconds),
                "runs": len(seconds),
                "threads": torch.get_num_threads(),
                "loss": value,
                "parameters": sum(p.numel() for p in model.parameters()),
            }
        )
    )


if __name__ == "__main__":
    main()
