import FlyingFox
import FlyingSocks
import Foundation
import MIMScript
import MIMSession
import Synchronization

/// Serves the page of a watched notebook to this machine.
package final class PageServer: Sendable {
  /// Ports that are tried one after the other where none is asked for.
  package static let usualPorts: ClosedRange<UInt16> = 8750...8769

  /// The port.
  package let port: UInt16
  private let door: Doorkeeper
  private let task: Task<Void, Never>

  /// The address of the page, which is its key as well.
  package var address: String { "http://127.0.0.1:\(port)/\(door.token)/" }

  private init(_ port: UInt16, _ door: Doorkeeper, _ task: Task<Void, Never>) {
    self.port = port
    self.door = door
    self.task = task
  }

  /// Begins to serve. It waits for the server, so don't call it on a thread of Swift's own pool.
  /// - Parameter port: nil: the first free one of the usual ones; 0: one that the system chooses.
  /// - Throws: E620 where the port is taken, or may not be used.
  package static func start(_ page: LivePage, port: UInt16?) throws -> PageServer {
    let door = Doorkeeper()
    var problem = ""
    for candidate in port.map({ $0...$0 }) ?? usualPorts {
      do {
        let (port, task) = try begin(page, door, candidate)
        return PageServer(port, door, task)
      } catch {
        problem = words(for: error)
      }
    }
    let all = "one of the ports \(usualPorts.lowerBound) to \(usualPorts.upperBound)"
    throw ScriptError(
      "E620", "the page cannot be served at \(port.map { "port \($0)" } ?? all): \(problem)",
      notes: [
        port == nil
          ? "choose another port with --port; --port 0 takes any that is free"
          : "choose another --port, or leave it out: then a free one is taken"
      ])
  }

  /// Stops serving.
  package func stop() { task.cancel() }

  private static func words(for error: any Error) -> String {
    guard case SocketError.failed(_, let number, let message) = error else {
      return error.localizedDescription
    }
    return number == EADDRINUSE ? "it is in use" : message
  }

  private static func begin(
    _ page: LivePage, _ door: Doorkeeper, _ port: UInt16
  ) throws -> (UInt16, Task<Void, Never>) {
    let server = HTTPServer(
      address: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), logger: .disabled,
      handler: PageHandler(page: page, door: door))
    let started = Started()
    let task = Task.detached {
      while !Task.isCancelled {
        do { try await server.run() } catch { started.set(.failure(error)) }
        // Too many readers at once end it; it goes on when some have left.
        try? await Task.sleep(for: .seconds(1))
      }
    }
    Task.detached {
      do {
        try await server.waitUntilListening(timeout: 300)
        guard case .ip4(_, let port)? = await server.listeningAddress else { return }
        started.set(.success(port))
      } catch {
        started.set(.failure(error))
      }
    }
    do {
      return (try started.wait(), task)
    } catch {
      task.cancel()
      throw error
    }
  }
}

/// Whether the server has started: the first answer counts.
private final class Started: Sendable {
  private let result = Mutex<Result<UInt16, any Error>?>(nil)
  private let bell = DispatchSemaphore(value: 0)

  func set(_ value: Result<UInt16, any Error>) {
    let isFirst = result.withLock { result in
      guard result == nil else { return false }
      result = value
      return true
    }
    if isFirst { bell.signal() }
  }

  func wait() throws -> UInt16 {
    bell.wait()
    return try result.withLock { $0 }?.get() ?? 0
  }
}

