#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How many bytes end a line.
func lineEnds(_ bytes: UnsafeRawBufferPointer) -> Int {
  guard var place = bytes.baseAddress else { return 0 }
  let end = place + bytes.count
  var count = 0
  while let found = memchr(place, 0x0a, end - place) {
    count += 1
    place = UnsafeRawPointer(found) + 1
  }
  return count
}
