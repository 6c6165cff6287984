"""A Pygments lexer for MIMScript, the language of mim-repl: pygmentize -x -l mim_lexer.py:MimLexer FILE.mim"""

from pygments.lexer import RegexLexer, bygroups, default, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

VERBS = """
    cmi compare decode distill edit encode evaluate help history include interaction interpolate
    latent load mi mi_table model neighbors pca plot probe pseudoinputs quit reconstruct recover
    runs sample save session set show table take total_correlation train transform tsne umap who
""".split()
FUNCTIONS = """
    abs cor exp log max mean median min round sd sqrt sum
""".split()
CONTROL = """
    by else figure for if in param sweep time
""".split()
LOGIC = """
    and not or
""".split()
CONSTANTS = """
    false none true
""".split()

NO_OPTION = r"(?!\w)(?!=[^=])"


class MimLexer(RegexLexer):
    """Scripts (.mim), and the cells of notebooks."""

    name = "MIMScript"
    aliases = ["mim"]
    filenames = ["*.mim"]

    tokens = {
        "root": [
            (r"\s+", Whitespace),
            (r"#\|.*", Comment.Special),
            (r"#.*", Comment.Single),
            (r'"', String.Double, "double"),
            (r"'", String.Single, "single"),
            # A field is called what it likes.
            (r"(\.)([^\W\d_]\w*)", bygroups(Punctuation, Name.Attribute)),
            (r"(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?(?!\w)", Number),
            (words(CONSTANTS, suffix=NO_OPTION), Keyword.Constant),
            (words(LOGIC, suffix=NO_OPTION), Operator.Word),
            (words(CONTROL, suffix=NO_OPTION), Keyword),
            # A word behind the `=` of an option is a value: `init=pca`.
            (r"([^\W\d_]\w*)(=)(?![=\s])", bygroups(Name.Attribute, Operator), "value"),
            (words(VERBS, suffix=r"(?!\w)(?!\s*=[^=])"), Name.Builtin),
            (words(FUNCTIONS, suffix=r"(?=\()"), Name.Builtin),
            (r"[^\W\d_]\w*", Name),
            (r"\.\.|[=!<>]=|[-+*/^<>=]", Operator),
            (r"[()\[\]{},;.?]", Punctuation),
        ],
        "value": [(r"[^\W\d_]\w*(?!\w)(?!\()", Name, "#pop"), default("#pop")],
        "double": [
            (r'\\(?:["\'\\nt]|u\{[0-9A-Fa-f]{1,6}\})', String.Escape),
            (r'[^"\\\n]+', String.Double),
            (r'"|(?=\n)', String.Double, "#pop"),
            (r"\\", String.Double),
        ],
        "single": [
            (r'\\(?:["\'\\nt]|u\{[0-9A-Fa-f]{1,6}\})', String.Escape),
            (r"[^'\\\n]+", String.Single),
            (r"'|(?=\n)", String.Single, "#pop"),
            (r"\\", String.Single),
        ],
    }
