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
    .probe,
    .compare,
    .tsne,
    .umap,
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
    .who,
    .quit,
  ] + HostFunction.numeric
}

/// Every kind of object whose fields are known before the run, one line each.
let builtinObjects = [
  ObjectKind(DatasetObject.self),
  ObjectKind(ItemsObject.self),
  ObjectKind(ModelObject.self),
  ObjectKind(HistoryObject.self),
  ObjectKind(CodesObject.self),
  ObjectKind(DecodedObject.self),
  ObjectKind(EmbeddingObject.self),
  ObjectKind(NeighborsObject.self),
  ObjectKind(FigureObject.self),
  ObjectKind(InformationObject.self),
  ObjectKind(InformationTableObject.self),
  ObjectKind(ProbeObject.self),
  ObjectKind(ArrayObject.self),
]

/// The table that a session runs with. A program of its own hands its catalogue in, and verbs and kinds of
/// objects beside the usual ones.
public func hostTable(
  _ catalog: Catalog = .standard, adding verbs: [HostFunction] = [],
  objects: [ObjectKind] = []
) -> HostTable {
  HostTable(
    builtinFunctions(catalog) + verbs, topics: builtinTopics(catalog),
    objects: builtinObjects + objects)
}

/// The table of mim-repl itself.
public let builtinTable = hostTable()
