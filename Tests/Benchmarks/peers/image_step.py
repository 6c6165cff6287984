"""Training steps, PixelCNN sampling and likelihoods of the image models, in PyTorch.

What `mim-bench convhvae-amim-vamp500` and its siblings compute: batch 100, two threads,
gradient-normalised Adam (one step for both branches of the symmetric objective, which encodes the
pseudo-inputs once in each, as the reference does). Run by ../run.py. Prints one JSON line.

    python image_step.py convhvae-amim-vamp500
    python image_step.py convhvae-amim-standard --peer compile
    python image_step.py pixelcnn-sample-64 --whole     (minutes: the naive sampler, all pixels)
    python image_step.py --check FOLDER                 (compares with reference numbers)
"""

import argparse
import json
import math
import pathlib
import sys
import time

import torch

from image_models import PIXELS, ConvHVAE, PixelHVAE, bernoulli, normal

BATCH, RATE, LATENT = 100, 5e-4, 40


def encoder_branch(model, x, noise2, noise1, objective, beta=1.0):
    """Per image: loss, log p(x|z) and KL of the VAE or of A-MIM."""
    z2, q2, z1, q1 = model.infer(x, noise2, noise1)
    log_px = bernoulli(x, model.p_x(x, z1, z2))
    log_pz1, log_pz2 = normal(z1, *model.p_z1(z2)), model.log_p_z2(z2, model.components())
    log_q = normal(z1, *q1) + normal(z2, *q2)
    divergence = log_q - log_pz1 - log_pz2
    if objective == "vae":
        return -log_px + beta * divergence, log_px, divergence
    log_qx = log_px + (log_pz1 + beta * log_pz2) - log_q
    loss = -0.5 * (log_px + log_pz1 + beta * log_pz2 + beta * (log_q + log_qx))
    return loss, log_px, divergence


def decoder_branch(model, batch):
    """Symmetric MIM's second branch: z2 from pseudo-inputs, x the decoder's mean, detached, and a
    score-function term in place of the path through x."""
    components = model.components()
    mean2, logvar2 = (part[torch.randint(len(part), (batch,))] for part in components)
    z2 = mean2 + (0.5 * logvar2).exp() * torch.randn_like(mean2)
    mean1, logvar1 = model.p_z1(z2)
    z1 = mean1 + (0.5 * logvar1).exp() * torch.randn_like(mean1)
    mean = model.p_x(None, z1, z2)
    x = mean.detach()
    log_px, log_pz = bernoulli(x, mean), normal(z1, mean1, logvar1) + model.log_p_z2(z2, components)
    log_qz = normal(z2, *model.q_z2(x)) + normal(z1, *model.q_z1(x, z2))
    loss = -0.5 * (log_px + log_pz + log_qz + log_px)
    return loss + loss.detach() * log_px


class GradientNormalisedAdam:
    """Adam on each tensor's gradient divided by its norm; epsilon beside an uncorrected √v."""

    def __init__(self, model):
        self.parameters = list(model.parameters())
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]
        self.count = 0

    @torch.no_grad()
    def step(self):
        self.count += 1
        rate = RATE * math.sqrt(1 - 0.999**self.count) / (1 - 0.9**self.count)
        for p, m, v in zip(self.parameters, self.first, self.second):
            gradient = p.grad / (p.grad.norm() + 1e-7)
            m.mul_(0.9).add_(gradient, alpha=0.1)
            v.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            p.addcdiv_(m, v.sqrt().add_(1e-8), value=-rate)


class StepLoss(torch.nn.Module):
    """The loss of a step: one branch or both."""

    def __init__(self, model, symmetric):
        super().__init__()
        self.model, self.symmetric = model, symmetric

    def forward(self, x, noise2, noise1):
        loss = encoder_branch(self.model, x, noise2, noise1, "amim")[0].mean()
        return loss + decoder_branch(self.model, BATCH).mean() if self.symmetric else loss


def draws():
    """A batch binarised anew, and its noise."""
    x = torch.bernoulli(torch.rand(BATCH, PIXELS))
    return x, torch.randn(BATCH, LATENT), torch.randn(BATCH, LATENT)


# Ways to run the same step in PyTorch; run.py takes the first.
PEERS = {
    "eager": lambda loss: loss,
    "compile": torch.compile,
    "channels-last": lambda loss: loss.to(memory_format=torch.channels_last),
    "trace": lambda loss: torch.jit.trace(loss, draws(), check_trace=False),
}


def training(make, symmetric, options):
    model = make()
    optimiser = GradientNormalisedAdam(model)
    loss_of = PEERS[options.peer](StepLoss(model, symmetric))

    def step():
        loss = loss_of(*draws())
        for p in optimiser.parameters:
            p.grad = None
        loss.backward()
        optimiser.step()
        return loss.item()

    return timed(step, options.repeats, warm=options.warm)


