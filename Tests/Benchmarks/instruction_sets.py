"""The instruction sets of mim-bench, and how the peers are kept to one of them."""

import os
import pathlib

# Narrowest first, as mim-bench names them.
TITLES = {"baseline": "baseline x86-64", "avx2": "AVX2", "avx512": "AVX-512"}
# Each library's own switch. MKL's works on Intel's processors only, and neither XLA's nor any other
# reaches code that a library was compiled to; peers/found_set.py says what came of them.
LIMITS = {
    "baseline": {
        "ATEN_CPU_CAPABILITY": "default",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
        "OPENBLAS_CORETYPE": "Nehalem",
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
    },
    "avx2": {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
    },
    "avx512": {},
}
# What the processor must have for a set.
FEATURES = {
    "avx512": {"avx512f", "avx512dq", "avx512vl", "avx512bw"},
    "avx2": {"avx2", "fma", "bmi1", "bmi2"},
}


def processor():
    """The processor's model name and its features; empty where the system doesn't say."""
    name, features = "", set()
    source = pathlib.Path("/proc/cpuinfo")
    for line in source.read_text().splitlines() if source.exists() else []:
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            name = value.strip()
        if key.strip() == "flags":
            features = set(value.split())
    return name, features


def widest():
    """The widest set that this processor has."""
    features = processor()[1]
    return next((name for name, needed in FEATURES.items() if needed <= features), "baseline")


def environment(chosen):
    """The environment of ours and of the peers: nothing is set for the processor's widest set."""
    if chosen == widest():
        return dict(os.environ)
    limits = {**LIMITS[chosen], "MIM_ISA": chosen}
    if flags := os.environ.get("XLA_FLAGS"):
        limits["XLA_FLAGS"] += " " + flags
    return {**os.environ, **limits}


def heading(chosen):
    """The set and the processor, for a table's title."""
    restricted = "" if chosen == widest() else ", restricted"
    return f"{TITLES[chosen]}{restricted}, {processor()[0] or 'unknown processor'}"


def add_option(parser):
    parser.add_argument(
        "--isa", choices=TITLES, default=widest(), help="instruction set (the processor's widest)"
    )
