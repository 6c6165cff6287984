import Foundation
import MIMFormats
import MIMScript
import MIMSession
import Testing

@Suite("Events for TensorBoard")
struct EventFileTests {
  @Test("the checksum is that of RFC 3720, and its masked form TensorFlow's")
  func checksum() {
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    // ((crc >> 15) | (crc << 17)) + 0xa282ead8, of tensorflow/core/lib/hash/crc32c.h.
    #expect(
      CRC32C.masked(Array("123456789".utf8)) == (0xE306_9283 >> 15 | 0x2506_0000) &+ 0xA282_EAD8)
  }

  @Test(
    "a record is its length, two checksums and the message; what came before stays when it is cut off"
  )
  func records() throws {
    let folder = NSTemporaryDirectory() + "events-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try EventFile(in: folder, time: 1.5)
    try file.add([("loss/train", 0.25)], step: 3, time: 2)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
    // Event { wall_time: 1.5, file_version: "brain.Event:2" }
    let version: [UInt8] =
      [9, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x1A, 13] + Array("brain.Event:2".utf8)
    #expect(Array(bytes[12..<36]) == version && bytes[0] == 24)
    // Event { wall_time: 2, step: 3, summary { value { tag: "loss/train", simple_value: 0.25 } } }
    let entry: [UInt8] = [0x0A, 10] + Array("loss/train".utf8) + [0x15, 0, 0, 0x80, 0x3E]
    let event: [UInt8] =
      [
        9, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 3, 0x2A, UInt8(entry.count + 2), 0x0A,
        UInt8(entry.count),
      ]
      + entry
    #expect(Array(bytes[52..<(52 + event.count)]) == event)
    #expect(bytes.count == 52 + event.count + 4)
  }

  @Test("a folder that cannot be made is an error that names it")
  func blocked() {
    #expect(throws: FileError.self) { try EventFile(in: "/proc/none/events", time: 0) }
  }

  @Test(
    "every training has a folder of its own, with its epochs; an unwritable one is only warned of")
  func trainings() throws {
    let output = CollectedOutput()
    let folder = try TemporaryFolder()
    var settings = SessionSettings()
    settings.eventsFolder = folder.path + "/events"
    let session = Session(settings: settings, output: output)
    let text = """
      toy = load toy "4" n=64
      m0 = model mim toy z=2 hidden=[4]
      m = train m0 toy epochs=3
      m = train m0 toy epochs=2
      """
    session.evaluate(Source(name: "t", text: text))
    #expect(output.codes.isEmpty, "\(output.error)")
    for (name, epochs) in [("m", 3), ("m-2", 2)] {
      let files = folder.names("events/\(name)")
      #expect(files.count == 1 && files.first?.contains("tfevents") == true, "\(files)")
      let path = "\(folder.path)/events/\(name)/\(files.first ?? "")"
      let bytes = FileManager.default.contents(atPath: path) ?? Data()
      #expect(bytes.ranges(of: Data("loss/train".utf8)).count == epochs)
      #expect(bytes.ranges(of: Data("learning_rate".utf8)).count == epochs)
    }
    session.context.settings.eventsFolder = "/proc/none"
    session.evaluate(Source(name: "t", text: "n = train m0 toy epochs=1"))
    #expect(output.codes.isEmpty && session.bindings["n"] != nil)
    #expect(output.error.joined().contains("no events for TensorBoard"))
  }
}
