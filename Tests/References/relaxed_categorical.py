"""Log densities of relaxed one-hot codes by PyTorch: Tests/Fixtures/relaxed-categorical.json.

torch.distributions.RelaxedOneHotCategorical in double precision, seed 9.
Run: python Tests/References/relaxed_categorical.py
"""

import json
import pathlib

import numpy
import torch

torch.manual_seed(9)
batch, units, classes, temperature = 5, 2, 8, 0.6
single = lambda tensor: tensor.to(torch.float32).to(torch.float64)
logits = single(torch.randn(batch, units * classes, dtype=torch.float64))
shaped = torch.distributions.RelaxedOneHotCategorical(
    torch.tensor(temperature, dtype=torch.float64), logits=logits.reshape(batch, units, classes)
)
# In single precision and on the simplex again, as both sides see them.
value = single(shaped.sample())
value = value / value.sum(-1, keepdim=True)
density = shaped.log_prob(value).sum(-1)
arrays = {"logits": logits, "value": value.reshape(batch, -1), "density": density}
path = pathlib.Path(__file__).parents[1] / "Fixtures" / "relaxed-categorical.json"
path.write_text(
    json.dumps(
        {
            "source": f"PyTorch {torch.__version__}, NumPy {numpy.__version__}, seed 9",
            "values": {
                name: {"shape": list(tensor.shape), "elements": tensor.flatten().tolist()}
                for name, tensor in arrays.items()
            },
        }
    )
    + "\n"
)
