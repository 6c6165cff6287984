import MIMScript
import Testing

@Suite struct CompletionTests {
  private let completer: Completer = {
    let host = RecordingHost()
    let interpreter = Interpreter(table: StubTable.table, host: host)
    let text = """
      mnist = load mnist
      m0 = model mim mnist
      z = encode m0 mnist.test
      r = sweep kind=["mim"] seed=1..2 { seed }
      """
    let source = Source(name: "", text: text)
    let program = Parser.parse(source, vocabulary: StubTable.table.vocabulary).program
    _ = try? interpreter.run(program)
    return Completer(table: StubTable.table, names: interpreter.bindings)
  }()

  private func texts(_ line: String) -> [String] {
    completer.complete(line).candidates.map(\.text)
  }

  @Test("a statement begins with a verb, a keyword or a name")
  func head() {
    #expect(texts("tr") == ["train"])
    #expect(texts("x = tr") == ["train"])
    #expect(texts("for i in 1..2 { tr") == ["train"])
    #expect(texts("time tr") == ["train"])
    #expect(texts("mn") == ["mnist"])
    #expect(texts("fo") == ["for"])
    #expect(texts("").contains("load"))
  }

  @Test("a verb's options are offered once each, with their sign")
  func options() {
    #expect(texts("m = train m0 mnist ep") == ["epochs="])
    #expect(!texts("m = train m0 mnist epochs=5 ").contains("epochs="))
    #expect(texts("m = train m0 mnist epochs=5 ").contains("lr="))
    #expect(texts("plot(z, col") == ["cols=", "color="])
    #expect(completer.complete("m = train m0 mnist ep").start == 19)
  }

  @Test("places offer their words, names that fit, columns, true and false")
  func places() {
    #expect(texts("m = train m0 mnist optimizer=") == ["adam", "adam_norm_grad"])
    #expect(texts("m = train ").prefix(1) == ["m0"])
    #expect(texts("m = model ").prefix(4) == ["mim", "amim", "vae", "ae"])
    #expect(texts("m = model mim mnist enc=").prefix(3) == ["mlp(", "conv", "pixelcnn"])
    #expect(texts("evaluate m0 mnist mi r").contains("rmse"))
    #expect(texts("evaluate m0 mnist mi(").contains("k="))
    #expect(texts("plot z color=").prefix(3) == ["z1", "z2", "label"])
    #expect(texts("table r by=[kind, se") == ["seed"])
    #expect(texts("given flag=t") == ["true"])
    #expect(texts("plot r y=[").prefix(3) == ["kind", "seed", "value"])
  }

  @Test("fields follow a dot")
  func fields() {
    #expect(texts("mnist.t") == ["test", "train"])
    #expect(texts("x = encode m0 mnist.te") == ["test"])
    #expect(texts("m0.history.") == ["epoch", "loss", "recon", "kl"])
    #expect(texts("nobody.") == [])
  }

  @Test("file names are left to the prompt, with what is typed of them")
  func paths() {
    let open = completer.complete("save z \"out dir/la")
    #expect(open.wantsPath && open.isQuoted)
    #expect(open.pathPrefix == "out dir/la")
    #expect(open.start == 8)
    #expect(completer.complete("plot z save=\"fi").wantsPath)
    #expect(!completer.complete("plot z title=\"fi").wantsPath)
    #expect(completer.complete("load ").wantsPath)
  }

  @Test("nothing is offered in comments, numbers and plain text")
  func nothing() {
    #expect(texts("x = 1 # tr") == [])
    #expect(texts("x = 12") == [])
    #expect(texts("plot z title=\"tr") == [])
  }

  @Test("help offers its pages")
  func help() {
    #expect(texts("help tra") == ["train"])
    #expect(texts("help vamp") == ["vampprior"])
  }
}
