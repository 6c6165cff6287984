import MIMScript
import Testing

@Suite struct HelpTests {
  private let table = StubTable.table

  @Test("the overview lists every verb")
  func overview() {
    let text = table.helpOverview().joined(separator: "\n")
    for function in table.functions { #expect(text.contains(function.name)) }
    #expect(table.helpOverview().allSatisfy { TextWidth.columns($0) <= 100 })
  }

  @Test("a verb's page shows usage, options with defaults, details, example and related pages")
  func verb() {
    #expect(
      table.help(for: ["train"]) == [
        "train MODEL DATA [options]  →  a trained model; the old one is unchanged",
        "    MODEL  model",
        "    DATA  data",
        "    epochs=50  batch=128  lr=0.001  warmup=10  patience=warmup  optimizer=adam|adam_norm_grad",
        "    schedule=constant|noam  checkpoint=…  frames=…  seed=auto",
        "Train a model.",
        "Stops early on DATA.val.",
        "example:  m = train m0 mnist epochs=50",
        "see also:  evaluate",
      ])
  }

  @Test("words, options, topics, keywords and errors have pages")
  func pages() {
    #expect(table.help(for: ["vampprior"])?.first == "vampprior(k, [init])  —  pseudo-inputs")
    #expect(table.help(for: ["warmup"])?.first?.hasPrefix("train … warmup=10") == true)
    #expect(table.help(for: ["priors"]) == ["normal, learned, vampprior"])
    #expect(table.help(for: ["for"])?.isEmpty == false)
    #expect(table.help(for: ["errors", "e301"])?.first?.hasPrefix("E301: ") == true)
    #expect(table.help(for: ["E014"])?.first?.hasPrefix("E014: ") == true)
    #expect(table.help(for: ["errors"])?.isEmpty == false)
    #expect(table.help(for: ["trian"]) == nil)
    #expect(table.helpSuggestions(for: ["trian"]) == ["train"])
  }

  @Test(
    "a word of other programs leads to the verb that does it, other words to the pages that mention them, a typing mistake to neither"
  )
  func elsewhere() {
    #expect(
      table.helpElsewhere(for: ["Fit"]) == [
        "There is no page `Fit`. What may be meant:", "    help train  train a model",
      ])
    #expect(
      table.helpElsewhere(for: ["passes"])
        == ["There is no page `passes`. These mention it: help train"])
    #expect(
      table.helpElsewhere(for: ["trian"]) == nil && table.helpElsewhere(for: ["qwertz"]) == nil)
    #expect(table.helpElsewhere(for: []) == nil)
  }

  @Test("the reference has a section for every verb")
  func reference() {
    let text = table.referenceMarkdown()
    for function in table.functions { #expect(text.contains("#### `\(function.name)`")) }
    #expect(text.contains("| `epochs=` | a whole number from 0 to 1000000 | 50 | passes |"))
  }

  @Test("random verbs get a seed option")
  func seed() {
    #expect(table["draw"]?.options.map(\.name) == ["seed"])
    #expect(table["plot"]?.options.contains { $0.name == "seed" } == false)
  }

  @Test("a line that doesn't fit is broken at blanks, further in than it begins, and loses nothing")
  func folded() {
    #expect(TextWidth.folded("  a line that fits", to: 20) == ["  a line that fits"])
    #expect(
      TextWidth.folded("  enc=mlp(50)  dec=mlp(50) (conv|pixelcnn)", to: 20)
        == ["  enc=mlp(50)", "    dec=mlp(50)", "    (conv|pixelcnn)"])
    #expect(TextWidth.folded("short andaverylongwordindeed x", to: 10).count == 3)
    for verb in StubTable.table.functions {
      for line in StubTable.table.help(for: [verb.name]) ?? [] {
        let folded = TextWidth.folded(line, to: 40)
        let words = { (text: String) in text.split(separator: " ").joined(separator: " ") }
        #expect(words(folded.joined(separator: " ")) == words(line))
        #expect(folded.allSatisfy { TextWidth.columns($0) <= 40 || !$0.dropFirst(8).contains(" ") })
      }
    }
  }
}
