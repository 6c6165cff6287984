import MIMScript

extension HostFunction {
  static let quit = HostFunction(
    "quit", group: .session, summary: "leave without a confirmation",
    result: "nothing", details: ["Also: exit, q(), Ctrl-D."], example: "quit",
    depends: .session
  ) { call in
    try call.session.requestQuit()
    return .none
  }
}
