/// What TeX's commands stand for.
enum TeXSymbols {
  /// Letters and signs that are values: `<mi>`.
  static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "varpi": "ϖ",
    "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
    "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "infty": "∞", "ell": "ℓ", "hbar": "ℏ", "imath": "ı", "jmath": "ȷ",
    "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "emptyset": "∅", "varnothing": "∅", "top": "⊤",
    "bot": "⊥", "partial": "∂", "nabla": "∇", "angle": "∠", "dots": "…", "ldots": "…",
    "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "prime": "′", "degree": "°", "dag": "†",
  ]

  /// Operators and relations: `<mo>`.
  static let operators: [String: String] = [
    "times": "×", "cdot": "⋅", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆",
    "circ": "∘", "bullet": "∙", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙",
    "cap": "∩", "cup": "∪", "setminus": "∖", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨",
    "neg": "¬", "lnot": "¬", "le": "≤", "leq": "≤", "leqslant": "⩽", "ge": "≥", "geq": "≥",
    "geqslant": "⩾", "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">",
    "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡", "propto": "∝",
    "triangleq": "≜", "coloneqq": "≔", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂",
    "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "mid": "∣", "nmid": "∤", "parallel": "∥",
    "perp": "⊥", "models": "⊨", "vdash": "⊢", "forall": "∀", "exists": "∃", "to": "→",
    "rightarrow": "→", "gets": "←", "leftarrow": "←", "leftrightarrow": "↔", "uparrow": "↑",
    "downarrow": "↓", "mapsto": "↦", "Rightarrow": "⇒", "implies": "⟹", "Leftarrow": "⇐",
    "Leftrightarrow": "⇔", "iff": "⟺", "longrightarrow": "⟶", "longmapsto": "⟼",
    "rightharpoonup": "⇀", "rightleftharpoons": "⇌", "colon": ":", "therefore": "∴",
  ]

  /// Operators whose limits stand above and below in displayed formulas.
  static let largeOperators: [String: String] = [
    "sum": "∑", "prod": "∏", "coprod": "∐", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁",
    "bigotimes": "⨂", "bigvee": "⋁", "bigwedge": "⋀",
  ]

  /// Integrals, with their limits beside them.
  static let integrals: [String: String] = [
    "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮",
  ]

  /// Names of functions.
  static let functions: Set<String> = [
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "coth", "arg", "deg", "dim", "hom", "ker",
  ]

  /// Names of functions with something below them.
  static let limits: [String: String] = [
    "lim": "lim", "limsup": "lim sup", "liminf": "lim inf", "max": "max", "min": "min",
    "sup": "sup", "inf": "inf", "det": "det", "gcd": "gcd", "Pr": "Pr",
  ]

  /// Delimiters by their commands.
  static let delimiters: [String: String] = [
    "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "|": "‖", "Vert": "‖", "lVert": "‖",
    "rVert": "‖", "vert": "|", "lvert": "|", "rvert": "|", "langle": "⟨", "rangle": "⟩",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrack": "[", "rbrack": "]",
  ]

  /// Signs over and under something.
  static let accents: [String: (sign: String, isAbove: Bool, stretches: Bool)] = [
    "hat": ("^", true, false), "widehat": ("^", true, true), "bar": ("¯", true, false),
    "overline": ("‾", true, true), "tilde": ("~", true, false), "widetilde": ("~", true, true),
    "vec": ("→", true, false), "overrightarrow": ("→", true, true), "dot": ("˙", true, false),
    "ddot": ("¨", true, false), "check": ("ˇ", true, false), "breve": ("˘", true, false),
    "underline": ("_", false, true), "overbrace": ("⏞", true, true),
    "underbrace": ("⏟", false, true),
  ]

  /// Widths of blanks in em.
  static let spaces: [String: String] = [
    ",": "0.167em", ":": "0.222em", ">": "0.222em", ";": "0.278em", "!": "-0.167em", " ": "0.333em",
    "quad": "1em", "qquad": "2em", "thinspace": "0.167em", "enspace": "0.5em",
  ]

  /// Sizes of the delimiter that follows.
  static let sizes: Set<String> = [
    "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl", "bigr", "Bigr", "biggr",
    "Biggr", "bigm", "Bigm",
  ]

  /// What changes nothing here.
  static let ignored: Set<String> = [
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber",
  ]
}

/// Alphabets of mathematics, as Unicode has them.
enum TeXAlphabet: String {
  case bold = "mathbf"
  case calligraphic = "mathcal"
  case blackboard = "mathbb"
  case fraktur = "mathfrak"
  case sans = "mathsf"
  case typewriter = "mathtt"
  case upright = "mathrm"
  case italic = "mathit"
  case boldItalic = "boldsymbol"

  /// The alphabet of a command; `\bm` is `\boldsymbol`, `\mathscr` is `\mathcal`.
  init?(command: String) {
    switch command {
    case "bm": self = .boldItalic
    case "mathscr": self = .calligraphic
    default: self.init(rawValue: command)
    }
  }

  /// Letters that Unicode had before it had the alphabets.
  private static let older: [TeXAlphabet: [Character: Character]] = [
    .calligraphic: [
      "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ",
      "g": "ℊ", "o": "ℴ",
    ],
    .blackboard: [
      "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ",
    ],
    .fraktur: ["C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"],
  ]

  /// The first capital, small letter and digit; a digit of 0: there are none.
  private var starts: (capital: UInt32, small: UInt32, digit: UInt32)? {
    switch self {
    case .bold: (0x1D400, 0x1D41A, 0x1D7CE)
    case .calligraphic: (0x1D49C, 0x1D4B6, 0)
    case .blackboard: (0x1D538, 0x1D552, 0x1D7D8)
    case .fraktur: (0x1D504, 0x1D51E, 0)
    case .sans: (0x1D5A0, 0x1D5BA, 0x1D7E2)
    case .typewriter: (0x1D670, 0x1D68A, 0x1D7F6)
    case .boldItalic: (0x1D468, 0x1D482, 0x1D7CE)
    case .upright, .italic: nil
    }
  }

  /// The character in this alphabet; one that it lacks stays.
  func character(_ character: Character) -> Character {
    if let known = Self.older[self]?[character] { return known }
    guard let starts, let scalar = character.unicodeScalars.first,
      character.unicodeScalars.count == 1
    else { return character }
    let isBold = self == .bold || self == .boldItalic
    if isBold, let greek = Self.boldGreek(scalar, self) { return greek }
    let place: UInt32
    switch scalar {
    case "A"..."Z": place = starts.capital + scalar.value - 65
    case "a"..."z": place = starts.small + scalar.value - 97
    case "0"..."9" where starts.digit > 0: place = starts.digit + scalar.value - 48
    default: return character
    }
    return UnicodeScalar(place).map { Character($0) } ?? character
  }

  private static func boldGreek(_ scalar: Unicode.Scalar, _ alphabet: Self) -> Character? {
    let isItalic = alphabet == .boldItalic
    let place: UInt32
    switch scalar {
    case "Α"..."Ω": place = (isItalic ? 0x1D71C : 0x1D6A8) + scalar.value - 0x391
    case "α"..."ω": place = (isItalic ? 0x1D736 : 0x1D6C2) + scalar.value - 0x3B1
    default: return nil
    }
    return UnicodeScalar(place).map { Character($0) }
  }
}
