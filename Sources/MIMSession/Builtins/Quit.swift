import MIMScript

extension HostFunction {
  static let quit = HostFunction(
    "quit", group: .session, summary: "leave; nothing is asked",
    result: "nothing", details: ["Also: exit, q(), Ctrl-D."], example: "quit"
  ) { call in
    try call.session.requestQuit()
    return .none
  }
}