def timed(work, repeats, warm=1):
    """Seconds of each repetition, and the last value computed."""
    seconds, value = [], None
    for index in range(warm + repeats):
        begin = time.perf_counter()
        value = work()
        if index >= warm:
            seconds.append(time.perf_counter() - begin)
    return seconds, {"loss": value}


def sampling(whole):
    """64 images. Every pixel costs the naive sampler the same whole pass, so 28 of the 784 are
    timed and scaled unless `whole`."""
    model = PixelHVAE(pseudo_inputs=0).eval()
    z1, z2 = torch.randn(64, LATENT), torch.randn(64, LATENT)
    pixels = range(PIXELS) if whole else range(14 * 28, 15 * 28)
    seconds, _ = timed(lambda: model.sample(z1, z2, pixels).mean().item(), 1, 0 if whole else 1)
    return [s * PIXELS / len(pixels) for s in seconds], {"pixels_timed": len(pixels)}


@torch.no_grad()
def likelihood(repeats, samples=5000, batch=500):
    """−log p(x) of one image as the reference computes it: everything anew in every batch."""
    model = ConvHVAE().eval()
    x = torch.bernoulli(torch.rand(1, PIXELS)).expand(batch, PIXELS).contiguous()

    def work():
        weights = []
        for _ in range(samples // batch):
            noise = torch.randn(batch, LATENT), torch.randn(batch, LATENT)
            weights.append(-encoder_branch(model, x, *noise, "vae")[0])
        return -(torch.logsumexp(torch.cat(weights), 0) - math.log(samples)).item()

    return timed(work, repeats)


def check(folder):
    """Losses and gradients against the reference's; returns whether all agree."""
    from safetensors.torch import load_file

    agree = True
    for path in sorted(pathlib.Path(folder).glob("*hvae-*.json")):
        arrays, expected = load_file(path.with_suffix(".safetensors")), json.loads(path.read_text())
        config = expected["config"]
        make = {"convHVAE_2level": ConvHVAE, "PixelHVAE_2level": PixelHVAE}[config["model"]]
        state = {k.removeprefix("param."): v for k, v in arrays.items() if k.startswith("param.")}
        for name, entry in expected.items():
            if "loss" not in entry:
                continue
            model = make(config["z1"], config["pseudo_inputs"])
            model.load_state_dict(state, strict=False)
            model.train(entry["train"])
            error = worst_error(model, arrays, entry, name.split("_")[0])
            agree &= error < 1e-4
            print(f"{path.stem} {name}: largest relative error {error:.1e}")
    return agree


def worst_error(model, arrays, entry, objective):
    terms = encoder_branch(
        model, arrays["x"], arrays["eps_z2"], arrays["eps_z1"], objective, entry["beta"]
    )
    terms[0].mean().backward()
    errors = [
        abs(value - want) / max(1, abs(want))
        for term, key in zip(terms, ("loss", "RE", "KL"))
        for value, want in zip(term.tolist(), entry[key])
    ]
    gradients = dict(model.named_parameters())
    for name, want in entry["grad"].items():
        got = gradients[name].grad.flatten()
        scale = want["norm"] or 1.0
        errors.append(abs(got.norm().item() - want["norm"]) / scale)
        errors += [abs(a - b) / scale for a, b in zip(got.tolist(), want["first"])]
    return max(errors)


WORK = {
    "convhvae-amim-vamp500": lambda o: training(ConvHVAE, False, o),
    "convhvae-mim-vamp500": lambda o: training(ConvHVAE, True, o),
    "convhvae-amim-standard": lambda o: training(lambda: ConvHVAE(LATENT, 0), False, o),
    "pixelhvae-amim-vamp500": lambda o: training(PixelHVAE, False, o),
    "pixelcnn-sample-64": lambda o: sampling(o.whole),
    "nll-5000-convhvae": lambda o: likelihood(o.repeats),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", choices=WORK)
    parser.add_argument("--check", metavar="FOLDER")
    parser.add_argument("--whole", action="store_true", help="time every pixel of the sampler")
    parser.add_argument("--repeats", type=int, default=3, help="steps or runs to time")
    parser.add_argument("--warm", type=int, default=1, help="training steps before those")
    parser.add_argument("--peer", choices=PEERS, default="eager", help="how the steps are run")
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(1)
    if options.check:
        sys.exit(0 if check(options.check) else 1)
    if not options.name:
        parser.error("name a benchmark or --check FOLDER")
    seconds, computed = WORK[options.name](options)
    line = {
        "name": options.name,
        "peer": f"torch {torch.__version__} {options.peer}",
        "median_s": sorted(seconds)[len(seconds) // 2],
        "min_s": min(seconds),
        "runs": len(seconds),
        "threads": torch.get_num_threads(),
    }
    print(json.dumps(line | computed))


if __name__ == "__main__":
    main()
