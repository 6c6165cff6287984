#!/usr/bin/env bash
# mim-repl within the Beyond-Normal benchmark's own program, beside its KSG. Its Python is $MIM_BMI_PYTHON, else that of
# .venv-bmi, which is made here.
# usage: Tests/Benchmarks/bmi.sh PATH-OF-mim-repl [ROWS] [TASK …]
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${MIM_BMI_PYTHON:-.venv-bmi/bin/python}
if [ -z "${MIM_BMI_PYTHON:-}" ] && ! "$python" -c 'import bmi' 2>/dev/null; then
  echo "making .venv-bmi with benchmark-mi from PyPI" >&2
  python3 -m venv .venv-bmi
  .venv-bmi/bin/pip install --quiet benchmark-mi==0.1.3 jax==0.4.30 jaxlib==0.4.30
fi
binary=$(realpath "$1")
shift
# One core for both.
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$python" Tests/Benchmarks/peers/bmi_harness.py "$binary" "$@"
