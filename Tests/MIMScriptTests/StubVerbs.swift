import MIMScript

extension StubTable {
  static func width(_ name: String) -> Double { name == "mnist" ? 784 : name == "fashion" ? 20 : 2 }

  static func dataFacts(_ source: Value?) -> [String: Value] {
    guard case .word(let word)? = source else { return ["width": .number(2)] }
    return ["width": .number(width(word.name))]
  }

  static let data: [HostFunction] = [
    HostFunction(
      "load", group: .data, summary: "read data",
      positional: [
        Parameter("source", .any(of: [words("mnist", "fashion", "toy"), .path]), "what"),
        Parameter("which", .string, isOptional: true, "which mixture"),
      ],
      options: [
        Parameter("binarize", words("dynamic", "fixed"), "how"), Parameter("val", count, "items"),
        Parameter("pca", count, "components"), Parameter("limit", count, "items"),
      ], result: "a data set", resultType: nil, example: "mnist = load mnist",
      infer: { call in
        guard case .known(.word(let word))? = call.positional.first else { return .unknown }
        return .object(type: "data set", facts: ["width": .number(width(word.name))])
      },
      run: { call in
        let facts = dataFacts(call.positional.first)
        if case .string? = call.positional.first {
          return .object(StubObject(typeName: "model", facts: facts))
        }
        let part = Value.object(StubObject(typeName: "data set", facts: facts))
        let fields = ["train": part, "val": part, "test": part]
        return .object(StubObject(typeName: "data set", facts: facts, fields: fields))
      }),
    HostFunction(
      stub: "take", .data, "data set",
      [
        Parameter("data", .object(["data set", "codes"]), "items"),
        Parameter("n", count, "how many"),
      ], [Parameter("per_class", count, "of each class")]),
    HostFunction(
      stub: "save", .data, "none",
      [Parameter("what", .anything, "value"), Parameter("file", .path, "file")],
      [
        Parameter("format", .list(words("png", "pdf", "svg", "projector")), "format"),
        Parameter("dpi", count, "dots an inch"),
      ]),
  ]

  static let models: [HostFunction] = [
    HostFunction(
      "model", group: .model, summary: "make a model",
      positional: [
        Parameter("kind", words("mim", "amim", "vae", "ae"), "which"),
        Parameter("data", dataSet, "data"),
      ],
      options: [
        Parameter("z", .integer(1...10_000), default: .number(2), "latent size"),
        Parameter("levels", .integer(1...2), "levels"),
        Parameter("enc", .word(network), "encoder"), Parameter("dec", .word(network), "decoder"),
        Parameter("hidden", .list(.integer(1...100_000)), "widths"),
        Parameter("act", words("relu", "tanh", "swish"), "activation"),
        Parameter("beta", .number(0...100), default: .number(1), "weight"),
        Parameter("min_scale", .number(0...1), "floor"),
        Parameter(
          "prior",
          .word([
            WordSpec("normal", "normal"),
            WordSpec(
              "vampprior",
              parameters: [
                Parameter("k", count, "how many"),
                Parameter("init", .any(of: [words("normal"), dataSet]), isOptional: true, "start"),
              ], "pseudo-inputs"),
          ]), "prior"),
      ], result: "a model", resultType: "model", example: "m = model mim mnist",
      infer: { call in
        guard case .object(_, let facts)? = call.positional.last else {
          return .object(type: "model", facts: [:])
        }
        return .object(type: "model", facts: facts)
      },
      run: { call in
        guard case .object(let data) = call.positional[1] else { return .none }
        let history = Value.table(
          Table(
            columns: ["epoch", "loss", "recon", "kl"].map { Table.Column($0) }, rows: []))
        return .object(
          StubObject(typeName: "model", facts: data.facts, fields: ["history": history]))
      }),
    HostFunction(
      "train", group: .model, summary: "train a model",
      positional: [Parameter("model", model, "model"), Parameter("data", dataSet, "data")],
      options: [
        Parameter("epochs", .integer(0...1_000_000), default: .number(50), "passes"),
        Parameter("batch", count, default: .number(128), "items a step"),
        Parameter("lr", .number(1e-9...10), default: .number(1e-3), "learning rate"),
        Parameter("warmup", .integer(0...1_000_000), default: .number(10), "epochs"),
        Parameter("patience", .integer(0...1_000_000), defaultText: "warmup", "epochs"),
        Parameter("optimizer", words("adam", "adam_norm_grad"), "optimizer"),
        Parameter("schedule", words("constant", "noam"), "schedule"),
        Parameter("checkpoint", .path, "folder"), Parameter("frames", count, "pictures"),
      ], result: "a trained model; the old one is unchanged", resultType: "model",
      details: ["Stops early on DATA.val."], example: "m = train m0 mnist epochs=50",
      seeAlso: ["evaluate"], keywords: ["fit"], isRandom: true,
      infer: { call in
        guard case .object(_, let model) = call.positional[0],
          case .object(_, let data) = call.positional[1],
          case .number(let made)? = model["width"], case .number(let given)? = data["width"]
        else { return .object(type: "model", facts: [:]) }
        if made != given {
          throw ScriptError(
            "E301", "this model was made for \(Int(made)) values, not \(Int(given))", kind: .check,
            at: call.argumentSpans["#1"], label: "\(Int(given)) values an item")
        }
        return .object(type: "model", facts: model)
      },
      run: { call in call.positional[0] }),
  ]

