import CKernels

/// One call of a C kernel: what a replay consists of.
struct Instruction {
  var call: mim_call
  /// How many calls from this one on may run at the same time.
  var group = 1
  /// What the call needs to live as long as the program.
  var keptAlive: AnyObject?

  init(_ call: mim_call, keptAlive: AnyObject? = nil) {
    self.call = call
    self.keptAlive = keptAlive
  }
}
