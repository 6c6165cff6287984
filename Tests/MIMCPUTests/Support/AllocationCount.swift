import CAllocationCounter
import Testing

/// What this thread allocates.
enum AllocationCount {
  /// Whether this C library lets allocations be counted: glibc without the address sanitizer.
  static let isPossible: Bool = {
    allocation_count_begin()
    return allocation_count_end() >= 0
  }()

  /// Why tests that count are skipped.
  static let needed: Comment =
    "only glibc's allocations, without the address sanitizer, can be counted"

  /// The number of allocations of `body` on this thread.
  static func of(_ body: () -> Void) -> Int {
    allocation_count_begin()
    body()
    return Int(allocation_count_end())
  }
}
