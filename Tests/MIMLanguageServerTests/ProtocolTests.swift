import Foundation
import MIMLanguageServer
import MIMScript
import MIMSession
import Synchronization
import Testing

/// The protocol itself: order, errors, streams.
@Suite struct ProtocolTests {
  @Test("initialize comes first and tells what the server can do")
  func initialize() throws {
    let client = Client(initializes: false)
    #expect(client.errorCode("textDocument/hover", client.at(0, 0)) == -32002)
    let result = try #require(
      client.request("initialize", ["capabilities": [String: Any]()]) as? [String: Any])
    let capabilities = try #require(result["capabilities"] as? [String: Any])
    #expect(capabilities["positionEncoding"] as? String == "utf-16")
    #expect((capabilities["textDocumentSync"] as? [String: Any])?["change"] as? Int == 2)
    #expect(client.errorCode("initialize") == -32600)
  }

  @Test("requests that nobody knows get an error, notifications that nobody knows do not")
  func unknown() {
    let client = Client()
    #expect(client.errorCode("textDocument/semanticTokens/full", client.of()) == -32601)
    #expect(client.errorCode("$/anything") == -32601)
    let before = client.messages.count
    client.notify("$/setTrace", ["value": "off"])
    client.notify("workspace/didChangeConfiguration")
    #expect(client.messages.count == before)
  }

  @Test(
    "messages that are none are answered as such, and the next one is understood",
    arguments: [
      ("{\"jsonrpc\": \"2.0\", ", -32700), ("", -32700), ("\u{0}\u{1}", -32700),
      ("[]", -32600), ("3", -32600), ("{}", -32600),
      ("{\"id\": {}, \"method\": \"shutdown\"}", -32600),
      (String(repeating: "[", count: 100_000), -32700),
    ])
  func malformed(_ text: String, _ code: Int) {
    let client = Client()
    client.server.receive(Array(text.utf8))
    let error = client.messages.last?["error"] as? [String: Any]
    #expect(error?["code"] as? Int == code)
    #expect(client.messages.last?["id"] is NSNull)
    #expect(client.errorCode("nothing") == -32601)
  }

  @Test("parameters of any form end in errors, not in traps")
  func parameters() {
    let client = Client()
    client.open("x = 1")
    let odd: [Any] = [
      -1, 1e300, "x", NSNull(), [Any](), ["line": -5, "character": 1e18],
      ["line": 1e12, "character": 3], ["line": 0.5, "character": 0],
    ]
    let methods = [
      "codeAction", "codeLens", "completion", "definition", "documentHighlight", "documentSymbol",
      "formatting", "hover", "prepareRename", "references", "rename",
    ]
    for method in methods {
      for value in odd {
        for params in [
          client.of(Client.script, ["position": value, "newName": value]),
          client.of(Client.script, ["range": value]), ["textDocument": value],
          client.of("file:///nowhere.mim", ["position": ["line": 0, "character": 0]]),
        ] {
          #expect(!client.answer("textDocument/" + method, params).isEmpty)
        }
        client.change([["range": value, "text": "y"]])
        client.change([["text": value]])
      }
    }
    #expect(client.request("textDocument/documentSymbol", client.of()) != nil)
  }

  @Test("exit ends with 0 after shutdown, otherwise with 1; nothing is answered in between")
  func exit() {
    let client = Client()
    #expect(client.answer("shutdown").keys.contains("result"))
    #expect(client.errorCode("textDocument/hover", client.at(0, 0)) == -32600)
    client.notify("exit")
    #expect(client.server.exitCode == 0)
    let other = Client()
    other.notify("exit")
    #expect(other.server.exitCode == 1)
  }

  // MARK: Streams

  /// What a server process does with a stream: what it writes, what it says, and its exit code.
  private func serve(_ bytes: [UInt8], pieces: Int = 7) -> (out: String, said: String, code: Int32)
  {
    let rest = Mutex(bytes[...])
    let out = Mutex<[UInt8]>([])
    let said = Mutex("")
    let code = ServerProcess.serve(
      table: builtinTable, options: RunOptions(),
      read: { count in
        rest.withLock { rest in
          defer { rest = rest.dropFirst(min(count, pieces)) }
          return Array(rest.prefix(min(count, pieces)))
        }
      }, write: { bytes in out.withLock { $0 += bytes } },
      complain: { text in said.withLock { $0 += text } })
    return (String(decoding: out.withLock { $0 }, as: UTF8.self), said.withLock { $0 }, code)
  }

  private func framed(_ text: String) -> [UInt8] {
    Array("Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8)
  }

  private let conversation = [
    #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#,
    #"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
    #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:é","languageId":"mim","version":7,"text":"x = é"}}}"#,
    #"{"jsonrpc":"2.0","id":"two","method":"shutdown"}"#,
    #"{"jsonrpc":"2.0","method":"exit"}"#,
  ]

  @Test("a conversation in pieces of any size, with other header fields", arguments: [1, 13, 5000])
  func stream(_ pieces: Int) {
    var bytes = conversation.flatMap { framed($0) }
    bytes = Array("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n".utf8) + bytes
    let (out, said, code) = serve(bytes, pieces: pieces)
    #expect(code == 0 && said.isEmpty)
    #expect(out.contains(#""id":1, "result":{"capabilities""#))
    #expect(out.contains(#"{"jsonrpc":"2.0", "id":"two", "result":null}"#))
  }

  @Test("diagnostics come once the client pauses")
  func diagnostics() {
    let (out, _, code) = serve(conversation.prefix(3).flatMap { framed($0) })
    #expect(out.contains("E101") && out.contains(#""version":7"#))
    // The stream ended without `exit`.
    #expect(code == 1)
  }

  @Test(
    "a header that cannot be followed ends the server with a message, without waiting for what it announces",
    arguments: [
      ("Content-Length: 99999999999999999999\r\n\r\n{}", "longer than"),
      ("Content-Length: 4000000000\r\n\r\n{}", "longer than"),
      ("Content-Length: -3\r\n\r\n{}", "no usable"), ("Content-Length: 3x\r\n\r\n{}", "no usable"),
      ("Content-Length:\r\n\r\n{}", "no usable"), ("Hello: x\r\n\r\n{}", "no usable"),
      ("x = load mnist\n", "middle of"), ("Content-Length: 50\r\n\r\n{}", "middle of"),
      (String(repeating: "a", count: 20_000), "no usable"),
    ])
  func headers(_ text: String, _ message: String) {
    let (_, said, code) = serve(Array(text.utf8), pieces: 4096)
    #expect(code == 1 && said.contains(message), "\(said)")
  }

  @Test("what is cancelled while it waits is not begun, and everything else keeps its order")
  func cancelling() {
    let mailbox = Mailbox()
    for id in [1.0, 2, 3] {
      mailbox.post(.request(id: .number(id), method: "m", params: .null))
    }
    mailbox.post(.request(id: .string("2"), method: "m", params: .null))
    for id in [JSON.number(2), .number(9), .null] {
      mailbox.post(
        .notification(method: "$/cancelRequest", params: .object([(key: "id", value: id)])))
    }
    mailbox.close()
    var seen: [String] = []
    loop: while true {
      switch mailbox.next(waits: true) {
      case .message(.request(let id, _, _)): seen.append("\(id.text())")
      case .cancelled(let id): seen.append("cancelled \(id.text())")
      case .closed: break loop
      default: seen.append("something else")
      }
    }
    #expect(seen == ["1", "cancelled 2", "3", "\"2\""])
  }
}
