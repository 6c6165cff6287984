"""Losses and gradients of objectives beside the VAE's, written from their equations: Tests/Fixtures/objectives.json.

Free bits (arXiv:1606.04934), IWAE (arXiv:1509.00519) and its doubly reparameterised gradient (arXiv:1810.04152), InfoVAE with the MMD
(arXiv:1706.02262), cMIM (arXiv:2509.21511). A linear decoder with unit variance, a diagonal Gaussian posterior, p(z) = N(0, I).
Made with PyTorch in double precision, seed 11. Run: python Tests/References/objectives.py
"""

import json
import math
import pathlib

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
items, latent, width, draws = 6, 3, 4, 5


def rounded(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).float().double()


x = rounded(items, width)
mean = rounded(items, latent)
log_scale = rounded(items, latent, scale=0.4) - 0.5
weight = rounded(width, latent)
bias = rounded(width)
eps_one = rounded(items, latent)
eps_many = rounded(items * draws, latent)
prior_draws = rounded(items, latent)
inputs = {"mean": mean, "logScale": log_scale, "weight": weight, "bias": bias}
for value in inputs.values():
    value.requires_grad_(True)

half_log = 0.5 * math.log(2 * math.pi)


def log_normal(value, mu, sigma):
    return (-0.5 * ((value - mu) / sigma) ** 2 - torch.log(sigma) - half_log).sum(-1)


def terms(z, mu, sigma, target):
    log_px = log_normal(target, z @ weight.T + bias, torch.ones(width))
    return log_px, log_normal(z, torch.zeros(latent), torch.ones(latent)), log_normal(z, mu, sigma)


def one_draw():
    return mean + torch.exp(log_scale) * eps_one


def free_bits(lam, beta, per_unit):
    sigma = torch.exp(log_scale)
    kl = 0.5 * (mean**2 + sigma**2 - 1) - log_scale
    log_px, _, _ = terms(one_draw(), mean, sigma, x)
    if per_unit:
        cost = sum(torch.clamp(kl[:, d].mean(), min=lam) for d in range(latent))
    else:
        cost = torch.clamp(kl.sum(1).mean(), min=lam)
    return -log_px + beta * cost


def weights(mu, log_sigma, z, detach):
    sigma = torch.exp(log_sigma).repeat_interleave(draws, 0)
    mu = mu.repeat_interleave(draws, 0)
    if detach:
        mu, sigma = mu.detach(), sigma.detach()
    log_px, log_pz, log_qz = terms(z, mu, sigma, x.repeat_interleave(draws, 0))
    return (log_px + log_pz - log_qz).reshape(items, draws)


def many_draws():
    return (mean.repeat_interleave(draws, 0)
            + torch.exp(log_scale).repeat_interleave(draws, 0) * eps_many)


def importance_weighted():
    log_w = weights(mean, log_scale, many_draws(), detach=False)
    return -(torch.logsumexp(log_w, 1) - math.log(draws))


def info_vae(alpha, lam, beta, kernel_width):
    z = one_draw()
    log_px, log_pz, log_qz = terms(z, mean, torch.exp(log_scale), x)

    def k(a, b):
        return torch.exp(-((a - b) ** 2).sum() / (2 * kernel_width**2 * latent))

    within = sum(k(z[i], z[j]) + k(prior_draws[i], prior_draws[j])
                 for i in range(items) for j in range(items) if i != j) / (items * (items - 1))
    across = sum(k(z[i], prior_draws[j]) for i in range(items) for j in range(items)) / items**2
    return -log_px + beta * (1 - alpha) * (log_qz - log_pz) + (alpha + lam - 1) * (within - 2 * across)


def c_mim(tau, beta):
    z = one_draw()
    log_px, log_pz, log_qz = terms(z, mean, torch.exp(log_scale), x)
    losses = []
    for i in range(items):
        others = [torch.exp(torch.nn.functional.cosine_similarity(z[i], z[j], dim=0) / tau)
                  for j in range(items) if j != i]
        own = math.exp(1 / tau)
        log_k = math.log(own) - torch.log(own + sum(others) / len(others))
        losses.append(-(log_px[i] + log_k + 0.5 * (beta * log_qz[i] + log_pz[i])))
    return torch.stack(losses)


arrays = {"x": x, "eps_one": eps_one, "eps_many": eps_many, "prior": prior_draws} | inputs
cases = {
    "freebits": free_bits(0.4, 0.7, True),
    "freebits_all": free_bits(1.0, 0.7, False),
    "freebits_all_below": free_bits(50.0, 0.7, False),
    "iwae": importance_weighted(),
    "infovae": info_vae(0.3, 20.0, 0.7, 0.8),
    "cmim": c_mim(0.2, 0.7),
}
for name, loss in cases.items():
    arrays[f"{name}.loss"] = loss
    gradients = torch.autograd.grad(loss.mean(), list(inputs.values()), allow_unused=True)
    for key, gradient in zip(inputs, gradients):
        arrays[f"{name}.{key}"] = torch.zeros_like(inputs[key]) if gradient is None else gradient

# Doubly reparameterised: the encoder's gradient is that of −Σ w̃² log w with q's parameters held inside log q, the decoder's that of the bound.
log_w = weights(mean, log_scale, many_draws(), detach=True)
normal = torch.softmax(log_w, 1).detach()
encoder = torch.autograd.grad(-(normal**2 * log_w).sum(1).mean(), [mean, log_scale])
decoder = torch.autograd.grad(importance_weighted().mean(), [weight, bias])
arrays["iwae_doubly.loss"] = importance_weighted()
for key, gradient in zip(["mean", "logScale", "weight", "bias"], [*encoder, *decoder]):
    arrays[f"iwae_doubly.{key}"] = gradient

path = pathlib.Path(__file__).parents[1] / "Fixtures" / "objectives.json"
path.write_text(json.dumps({
    "source": f"PyTorch {torch.__version__}, seed 11",
    "values": {
        name: {"shape": list(a.shape), "elements": [float(f"{v:.12g}") for v in a.detach().ravel().tolist()]}
        for name, a in arrays.items()
    },
}) + "\n")
