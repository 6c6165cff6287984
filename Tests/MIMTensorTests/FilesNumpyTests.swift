import Foundation
import MIMTensor
import Testing

@Suite("npy and npz files")
struct FilesNumpyTests {
  @Test(
    "arrays of every type, order and byte order read as NumPy wrote them",
    arguments: ["f4_c", "f8_fortran", "f4_big", "f2"])
  func floats(name: String) throws {
    let array = try NumpyFile.read(FilesFixtures.path("array_\(name).npy"))
    #expect(array.floats == FilesFixtures.grid)
  }

  @Test("integers keep their values and order", arguments: ["i8", "i4_fortran", "i2_big"])
  func integers(name: String) throws {
    let array = try NumpyFile.read(FilesFixtures.path("array_\(name).npy"))
    #expect(array.integers == HostArray((-3..<9).map(Int64.init), shape: [3, 4]))
  }

  @Test("bytes, bools, scalars and vectors")
  func others() throws {
    let bytes = try NumpyFile.read(FilesFixtures.path("array_u1.npy"))
    #expect(bytes == .uint8(HostArray((0..<12).map(UInt8.init), shape: [3, 4])))
    let bools = try NumpyFile.read(FilesFixtures.path("array_bool.npy"))
    #expect(bools == .bool(HostArray((0..<12).map { $0 % 3 == 0 }, shape: [3, 4])))
    let scalar = try NumpyFile.read(FilesFixtures.path("array_scalar.npy"))
    #expect(scalar == .float32(HostArray([2.5], shape: [])))
    let vector = try NumpyFile.read(FilesFixtures.path("array_vector.npy"))
    #expect(vector == .float32(HostArray([0, 1, 2, 3, 4], shape: [5])))
  }

  @Test("all three header versions", arguments: [1, 2, 3])
  func versions(version: Int) throws {
    let array = try NumpyFile.read(FilesFixtures.path("version_\(version).npy"))
    #expect(array == .float32(FilesFixtures.grid))
  }

  @Test("text arrays are refused by name of their type")
  func text() throws {
    #expect {
      try NumpyFile.read(FilesFixtures.path("array_text.npy"))
    } throws: {
      "\($0)".contains("<U2")
    }
  }

  @Test("the header alone tells type, order and shape")
  func header() throws {
    let header = try NumpyFile.readHeader(of: FilesFixtures.path("array_f8_fortran.npy"))
    #expect(header.shape == [2, 3, 4])
    #expect(header.typeName == "<f8")
    #expect(header.isFortranOrder)
  }

  @Test("what is written is byte for byte what NumPy writes")
  func encoding() throws {
    let ours = NumpyFile.encode(.float32(FilesFixtures.grid))
    #expect(try ours == FilesFixtures.bytes("array_f4_c.npy"))
    let vector = NumpyFile.encode(.float32(HostArray([0, 1, 2, 3, 4], shape: [5])))
    #expect(try vector == FilesFixtures.bytes("array_vector.npy"))
    let scalar = NumpyFile.encode(.float32(HostArray([2.5], shape: [])))
    #expect(try scalar == FilesFixtures.bytes("array_scalar.npy"))
  }

  @Test("stored and deflated archives")
  func archives() throws {
    let pair = try NumpyArchive.read(FilesFixtures.path("pair_stored.npz"))
    #expect(pair["x"]?.floats == FilesFixtures.grid.reshaped(to: [6, 4]))
    #expect(pair["y"]?.integers?.elements == [0, 1, 2, 0, 1, 2])
    let splits = try NumpyArchive.read(FilesFixtures.path("splits_deflated.npz"))
    #expect(splits["x_train"]?.shape == [20, 4, 5])
    #expect(splits["y_test"]?.integers?.elements == [0, 1, 2, 3, 0, 1, 2, 3])
    let headers = try NumpyArchive.readHeaders(of: FilesFixtures.path("splits_deflated.npz"))
    #expect(headers["x_test"]?.shape == [8, 4, 5])
  }

  @Test("an archive that we write reads back, and twice gives the same bytes")
  func roundTrip() throws {
    try FilesFixtures.withFolder { folder in
      let arrays: [String: StoredArray] = [
        "x": .float32(FilesFixtures.grid),
        "labels": .int32(HostArray([1, 2], shape: [2])),
        "mask": .bool(HostArray([true, false], shape: [2])),
        "none": .float64(HostArray([], shape: [0, 3])),
      ]
      try NumpyArchive.write(arrays, to: "\(folder)/a.npz")
      try NumpyArchive.write(arrays, to: "\(folder)/b.npz")
      #expect(try NumpyArchive.read("\(folder)/a.npz") == arrays)
      #expect(
        try FileReader.bytes(of: "\(folder)/a.npz") == FileReader.bytes(of: "\(folder)/b.npz"))
    }
  }

  @Test("a shape whose product overflows is refused, not multiplied")
  func overflow() throws {
    for shape in ["(4611686018427387904, 8)", "(0, 4611686018427387904, 8)"] {
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n"
      let bytes =
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      #expect(throws: FileError.self) { try NumpyFile.parse(bytes, path: "a.npy") }
    }
  }
}
