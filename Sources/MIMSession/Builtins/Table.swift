import MIMScript

/// Every verb of the language, one line each. Help, option checking, completion and the reference
/// page are made from it.
public let builtinFunctions: [HostFunction] = [
]
