"""The symmetric MIM step of `mim-bench mlp-step-X-Z-H`, written in JAX: jit of a lax.scan.

Both branches with their five network passes, gradient, Adam, the drawing of the batch and of all
noise; batch 128 from 9,984 points. Run by ../run.py, pinned to one core. Prints one JSON line.

    python mlp_step.py 2 2 50
"""

import json
import os
import pathlib
import struct
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["XLA_FLAGS"] = (
    os.environ.get("XLA_FLAGS", "")
    + " --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax
import jax.numpy as jnp
import numpy as np

BATCH, POINTS, MIN_SCALE, RATE = 128, 9_984, 1e-6, 1e-4
HALF_LOG_2PI = 0.5 * float(np.log(2 * np.pi))
STEPS = 100


def network(p, x):
    h = jnp.tanh(x @ p["0.weight"].T + p["0.bias"])
    loc = h @ p["2.fc_loc.weight"].T + p["2.fc_loc.bias"]
    return loc, h @ p["2.fc_logscale.weight"].T + p["2.fc_logscale.bias"]


def log_normal(x, head):
    scale = jnp.exp(head[1]) + MIN_SCALE
    return jnp.sum(-0.5 * ((x - head[0]) / scale) ** 2 - jnp.log(scale) - HALF_LOG_2PI, axis=-1)


def log_prior(z):
    scale = 1 + MIN_SCALE
    return jnp.sum(-0.5 * (z / scale) ** 2 - jnp.log(scale) - HALF_LOG_2PI, axis=-1)


def draw(head, noise):
    return head[0] + (jnp.exp(head[1]) + MIN_SCALE) * noise


def encoder_branch(p, x, noise):
    q = network(p["q_z_given_x"], x)
    z = draw(q, noise)
    log_p = log_normal(x, network(p["p_x_given_z"], z))
    log_pz, log_q = log_prior(z), log_normal(z, q)
    return jnp.mean(-0.5 * (log_p + log_pz + log_q + (log_p + log_pz - log_q)))


def decoder_branch(p, z, noise_x, noise_z):
    head = network(p["p_x_given_z"], z)
    x = draw(head, noise_x)
    q = network(p["q_z_given_x"], x)
    again = draw(q, noise_z)
    back = network(p["p_x_given_z"], again)
    log_qx = log_normal(x, back) + log_prior(again) - log_normal(again, q)
    return jnp.mean(-0.5 * (log_normal(x, head) + log_prior(z) + log_normal(z, q) + log_qx))


def check_against_reference():
    """The losses of both branches on the stored reference inputs are the stored ones."""
    path = pathlib.Path(__file__).parents[2] / "Fixtures" / "oracle" / "mlp-d2-z2-h50.safetensors"
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    arrays = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        arrays[name] = np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"])
    parameters = {"q_z_given_x": {}, "p_x_given_z": {}}
    for name, value in arrays.items():
        if name.startswith("param."):
            net, part = name.removeprefix("param.").split(".", 1)
            parameters[net][part] = value
    expected = json.loads(path.with_suffix(".json").read_text())
    ours = {
        "encoder_branch": encoder_branch(parameters, arrays["x"], arrays["eps_z"]),
        "decoder_branch": decoder_branch(
            parameters, arrays["z_prior"], arrays["eps_x"], arrays["eps_z_decoder_branch"]
        ),
    }
    for branch, loss in ours.items():
        assert abs(float(loss) - expected[branch]["mim"]) < 1e-3, (branch, loss)


def initial(x_size, z_size, hidden):
    rng = np.random.default_rng(1)

    def layer(out, inputs):
        bound = inputs**-0.5
        return {
            "weight": rng.uniform(-bound, bound, (out, inputs)).astype(np.float32),
            "bias": rng.uniform(-bound, bound, out).astype(np.float32),
        }

    def net(inputs, out):
        layers = {
            "0": layer(hidden, inputs),
            "2.fc_loc": layer(out, hidden),
            "2.fc_logscale": layer(out, hidden),
        }
        return {f"{n}.{k}": jnp.asarray(v) for n, l in layers.items() for k, v in l.items()}

    return {"q_z_given_x": net(x_size, z_size), "p_x_given_z": net(z_size, x_size)}


def make_run(x_size, z_size, data):
    def loss_of(p, key):
        k = jax.random.split(key, 5)
        x = data[jax.random.randint(k[0], (BATCH,), 0, POINTS)]
        return encoder_branch(p, x, jax.random.normal(k[1], (BATCH, z_size))) + decoder_branch(
            p,
            jax.random.normal(k[2], (BATCH, z_size)),
            jax.random.normal(k[3], (BATCH, x_size)),
            jax.random.normal(k[4], (BATCH, z_size)),
        )

    def step(state, key):
        p, m, v, t = state
        loss, g = jax.value_and_grad(loss_of)(p, key)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        a, b = 1 - 0.9**t, 1 - 0.999**t
        p = jax.tree.map(
            lambda p, m, v: p - RATE * (m / a) / (jnp.sqrt(v / b) + 1e-8), p, m, v
        )
        return (p, m, v, t), loss

    @jax.jit
    def run(state, key):
        state, losses = jax.lax.scan(step, state, jax.random.split(key, STEPS))
        return state, losses[-1]

    return run


def main():
    x_size, z_size, hidden = (int(a) for a in sys.argv[1:4])
    check_against_reference()
    data = jnp.asarray(
        np.random.default_rng(1).standard_normal((POINTS, x_size)).astype(np.float32)
    )
    p = initial(x_size, z_size, hidden)
    zeros = jax.tree.map(jnp.zeros_like, p)
    state = (p, zeros, zeros, jnp.float32(0))
    run, key, times, loss = make_run(x_size, z_size, data), jax.random.key(1), [], None
    for index in range(110):
        key, sub = jax.random.split(key)
        begin = time.perf_counter()
        state, loss = jax.block_until_ready(run(state, sub))
        if index >= 10:
            times.append((time.perf_counter() - begin) / STEPS)
    print(
        json.dumps(
            {
                "name": f"mlp-step-{x_size}-{z_size}-{hidden}",
                "peer": f"jax {jax.__version__} scan",
                "median_s": float(np.median(times)),
                "min_s": min(times),
                "runs": len(times),
                "threads": 1,
                "loss": float(loss),
                "steps": 110 * STEPS,
            }
        )
    )


if __name__ == "__main__":
    main()
