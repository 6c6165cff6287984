"""Says which instruction set a library really uses here, whatever it was asked for, in one line.

    python found_set.py torch | jax | scipy | scikit-learn

Run by ../run.py and ../analysis.py in the environment of the peers, for the head of each table. A
product of 1024 × 1024 matrices is timed too: SSE can't multiply half as fast as AVX2 with FMA.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

SIZE = 1_024


def product_speed(multiply):
    """GFLOP/s of the fastest of ten products."""
    seconds = []
    for _ in range(10):
        begin = time.perf_counter()
        multiply()
        seconds.append(time.perf_counter() - begin)
    return f"{2 * SIZE**3 / min(seconds) / 1e9:.0f} GFLOP/s in a product on one core"


@contextlib.contextmanager
def captured(path):
    """Sends what C code prints meanwhile to a file."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(path, "wb") as file:
        os.dup2(file.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def torch_words(folder):
    import torch

    torch.set_num_threads(1)
    image, kernel = torch.randn(4, 32, 28, 28), torch.randn(32, 32, 3, 3)
    a = torch.randn(SIZE, SIZE)
    said = folder / "said"
    with captured(said):
        with torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
            torch.conv2d(image, kernel, padding=1)
        if torch.backends.mkl.is_available():
            with torch.backends.mkl.verbose(torch.backends.mkl.VERBOSE_ON):
                a @ a
    text = said.read_text(errors="replace")
    yield f"ATen {torch.backends.cpu.get_cpu_capability()}"
    used = sorted(set(re.findall(r"exec,cpu,convolution,([^,]+),", text)))
    yield f"oneDNN's convolution {', '.join(used) or 'not seen'}"
    if found := re.search(r"MKL_VERBOSE .*?architecture (.*?)processors", text):
        # "Intel(R) Advanced Vector Extensions 2 (Intel(R) AVX2) enabled" on Intel's own.
        named = re.search(r"(SSE|AVX)[^)]*", found.group(1))
        yield f"MKL {named.group(0)}" if named else "MKL not restricted: not an Intel processor"
    yield product_speed(lambda: a @ a)


def jax_words(folder):
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_dump_to={folder}"
    import jax

    a = jax.numpy.ones((SIZE, SIZE))
    jax.jit(lambda x: jax.numpy.tanh(x) + jax.numpy.exp(x))(a).block_until_ready()
    yield f"XLA's own code {widest_register(folder)}"
    multiply = jax.jit(lambda x: x @ x)
    # A library's, which no flag of XLA's restricts.
    yield product_speed(lambda: multiply(a).block_until_ready())


def widest_register(folder):
    """The widest vector registers in the code that XLA made."""
    if not shutil.which("objdump"):
        return "not checked (there is no objdump)"
    objects = list(folder.glob("*.o"))
    text = "".join(
        subprocess.run(["objdump", "-d", path], capture_output=True, text=True).stdout
        for path in objects
    )
    for register, width in (("zmm", 512), ("ymm", 256), ("xmm", 128)):
        if f"%{register}" in text:
            return f"{width} bits wide"
    return "not seen"


def scipy_words(_):
    yield "SciPy's k-d trees are compiled for every processor: nothing to restrict"


def scikit_words(_):
    import numpy
    import sklearn
    from threadpoolctl import threadpool_info, threadpool_limits

    a = numpy.random.default_rng(1).standard_normal((SIZE, SIZE), dtype=numpy.float32)
    a @ a
    kinds = {info.get("architecture") for info in threadpool_info()} - {None}
    yield f"scikit-learn {sklearn.__version__}, OpenBLAS for {', '.join(sorted(kinds))}"
    with threadpool_limits(1):
        yield product_speed(lambda: a @ a)


LIBRARIES = {
    "torch": torch_words,
    "jax": jax_words,
    "scipy": scipy_words,
    "scikit-learn": scikit_words,
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        words = list(LIBRARIES[sys.argv[1]](pathlib.Path(folder)))
    print("; ".join(words))


if __name__ == "__main__":
    main()
