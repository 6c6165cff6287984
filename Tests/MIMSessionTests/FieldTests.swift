import MIMScript
import MIMSession
import Testing

@Suite struct FieldTests {
  @Test(
    "every field of every kind of object can be read, and is the same in help, completion and checks"
  )
  func fields() throws {
    let bench = try BuiltinsBench()
    let mistakes = bench.run(
      """
      toy = load toy "4"
      m = train(model(mim, toy, z=2, hidden=[8]), toy, epochs=2, frames=1)
      c = encode m toy.test
      d = decode m c
      t = tsne take(c, 60) iters=30 perplexity=5 frames=10
      p = pca c
      nb = neighbors take(c, 40)
      f = plot c
      h = m.history
      i = toy.test
      b = load bmi "1v1-normal-0.75" n=200 seed=1
      a = b.x
      q = mi b.x b.y
      w = mi_table take(c, 60)
      g = probe toy.test folds=2
      y = encode(model(csvae, toy, z=2), toy.test)
      """)
    #expect(mistakes == [])
    let objects = ["toy", "m", "c", "d", "t", "p", "nb", "f", "h", "i", "a", "q", "w", "g", "y"]
      .compactMap(bench.object)
    #expect(objects.count == 15)
    let read = Dictionary(grouping: objects, by: \.typeName).mapValues { objects in
      Set(
        objects.flatMap { object in object.fieldNames.filter { object.field($0) != nil } })
    }
    for kind in builtinTable.objects {
      #expect(read[kind.typeName] == Set(kind.fields.map(\.name)), "\(kind.typeName)")
      let page = builtinTable.help(for: kind.typeName.split(separator: " ").map(String.init))
      for field in kind.fields {
        #expect(page?.contains { $0.contains("    .\(field.name) ") } == true, "\(kind.typeName)")
      }
    }
  }
}
