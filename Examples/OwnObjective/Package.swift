// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "OwnObjective",
  // Elsewhere: .package(url: "https://github.com/…/mim-repl", from: "…")
  dependencies: [.package(name: "mim-repl", path: "../..")],
  targets: [
    .executableTarget(
      name: "own-mim-repl",
      dependencies: [
        .product(name: "MIMModels", package: "mim-repl"),
        .product(name: "MIMScript", package: "mim-repl"),
        .product(name: "MIMSession", package: "mim-repl"),
        .product(name: "MIMTerminal", package: "mim-repl"),
      ])
  ]
)