/// Answers the requests of readers.
private struct PageHandler: HTTPHandler {
  let page: LivePage
  let door: Doorkeeper

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard
      let place = door.admits(
        path: request.target.path(), host: request.headers[.host],
        origin: request.headers[HTTPHeader("Origin")])
    else {
      return answer(
        .forbidden, "text/plain", "Refused. Open the address that mim-repl watch has printed.\n")
    }
    switch (request.method, place) {
    case (.GET, ""):
      let place: HTTPHeaders = [.location: "/\(door.token)/"]
      return HTTPResponse(statusCode: .seeOther, headers: place)
    case (.GET, "/live"): return try await Feed(page: page).answer(request)
    case (.GET, "/"): return answer(.ok, "text/html; charset=utf-8", page.html)
    case (.GET, "/body"): return answer(.ok, "application/json", page.body)
    case (.GET, "/follow.js"): return answer(.ok, "text/javascript", LivePage.script)
    case (.GET, _) where place.hasPrefix("/pictures/"): return picture(place.dropFirst(10))
    case (.GET, _) where place.hasPrefix("/\(LivePage.files)"):
      return file(place.dropFirst(1 + LivePage.files.utf8.count))
    case (.POST, _):
      guard let action = LivePage.Action(rawValue: String(place.dropFirst())) else {
        return answer(.notFound, "text/plain", "There is no such action.\n")
      }
      page.request(action)
      return answer(.ok, "text/plain", "")
    case (.GET, _): return answer(.notFound, "text/plain", "There is no such page.\n")
    default: return answer(.methodNotAllowed, "text/plain", "Only GET and POST.\n")
    }
  }

  private func picture(_ name: Substring) -> HTTPResponse {
    guard let bytes = page.picture(String(name)) else {
      return answer(.notFound, "text/plain", "There is no such picture.\n")
    }
    var response = HTTPResponse(
      statusCode: .ok, headers: headers("image/png"),
      body: HTTPBodySequence(data: Data(bytes), suggestedBufferSize: 1 << 16))
    // The name says what is in it.
    response.headers[.cacheControl] = "private, max-age=86400, immutable"
    return response
  }

  /// A file that the page links to, and no other. It may run scripts of its own, in a world of its own: it reads nothing of the page,
  /// and loads nothing.
  private func file(_ address: Substring) -> HTTPResponse {
    guard let name = String(address).removingPercentEncoding, let path = page.file(name),
      let body = try? HTTPBodySequence(file: URL(fileURLWithPath: path))
    else { return answer(.notFound, "text/plain", "There is no such file.\n") }
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    let types = ["html": "text/html; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"]
    var response = HTTPResponse(
      statusCode: .ok, headers: headers(types[ending] ?? "application/octet-stream"), body: body)
    response.headers[HTTPHeader("Content-Security-Policy")] =
      "sandbox allow-scripts allow-downloads; default-src 'none'; img-src data:; "
      + "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
      + "form-action 'none'; frame-ancestors 'none'"
    if types[ending] == nil { response.headers[HTTPHeader("Content-Disposition")] = "attachment" }
    return response
  }

  private func answer(_ code: HTTPStatusCode, _ type: String, _ text: String) -> HTTPResponse {
    HTTPResponse(
      statusCode: code, headers: headers(type),
      body: HTTPBodySequence(data: Data(text.utf8), suggestedBufferSize: 1 << 16))
  }

  /// The page loads only what is served here; nobody learns its address.
  private func headers(_ type: String) -> HTTPHeaders {
    [
      .contentType: type, .cacheControl: "no-store",
      HTTPHeader("Content-Security-Policy"):
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; script-src 'self'; "
        + "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'",
      HTTPHeader("Referrer-Policy"): "no-referrer",
      HTTPHeader("X-Content-Type-Options"): "nosniff",
      HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
    ]
  }
}

/// Tells one reader, over a WebSocket, how far the work has come. A slow reader gets only the newest state.
private struct Feed: WSHandler {
  let page: LivePage

  func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await WebSocketHTTPHandler(handler: self).handleRequest(request)
  }

  func makeFrames(
    for client: AsyncThrowingStream<WSFrame, any Error>
  ) async throws -> AsyncStream<WSFrame> {
    let (frames, continuation) = AsyncStream.makeStream(
      of: WSFrame.self, bufferingPolicy: .bufferingNewest(1))
    let reader = page.addReader { status in
      continuation.yield(
        WSFrame(fin: true, opcode: .text, mask: nil, payload: Data(status.utf8)))
    }
    let listening = Task {
      do {
        for try await frame in client where frame.opcode == .close { break }
      } catch {}
      continuation.finish()
    }
    let page = page
    continuation.onTermination = { _ in
      page.removeReader(reader)
      listening.cancel()
    }
    return frames
  }
}
