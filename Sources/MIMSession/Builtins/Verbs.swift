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
    .distill,
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
    .include,
    .recover,
    .session,
    .edit,
    .who,
    .quit,
  ] + HostFunction.numeric
}

/// Every kind of object, one line each: its fields, and how the cache keeps it.
package let builtinKinds = [
  KeptKind(DatasetObject.self),
  KeptKind(ItemsObject.self),
  KeptKind(ModelObject.self),
  KeptKind(HistoryObject.self),
  KeptKind(CodesObject.self),
  KeptKind(DecodedObject.self),
  KeptKind(EmbeddingObject.self),
  KeptKind(NeighborsObject.self),
  KeptKind(FigureObject.self),
  KeptKind(InformationObject.self),
  KeptKind(InformationTableObject.self),
  KeptKind(ProbeObject.self),
  KeptKind(ArrayObject.self),
  KeptKind(EvaluationObject.self, named: "evaluation"),
]

/// Every kind of object whose fields are known before the run.
let builtinObjects = builtinKinds.compactMap(\.objectKind)

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
