import MIMScript

/// A value of the language. The engine's graph has a type of the same name; here it is always the
/// language's.
public typealias Value = MIMScript.Value

/// A table of the language. GRDB has a type of the same name; here it is always the language's.
public typealias Table = MIMScript.Table
