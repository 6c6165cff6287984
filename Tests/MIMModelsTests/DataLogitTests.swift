import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Logits of grey images")
struct DataLogitTests {
  private static let bytes: [Float] = [0, 1, 127, 128, 254, 255, 255, 0]

  private static func images(_ kind: ValueKind = .gray) -> Dataset {
    func split(_ role: DataSplit.Role) -> DataSplit {
      DataSplit(role: role, items: HostArray(bytes.map { $0 / 255 }, shape: [2, 1, 2, 2]))
    }
    return Dataset(name: "grey", train: split(.train), test: split(.test), valueKind: kind)
  }

  @Test("a byte becomes the logit of its noisy intensity; the inverse gives the byte back")
  func values() throws {
    let margin = 1e-3
    let data = try Self.images().logits(margin: margin, seed: 4)
    #expect(data.valueKind == .real && data.itemShape == [1, 2, 2])
    let transform = try #require(data.transform)
    for split in [data.train, try #require(data.test)] {
      for (byte, logit) in zip(Self.bytes, split.items.elements) {
        func limit(_ u: Double) -> Double {
          let inside = margin + (1 - 2 * margin) * (Double(byte) + u) / 256
          return log(inside / (1 - inside))
        }
        #expect(Double(logit) > limit(-1e-4) && Double(logit) < limit(1 + 1e-4), "\(byte)")
      }
      let again = try transform.inverse(split.items).elements.map { ($0 * 256).rounded(.down) }
      #expect(again == Self.bytes)
    }
    #expect(data.train.items != data.test?.items)
    #expect(try Self.images().logits(margin: margin, seed: 4).train.items == data.train.items)
    #expect(try Self.images().logits(margin: margin, seed: 5).train.items != data.train.items)
  }

  @Test("its inverse is that of the middle of each byte to rounding, and stays within 0 and 1")
  func inverse() throws {
    let transform = try DataTransform(steps: [.logit(margin: 1e-6, count: 5)])
    let x = HostArray<Float>([0.001, 0.25, 0.5, 0.75, 0.999], shape: [1, 5])
    for (ours, own) in zip(try transform.inverse(transform.apply(x)).elements, x.elements) {
      #expect(abs(ours - own) < 1e-6)
    }
    let far = HostArray<Float>([-100, -20, 0, 20, 100], shape: [1, 5])
    let back = try transform.inverse(far).elements
    #expect(back.allSatisfy { (0...1).contains($0) } && back[0] == 0 && back[4] == 1)
    #expect(
      try JSONDecoder().decode(DataTransform.self, from: JSONEncoder().encode(transform))
        == transform)
  }

  @Test("other items, margins out of range and damaged files are refused")
  func refusals() throws {
    #expect(throws: DataError.self) { try Self.images(.real).logits(margin: 1e-6, seed: 1) }
    for margin in [0, 0.5, -1, .nan] {
      #expect(throws: DataError.self) { try Self.images().logits(margin: margin, seed: 1) }
      #expect(throws: DataError.self) {
        try DataTransform(steps: [.logit(margin: Float(margin), count: 4)])
      }
    }
    #expect(throws: DataError.self) { try DataTransform(steps: [.logit(margin: 0.1, count: 0)]) }
    let fixed = try Self.images().binarised(.fixed)
    #expect(throws: DataError.self) { try fixed.logits(margin: 1e-6, seed: 1) }
  }
}
