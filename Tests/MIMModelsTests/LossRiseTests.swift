import MIMModels
import Testing

@Suite("Losses that rise")
struct LossRiseTests {
  @Test(
    "a loss that rises by a hundred times its size is told with its epochs; one that wavers is not")
  func rise() {
    let found = LossRise([9.9, 4.1, -1.4, 5.3e9, 4.9e6])
    #expect(found?.least == -1.4 && found?.leastEpoch == 3)
    #expect(found?.most == 5.3e9 && found?.mostEpoch == 4)
    #expect(LossRise([9.9, 4.1, 8.2, 3.9, 12]) == nil)
    #expect(LossRise([1e9, 1e6, 2e6]) == nil)
    #expect(LossRise([Double.nan]) == nil && LossRise([]) == nil)
  }
}
