import MIMScript

/// Every verb of the language, one line each. Help, option checking, completion and the reference
/// page are made from it.
public let builtinFunctions: [HostFunction] = [
  .load,
  .take,
  .model,
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

/// The table that a session runs with.
public let builtinTable = HostTable(
  builtinFunctions, topics: builtinTopics, inferField: builtinFieldInference)
