import MIMModels
import MIMScript

/// Every verb of the language, one line each, with the words of a catalogue of components. Help, option checking, completion and the
/// reference page are made from it.
public func builtinFunctions(_ catalog: Catalog = .standard) -> [HostFunction] {
  [
    .load,
    .take,
    .model(catalog),
    .train,
    .encode,
    .decode,
    .reconstruct,
    .sample,
    .interpolate,
    .latent,
    .pseudoinputs,
    .evaluate,
    .neighbors,
    .mutualInformation,
    .conditionalInformation,
    .totalCorrelation,
    .interaction,
    .informationTable,
    .tsne,
    .transform,
    .pca,
    .plot,
    .figure,
    .table,
    .runs,
    .save,
    .help,
    .show,
    .set,
    .history,
    .quit,
  ]
}

/// The table that a session runs with. A program of its own hands its catalogue in, and verbs beside the usual ones.
public func hostTable(
  _ catalog: Catalog = .standard, adding verbs: [HostFunction] = []
) -> HostTable {
  HostTable(
    builtinFunctions(catalog) + verbs, topics: builtinTopics(catalog),
    inferField: builtinFieldInference)
}

/// The table of mim-repl itself.
public let builtinTable = hostTable()
