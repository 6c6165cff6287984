/// A symbolic array: a handle on one result of one node of a `Graph`. It holds no numbers;
/// arithmetic on it adds nodes to the graph. A `Plan` computes the numbers.
public struct Tensor {
  /// The graph that this handle belongs to.
  public let graph: Graph
  /// The extents, outermost axis first; fixed when the graph is built.
  public let shape: Shape
  /// The index of the value inside its graph.
  package let id: Int

  package init(graph: Graph, id: Int, shape: Shape) {
    self.graph = graph
    self.id = id
    self.shape = shape
  }

  /// The number of elements.
  public var count: Int { shape.count }
}

extension Tensor {
  /// Adds a node on `self` with one result.
  func applying(_ operation: any Operation, shape: Shape? = nil) -> Tensor {
    graph.append(operation, inputs: [self], shape: shape ?? self.shape)
  }

  /// The axis as a non-negative index; a negative one counts from the innermost.
  func normalizedAxis(_ axis: Int) -> Int {
    let index = axis < 0 ? axis + shape.rank : axis
    precondition((0..<shape.rank).contains(index), "axis \(axis) of shape \(shape)")
    return index
  }
}
