import MIMTensor

/// Where the four files of an archive were found.
struct ImageArchivePaths: Sendable, Equatable {
  let trainImages: String
  let trainLabels: String
  let testImages: String
  let testLabels: String
}

extension ImageArchive {
  /// The four files in the first folder that has them all, packed or not; nil when none has.
  func find(in environment: DataEnvironment) -> ImageArchivePaths? {
    searchedFolders(environment).lazy.compactMap { paths(in: $0) }.first
  }

  /// The four files; downloaded when `fetch` allows it. Throws ``DataError/missing`` otherwise.
  func locate(_ request: DataRequest) throws -> ImageArchivePaths {
    if let found = find(in: request.environment) { return found }
    if request.options.fetch { return try fetch(request.environment) }
    throw missing(request.environment)
  }

  /// The error that says what was looked for, where, and how to get it.
  func missing(_ environment: DataEnvironment) -> DataError {
    var remedies = ["write load \(name) fetch=true to download them"]
    if let debianPackage {
      remedies.append("install them with: sudo apt-get install \(debianPackage)")
    } else {
      remedies.append(
        "copy them to \(environment.dataFolder)/\(folders[0]), or to \(folders[0])/ in the folder "
          + "that the variable MIM_DATA names")
    }
    return .missing(
      source: name, files: parts.map { $0.name + "[.gz]" },
      folders: searchedFolders(environment), remedies: remedies)
  }

  /// The folders in the order in which they are searched.
  func searchedFolders(_ environment: DataEnvironment) -> [String] {
    environment.searchFolders.flatMap { root in folders.map { "\(root)/\($0)" } }
  }

  func paths(in folder: String) -> ImageArchivePaths? {
    func path(of part: Part) -> String? {
      ["\(folder)/\(part.name).gz", "\(folder)/\(part.name)"].first(where: AtomicFile.exists)
    }
    guard let trainImages = path(of: trainImages), let trainLabels = path(of: trainLabels),
      let testImages = path(of: testImages), let testLabels = path(of: testLabels)
    else { return nil }
    return ImageArchivePaths(
      trainImages: trainImages, trainLabels: trainLabels, testImages: testImages,
      testLabels: testLabels)
  }
}

extension DataEnvironment {
  /// The folders that hold data sets: `$MIM_DATA`, the user's own, the system's.
  public var searchFolders: [String] {
    [variable("MIM_DATA"), dataFolder, systemFolder].compactMap { $0 }
  }

  /// The user's data folder, where `fetch` writes: `$XDG_DATA_HOME/mim-repl`, by default
  /// `~/.local/share/mim-repl`.
  public var dataFolder: String {
    let shared = variable("XDG_DATA_HOME") ?? (variable("HOME") ?? ".") + "/.local/share"
    return shared + "/mim-repl"
  }

  private func variable(_ name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
