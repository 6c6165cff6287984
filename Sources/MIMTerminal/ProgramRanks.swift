import Foundation
import MIMFormats
import MIMSession

#if MPI
  import MIMCluster
#endif

/// The processes that mpirun or srun started as one job, of which this is one.
enum ProgramRanks {
  /// This job's ranks; by itself a process is one alone.
  static let current: Ranks = {
    #if MPI
      return Cluster.join() ?? .single
    #else
      return .single
    #endif
  }()

  /// Ends the program where it was started as several ranks but can't be one of them: each would do
  /// everything and write over the others.
  static func requireSupport() {
    #if !MPI
      let environment = ProcessInfo.processInfo.environment
      guard let size = environment["OMPI_COMM_WORLD_SIZE"].flatMap({ Int($0) }), size > 1 else {
        return
      }
      if environment["OMPI_COMM_WORLD_RANK"] == "0" {
        report(
          "this mim-repl was built without MPI; build it with `make mpi` (see docs/cluster.md)")
      }
      Foundation.exit(ProgramExit.usage.rawValue)
    #endif
  }

  /// Throws where the ranks don't run the same thing.
  static func requireAgreement() throws {
    guard
      let difference = try current.difference(arguments: Array(CommandLine.arguments.dropFirst()))
    else { return }
    if current.isLeading { report(difference) }
    throw ProgramExit.usage
  }

  /// Text that rank 0 has, on every rank; where it throws, all do.
  static func fromLeading(_ text: () throws -> String) throws -> String {
    guard current.isShared else { return try text() }
    var own = ""
    try current.leading { own = try text() }
    return current.shared(own)
  }

  /// Leaves the job and gives the code to exit with: rank 0's counts, and mpirun ends a job as soon as any
  /// rank fails.
  static func leave(_ code: ProgramExit) -> ProgramExit {
    #if MPI
      Cluster.leave()
    #endif
    return current.isLeading ? code : .ok
  }

  /// Says what is wrong with how the program was started.
  static func report(_ text: String) {
    FileHandle.standardError.write(Data(VisibleText.escaped("Error: \(text)\n").utf8))
  }

  /// Says what should be known of the machine.
  static func warn(_ text: String) {
    FileHandle.standardError.write(Data(VisibleText.escaped("Warning: \(text)\n").utf8))
  }
}
