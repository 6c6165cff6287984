import MIMCPU
import MIMTensor
import Testing

@Suite("Uniform table") struct UniformTableTests {
  @Test(
    "a table's draws are those of a noise node with its seed, stream and step",
    arguments: [1, 784, 1000])
  func tableOfUniforms(count: Int) throws {
    let graph = Graph()
    let noise = graph.uniformNoise(shape: [count], stream: "pixels")
    let plan = try Plan(
      graph: graph, outputs: [noise], store: ParameterStore(), options: PlanOptions(seed: 9))
    plan.run(step: 3)
    let drawn = UniformTable(count: count).withDraws(seed: 9, stream: "pixels", step: 3) {
      Array($0)
    }
    let isSame = drawn == plan.value(of: noise).elements
    #expect(isSame)
  }
}
