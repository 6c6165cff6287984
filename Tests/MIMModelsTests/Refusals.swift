import MIMModels
import Testing

/// Expects that a specification is refused, with a reason that holds this text.
func expectRefusal(_ specification: ModelSpecification, naming part: String) throws {
  do {
    try specification.validate()
    Issue.record("\(part): nothing was refused")
  } catch let error as ModelError {
    #expect("\(error)".contains(part), "\(error)")
  }
}
