"""Reads every committed cell with the lexer for Pygments: no character may be unknown to it, and words keep their kinds."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(root / "editors/pygments"))

from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String  # noqa: E402

from mim_lexer import MimLexer  # noqa: E402

lexer = MimLexer()
count = 0
for page in [*root.glob("notebooks/*.mimnb"), *root.glob("docs/*.md"), root / "README.md"]:
    for cell in re.findall(r"^```mim\n(.*?)^```", page.read_text(), re.M | re.S):
        count += 1
        wrong = [text for kind, text in lexer.get_tokens(cell) if kind in Error]
        assert not wrong, f"{page}: {wrong}"
assert count > 50, count

line = 'z = tsne(e, init=pca, seed=1..5) # "no"'
kinds = {text: kind for kind, text in lexer.get_tokens(line)}
assert kinds["tsne"] in Name.Builtin and kinds["init"] in Name.Attribute, kinds
assert kinds["pca"] is Name and kinds["1"] in Number and kinds[".."] in Operator, kinds
assert kinds['# "no"'] in Comment, kinds
kinds = {text: kind for kind, text in lexer.get_tokens("for i in [1] { plot x.time title='a\\n' by=kind }")}
assert kinds["for"] in Keyword and kinds["plot"] in Name.Builtin, kinds
assert kinds["time"] in Name.Attribute and kinds["by"] in Name.Attribute, kinds
assert kinds["\\n"] in String.Escape, kinds
print(f"{count} cells read")
