// Everything here needs the package trait MPI; without it the module is empty.
#if MPI
  import CMPI
  import Foundation
  import MIMSession

  /// What can go wrong with a job of several ranks.
  enum ClusterError: Error, CustomStringConvertible {
    /// A call of MPI failed.
    case call(String, reason: String)

    /// One sentence, with a remedy.
    var description: String {
      switch self {
      case .call(let name, let reason):
        "\(name) failed: \(reason); check that every machine of the job is up and has the same Open MPI"
      }
    }

    /// Throws for a status of CMPI that isn't 0.
    static func check(_ status: Int32, _ name: String) throws {
      guard status != 0 else { return }
      var buffer = [CChar](repeating: 0, count: Int(CMPI_MESSAGE))
      cmpi_message(status, &buffer)
      let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw call(name, reason: String(decoding: text, as: UTF8.self))
    }
  }

  /// The job that mpirun or srun started.
  public enum Cluster {
    /// Joins the job; nil for a process that was started by itself, which then never touches MPI.
    public static func join() -> Ranks? {
      let environment = ProcessInfo.processInfo.environment
      guard
        ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"].contains(where: environment.keys.contains)
      else { return nil }
      var (rank, size, neighbours): (Int32, Int32, Int32) = (0, 1, 1)
      do {
        try ClusterError.check(cmpi_start(&rank, &size, &neighbours), "joining the job")
      } catch {
        FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
        Foundation.exit(ExitCode.failure.rawValue)
      }
      let connection = RankConnection(rank: Int(rank), size: Int(size))
      return Ranks(
        collective: connection, dispatcher: size > 1 ? connection : nil,
        cores: cores(sharedBy: Int(neighbours)))
    }

    /// Leaves the job, together with the other ranks. Nothing where none was joined.
    public static func leave() {
      // The job ends in any case: what could still go wrong changes no result.
      if isJoined { _ = cmpi_finish() }
    }

    private static var isJoined: Bool { cmpi_is_joined() != 0 }

    /// The cores that mpirun bound this process to, or its part of all where it is bound to none.
    private static func cores(sharedBy neighbours: Int) -> Int {
      let bound = ProcessInfo.processInfo.activeProcessorCount
      let all = ProcessInfo.processInfo.processorCount
      return max(1, bound * neighbours > all ? all / neighbours : bound)
    }
  }
#endif