  static let makers: [HostFunction] = [
    HostFunction(
      stub: "encode", .make, "codes",
      [Parameter("model", model, "model"), Parameter("data", dataSet, "data")],
      [Parameter("codes", words("draw", "mean"), "which")], isRandom: true,
      columns: ["z1", "z2", "label"]),
    HostFunction(stub: "decode", .make, "data set", [Parameter("model", model, "model")]),
    HostFunction(
      stub: "reconstruct", .make, "data set",
      [Parameter("model", model, "model"), Parameter("data", dataSet, "data")]),
    HostFunction(
      stub: "sample", .make, "data set",
      [Parameter("model", model, "model"), Parameter("n", count, "how many")],
      [
        Parameter("near", .object(["codes", "data set"]), "item"),
        Parameter("radius", .number(0...100), "r"),
      ], isRandom: true),
    HostFunction(
      stub: "interpolate", .make, "data set",
      [Parameter("model", model, "model"), Parameter("data", dataSet, "data")],
      [Parameter("steps", count, "steps")]),
    HostFunction(
      stub: "latent", .make, "data set", [Parameter("model", model, "model")],
      [
        Parameter("dims", .list(.integer(1...10_000)), "which"),
        Parameter("span", .number(0...100), "range"),
        Parameter("steps", count, "steps"),
      ]),
    HostFunction(
      stub: "pseudoinputs", .make, "data set",
      [Parameter("model", model, "model"), Parameter("n", count, "how many")]),
  ]

  static let measures: [HostFunction] = [
    HostFunction(
      "evaluate", group: .measure, summary: "measure a model",
      positional: [
        Parameter("model", model, "model"), Parameter("data", dataSet, "data"),
        Parameter("metric", .word(metrics), repeats: true, "what"),
      ], result: "metrics", resultType: "table", example: "evaluate m mnist mi", isRandom: true,
      run: { call in
        let names = call.positional.dropFirst(2).map { $0.shortText }
        return .table(
          Table(
            columns: names.map { Table.Column($0.filter { !"()".contains($0) }) },
            rows: [names.indices.map { .number(Double($0) + 0.5) }]))
      }),
    HostFunction(
      stub: "tsne", .measure, "codes", [Parameter("codes", .object(["codes"]), "codes")],
      [
        Parameter("perplexity", .number(1...1000), "neighbours"),
        Parameter("iters", count, "steps"),
        Parameter("init", words("pca", "random"), "start"),
      ], isRandom: true, columns: ["x", "y", "label"]),
    HostFunction(
      stub: "pca", .measure, "codes", [Parameter("codes", .object(["codes", "data set"]), "codes")]),
  ]
}
