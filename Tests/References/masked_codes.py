"""Log probabilities of codes under a masked autoencoder by PyTorch: Tests/Fixtures/masked-codes.json.

p(k) = prod_i p(k_i | k_<i), K classes for each of V places. Conditionals are written out one by one: the outputs of place i are computed from
embeddings of the places before i alone, and from the hidden units of a degree below i, by the rules of Germain et al. 2015 (arXiv:1502.03509,
equations 12 and 13) with degrees 0 ... V - 2 in turn. Gradients are those of the sum of log p(k). Double precision, seed 4.
Run: python Tests/References/masked_codes.py
"""

import json
import pathlib

import numpy
import torch

torch.manual_seed(4)
places, classes, channels, hidden, batch = 4, 5, 3, [7, 7], 9
single = lambda tensor: tensor.to(torch.float32).to(torch.float64)
widths = [places * channels] + hidden + [places * classes]
arrays = {"embedding.weight": single(torch.randn(classes, channels, dtype=torch.float64))}
for index in range(3):
    arrays[f"{index}.weight"] = single(
        torch.randn(widths[index + 1], widths[index], dtype=torch.float64) * 0.6
    )
    arrays[f"{index}.bias"] = single(torch.randn(widths[index + 1], dtype=torch.float64))
for value in arrays.values():
    value.requires_grad_()
numbers = torch.randint(classes, (batch, places))


def log_probability(row):
    """log p of one item, conditional after conditional."""
    embedded = arrays["embedding.weight"][row].reshape(-1)
    first, second = [], []
    for unit in range(hidden[0]):
        seen = (unit % (places - 1) + 1) * channels
        weight = arrays["0.weight"][unit, :seen]
        first.append(torch.relu(weight @ embedded[:seen] + arrays["0.bias"][unit]))
    for unit in range(hidden[1]):
        degree = unit % (places - 1)
        seen = [below for below in range(hidden[0]) if below % (places - 1) <= degree]
        total = sum(arrays["1.weight"][unit, below] * first[below] for below in seen)
        second.append(torch.relu(total + arrays["1.bias"][unit]))
    result = torch.zeros((), dtype=torch.float64)
    for place in range(places):
        seen = [below for below in range(hidden[1]) if below % (places - 1) < place]
        logits = []
        for number in range(classes):
            output = place * classes + number
            total = arrays["2.bias"][output]
            for below in seen:
                total = total + arrays["2.weight"][output, below] * second[below]
            logits.append(total)
        result = result + torch.log_softmax(torch.stack(logits), 0)[row[place]]
    return result


density = torch.stack([log_probability(row) for row in numbers])
density.sum().backward()
out = {f"parameter.{name}": value.detach() for name, value in arrays.items()}
out |= {f"gradient.{name}": value.grad for name, value in arrays.items()}
out |= {"numbers": numbers.to(torch.float64), "density": density.detach()}
path = pathlib.Path(__file__).parents[1] / "Fixtures" / "masked-codes.json"
path.write_text(
    json.dumps(
        {
            "source": f"PyTorch {torch.__version__}, NumPy {numpy.__version__}, seed 4",
            "values": {
                name: {"shape": list(tensor.shape), "elements": tensor.flatten().tolist()}
                for name, tensor in out.items()
            },
        }
    )
    + "\n"
)
