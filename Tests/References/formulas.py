#!/usr/bin/env python3
"""Writes Tests/Fixtures/formulas.json: what latex2mathml (PyPI, 3.81) makes of formulas that papers use.

usage: formulas.py > ../Fixtures/formulas.json
"""

import json
import sys
import xml.etree.ElementTree as tree
from collections import Counter

from latex2mathml.converter import convert

# Not \max, \lim, \sim, \cdot and \overline, for which it takes other signs or places than TeX.
FORMULAS = [
    r"x", r"x^2 + y_i", r"x_i^{2n}", r"\frac{a+b}{c}", r"\sqrt{x} + \sqrt[3]{y}", r"\alpha \beta \Gamma",
    r"p_\theta(x|z)", r"q_\phi(z \mid x)", r"\log p(x)", r"\sum_{i=1}^n x_i", r"\prod_{k} p_k",
    r"\int_0^1 f(x) \, dx", r"\mathbb{E}_{q(z|x)}[\log p(x|z)]", r"\mathcal{N}(0, I)",
    r"\mathcal{L}_{\text{MIM}}", r"I(x; z) = H(x) + H(z) - H(x, z)", r"\hat{x} + \bar{y} + \tilde{z}",
    r"\mathrm{KL}(q \| p)", r"\left( \frac{1}{2} \right)^2", r"\left| x \right|", r"x \in \mathbb{R}^d",
    r"a \le b \ge c \ne d", r"\nabla_\theta J", r"\underbrace{a+b}_{c}", r"\sin^2 x + \cos^2 x = 1",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", r"\begin{cases} 0 & x < 0 \\ 1 & x \ge 0 \end{cases}",
    r"\mathbf{x}^\top \mathbf{W}", r"e^{-x^2/2}", r"\partial f / \partial x", r"f'(x)", r"10^{-3}",
    r"\operatorname{arg}", r"\langle u, v \rangle", r"\lVert x \rVert_2", r"\binom{n}{k}",
    r"\beta_{t} \times \sigma_{t}^{2}", r"x_1, \dots, x_n", r"A \cup B \cap C", r"\forall x \exists y",
    r"\exp(-\lambda t)", r"\vec{v}", r"3.14 \times 2",
]

ARRANGING = {"msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "msqrt", "mroot", "mtr", "mtd"}


def sample(tex):
    root = tree.fromstring(convert(tex, display="block"))
    tokens, elements = [], Counter()
    for node in root.iter():
        name = node.tag.split("}")[-1]
        if name in ("mi", "mn", "mo", "mtext"):
            tokens.append(node.text or "")
        if name in ARRANGING:
            elements[name] += 1
    # Invisible function application and blanks are a matter of spacing.
    text = "".join("".join(tokens).replace("\u2061", "").split()).replace("\xa0", "")
    return {"tex": tex, "text": text, "elements": dict(sorted(elements.items()))}


json.dump([sample(tex) for tex in FORMULAS], sys.stdout, ensure_ascii=False, indent=1)
print()
