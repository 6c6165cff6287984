import MIMFormats
import Testing

@Suite("Texts in files")
struct TextTests {
  @Test("FNV-1a gives the published hashes")
  func hashes() {
    for (text, expected) in [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C),
      ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)] {
      var hash = FNV1a()
      hash.add(text)
      #expect(hash.value == expected, "\(text)")
    }
  }

  @Test("SplitMix64 gives its published first numbers from the seed 1234567")
  func splitMix() {
    let first = (1...3).map {
      SplitMix64.finalised(1_234_567 &+ UInt64($0) &* SplitMix64.increment)
    }
    #expect(
      first == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("JSON strings escape what they must, headers of model files no more")
  func json() {
    let text = "a\"\\\n\r\t\u{1}é\u{2028}"
    #expect(JSONString.quoted(text) == #""a\"\\\n\r\t\u0001é\u2028""#)
    #expect(JSONString.quoted(text, as: .header) == #""a\"\\\n\u000d\u0009\u0001é"# + "\u{2028}\"")
  }

  @Test("XML and HTML show text literally; what they can't carry is replaced")
  func markup() {
    let text = "<a b=\"&\">\t\r\n\u{2}\u{7F}\u{FFFE}"
    #expect(
      MarkupText.escaped(text, for: .xml)
        == "&lt;a b=\"&amp;\"&gt;\t&#13;\n\u{FFFD}\u{7F}\u{FFFD}")
    #expect(
      MarkupText.escaped(text, for: .html)
        == "&lt;a b=&quot;&amp;&quot;&gt;\t\u{FFFD}\n\u{FFFD}\u{FFFD}\u{FFFE}")
  }

  @Test("characters of control are written out, everything else stays")
  func visible() {
    #expect(
      VisibleText.escaped("a\u{1B}[31mb\r\u{7}\u{9B}\u{202E}\u{2066}\u{7F}")
        == "a\\e[31mb\\r\\u{7}\\u{9B}\\u{202E}\\u{2066}\\u{7F}")
    let plain = "Ünïcode — x̂ ± 日本 👩‍🔬 \t→\n“”"
    #expect(VisibleText.escaped(plain) == plain)
    #expect(VisibleText.onOneLine("a\nb\tc") == "a\\nb  c")
    #expect(JSONString.quoted("\u{202E}\u{9B}\u{7F}") == #""\u202e\u009b\u007f""#)
  }

  @Test("cells with separators, quotes or line breaks are quoted")
  func cells() {
    #expect(DelimitedCell.quoted("a b;c") == "a b;c")
    #expect(DelimitedCell.quoted("a,b") == "\"a,b\"")
    #expect(DelimitedCell.quoted("a,b\tc", separator: "\t") == "\"a,b\tc\"")
    #expect(DelimitedCell.quoted("say \"hi\"\r\n") == "\"say \"\"hi\"\"\r\n\"")
  }

  @Test("a duration in seconds")
  func durations() {
    #expect(Duration.milliseconds(1500).seconds == 1.5 && Duration.seconds(-3).seconds == -3)
  }
}
