// swift-tools-version: 6.1
import PackageDescription

// The only place that lists who imports whom: arrows point one way (see CONTRIBUTING.md).

/// Warnings fail the build where CI asks for it (`MIM_WARNINGS_AS_ERRORS=1`); a user's newer
/// compiler with a new warning still builds.
let strict: [SwiftSetting] =
  Context.environment["MIM_WARNINGS_AS_ERRORS"] == nil
  ? [] : [.unsafeFlags(["-warnings-as-errors"])]

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

let package = Package(
  name: "mim-repl",
  products: [
    .executable(name: "mim-repl", targets: ["mim-repl"]),
    .executable(name: "mim-bench", targets: ["mim-bench"]),
    .library(name: "MIMFormats", targets: ["MIMFormats"]),
    .library(name: "MIMTensor", targets: ["MIMTensor"]),
    .library(name: "MIMCPU", targets: ["MIMCPU"]),
    .library(name: "MIMModels", targets: ["MIMModels"]),
    .library(name: "MIMAnalysis", targets: ["MIMAnalysis"]),
    .library(name: "MIMFigures", targets: ["MIMFigures"]),
    .library(name: "MIMScript", targets: ["MIMScript"]),
    .library(name: "MIMSession", targets: ["MIMSession"]),
    .library(name: "MIMTerminal", targets: ["MIMTerminal"]),
  ],
  traits: [
    .trait(
      name: "MPI", description: "Several machines: mpirun -n 8 mim-repl run … (libopenmpi-dev)")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // C at the edge of C libraries and in the innermost loops.
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("m")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "CTerminal", linkerSettings: [.linkedLibrary("edit")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CMatio", linkerSettings: [.linkedLibrary("matio")]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(name: "CCMark", providers: [.apt(["libcmark-gfm-dev"])]),
    // Empty without the trait MPI, when nothing of MPI needs to be there.
    .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "CMPI", dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("MIM_MPI", .when(traits: ["MPI"]))]),

    // How files and texts are written; knows none of the others.
    .target(name: "MIMFormats", dependencies: ["CCrypto", "CZip"], swiftSettings: strict),

    // The engine: what is computed, and how the processor computes it.
    .target(name: "MIMTensor", dependencies: ["CZlib", "MIMFormats"], swiftSettings: strict),
    .target(name: "MIMCPU", dependencies: ["CKernels", "MIMTensor"], swiftSettings: strict),
    .target(
      name: "MIMModels",
      dependencies: ["MIMTensor", "MIMCPU", "MIMFormats", "CPNG", "CZlib", "CMatio"],
      swiftSettings: strict),
    .target(
      name: "MIMAnalysis", dependencies: ["CKernels", "CFFTW", "MIMTensor", "MIMCPU"],
      swiftSettings: strict),
    .target(
      name: "MIMFigures", dependencies: ["CCairo", "CPNG", "MIMFormats"], swiftSettings: strict),

    // The language knows no machine learning; the session binds its names to the engine.
    .target(name: "MIMScript", dependencies: ["MIMFormats"], swiftSettings: strict),
    .target(
      name: "MIMSession",
      dependencies: [
        "MIMFormats", "MIMCPU", "MIMModels", "MIMAnalysis", "MIMFigures", "MIMScript", "CCMark",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    // The page of a watched notebook; the only one that speaks HTTP.
    .target(
      name: "MIMWatch",
      dependencies: [
        "MIMScript", "MIMSession",
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ], swiftSettings: strict),
    // What an editor asks of the language, over standard input and output.
    .target(
      name: "MIMLanguageServer", dependencies: ["MIMFormats", "MIMScript", "MIMSession"],
      swiftSettings: strict),
    // Many machines; only with the trait MPI, and empty without it.
    .target(
      name: "MIMCluster",
      dependencies: [
        .target(name: "CMPI", condition: .when(traits: ["MPI"])), "MIMTensor", "MIMSession",
      ], swiftSettings: strict),
    // The command line and the prompt, also for programs with components and verbs of their own.
    .target(
      name: "MIMTerminal",
      dependencies: [
        "MIMFormats", "MIMCPU", "MIMSession", "MIMWatch", "MIMLanguageServer", "CTerminal",
        .target(name: "MIMCluster", condition: .when(traits: ["MPI"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(name: "mim-repl", dependencies: ["MIMTerminal"], swiftSettings: strict),
    .executableTarget(
      name: "mim-bench",
      dependencies: [
        "MIMFormats", "MIMCPU", "MIMModels", "MIMAnalysis", "MIMSession",
        .target(name: "MIMCluster", condition: .when(traits: ["MPI"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),

    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .target(name: "CTestSet", dependencies: ["CKernels"], path: "Tests/CTestSet"),
    tests("MIMTensorTests", ["MIMTensor", "MIMFormats"]),
    tests("MIMCPUTests", ["CTestSet", "MIMCPU", "CKernels", "CAllocationCounter"]),
    tests("MIMModelsTests", ["MIMModels", "MIMCPU", "MIMFormats", "CAllocationCounter"]),
    tests("MIMFormatsTests", ["MIMFormats"]),
    tests("MIMAnalysisTests", ["MIMAnalysis"]),
    tests("MIMFiguresTests", ["MIMFigures", "CPNG"]),
    tests("MIMScriptTests", ["MIMScript"]),
    tests(
      "MIMSessionTests", ["MIMSession", "MIMCPU", .product(name: "GRDB", package: "GRDB.swift")]),
    tests("MIMWatchTests", ["MIMWatch", "MIMSession"]),
    tests("MIMLanguageServerTests", ["MIMLanguageServer", "MIMSession", "MIMScript"]),
    tests("EndToEndTests", []),
  ],
  swiftLanguageModes: [.v6]
)

// Coverage-guided fuzzing (make fuzz): its program only links in a build with libFuzzer.
if Context.environment["MIM_FUZZ"] != nil {
  package.targets += [
    .executableTarget(
      name: "mim-fuzz",
      dependencies: [
        "MIMFormats", "MIMTensor", "MIMModels", "MIMScript", "MIMSession", "MIMWatch",
        "MIMLanguageServer",
      ], path: "Tests/Fuzz/Program", swiftSettings: strict)
  ]
}
