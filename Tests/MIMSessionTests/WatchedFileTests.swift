import Foundation
import MIMSession
import Testing

/// Real files, saved as editors do; time is what the test says.
@Suite("Noticing that a file was saved")
struct WatchedFileTests {
  private let folder: TemporaryFolder
  private let path: String
  private var file: WatchedFile

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.write("one", to: "note.mimnb")
    file = WatchedFile(path: path, bytes: Array("one".utf8))
    #expect(file.look(now: 0) == nil)
  }

  private func writeInPlace(_ text: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  private static func saved(_ text: String) -> WatchedFile.Change { .saved(Array(text.utf8)) }

  @Test("written in place")
  mutating func inPlace() throws {
    try writeInPlace("two")
    #expect(file.look(now: 0.02) == nil)
    #expect(file.look(now: 0.06) == Self.saved("two"))
    #expect(file.look(now: 0.08) == nil && file.look(now: 3) == nil)
  }

  @Test("written under another name, and renamed")
  mutating func renamed() throws {
    let other = try folder.write("two", to: ".note.mimnb.swp")
    #expect(rename(other, path) == 0)
    #expect(file.look(now: 0.02) == nil)
    #expect(file.look(now: 0.06) == Self.saved("two"))
  }

  @Test("deleted and created: it was never gone")
  mutating func recreated() throws {
    try FileManager.default.removeItem(atPath: path)
    #expect(file.look(now: 0.02) == nil && file.look(now: 0.3) == nil)
    _ = try folder.write("two", to: "note.mimnb")
    #expect(file.look(now: 0.4) == nil)
    #expect(file.look(now: 0.44) == Self.saved("two"))
  }

  @Test("half of it, and an empty file on the way, don't count")
  mutating func halfWritten() throws {
    try writeInPlace("")
    #expect(file.look(now: 0.02) == nil && file.look(now: 0.2) == nil)
    try writeInPlace("tw")
    #expect(file.look(now: 0.22) == nil)
    try writeInPlace("two")
    #expect(file.look(now: 0.26) == nil)
    #expect(file.look(now: 0.3) == Self.saved("two"))
  }

  @Test("other contents of the same size and time")
  mutating func sameStamp() throws {
    let times = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    try writeInPlace("six")
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(times)], ofItemAtPath: path)
    #expect(file.look(now: 1.1) == nil)
    #expect(file.look(now: 1.14) == Self.saved("six"))
  }

  @Test("deleted for good, and back")
  mutating func vanished() throws {
    try FileManager.default.removeItem(atPath: path)
    #expect(file.look(now: 0.02) == nil)
    #expect(file.look(now: 0.6) == .vanished)
    #expect(file.look(now: 5) == nil)
    _ = try folder.write("one", to: "note.mimnb")
    #expect(file.look(now: 6) == nil)
    #expect(file.look(now: 6.04) == Self.saved("one"))
  }

  @Test("saved once more without a change")
  mutating func again() throws {
    let other = try folder.write("one", to: "other")
    #expect(rename(other, path) == 0)
    #expect(file.look(now: 0.02) == nil)
    #expect(file.look(now: 0.06) == .savedAgain(Array("one".utf8)))
  }
}
