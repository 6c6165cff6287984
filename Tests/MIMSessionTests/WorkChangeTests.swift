import MIMSession
import Testing

/// Which cells a save asks for anew, and which running statement goes on.
@Suite("What a save means for the work")
struct WorkChangeTests {
  private static let text = """
    ---
    seed: 2
    params: {epochs: 1, unused: 3}
    ---
    Some prose with `{mim} a`.

    ```mim
    #| label: data
    toy = load toy "4" n=256 seed=1
    ```

    ```mim
    #| label: fit
    m0 = model mim toy z=2 hidden=[5]
    m = train m0 toy epochs=epochs
    ```

    ```mim
    #| label: sum
    a = 1 + 2
    ```

    ```mim
    #| label: look
    plot m.history y=[loss]
    ```

    """

  private static let first = "```mim\n#| label: data"

  private func plan(_ old: String, _ new: String) throws -> WorkChange {
    #expect(Self.text.contains(old))
    return try WorkChange(Self.text, Self.text.replacingOccurrences(of: old, with: new))
  }

  @Test(
    "prose, comments, layout, captions and unread parameters change no work",
    arguments: [
      ("Some prose", "Other prose"), ("a = 1 + 2", "# why\na  =  1 + 2"),
      ("#| label: look", "#| label: look\n#| caption: A curve"), ("unused: 3", "unused: 4"),
      ("`{mim} a`", "`{mim} a` and `{mim} m.epochs`"),
      ("#| label: sum", "#| label: sum\n#| echo: fold"),
    ])
  func nothing(old: String, new: String) throws {
    let plan = try plan(old, new)
    #expect(plan.isSameWork && plan.changedCells.isEmpty)
  }

  @Test(
    "an edit changes its cell and those that read from it, and no others",
    arguments: [
      ("a = 1 + 2", "a = 1 + 3", ["sum"]), ("epochs: 1", "epochs: 2", ["fit", "look"]),
      ("seed: 2", "seed: 3", ["fit", "look"]), ("n=256", "n=255", ["data", "fit", "look"]),
      ("y=[loss]", "y=[loss, recon]", ["look"]),
      ("#| label: sum", "#| label: sum\n#| cache: off", ["sum"]),
      ("params:", "figures: {dpi: 100}\nparams:", ["look"]),
      ("#| label: fit", "#| label: trained", ["trained", "look"]),
      (first, "```mim\n#| label: new\nb = 2\n```\n\n" + first, ["new"]),
      (
        first, "```mim\n#| label: new\nset threads=1\n```\n\n" + first,
        ["new", "data", "fit", "sum", "look"]
      ),
    ])
  func changed(old: String, new: String, cells: [String]) throws {
    let plan = try plan(old, new)
    #expect(plan.changedCells == cells && !plan.isSameWork)
  }

  @Test("a running training goes on while cells below or beside it are edited, and when it moves")
  func goesOn() throws {
    #expect(try plan("y=[loss]", "y=[recon]").goesOn(1, of: "fit"))
    #expect(try plan("a = 1 + 2", "a = 5").goesOn(1, of: "fit"))
    #expect(try plan("m0 = model", "b = 3\nm0 = model").goesOn(1, of: "fit"))
    #expect(try plan("Some prose", "").goesOn(1, of: "fit"))
  }

  @Test("a running training stops when its options, model, data or seed change, or its cell goes")
  func stops() throws {
    #expect(try !plan("epochs=epochs", "epochs=5").goesOn(1, of: "fit"))
    #expect(try !plan("hidden=[5]", "hidden=[6]").goesOn(1, of: "fit"))
    #expect(try !plan("n=256", "n=128").goesOn(1, of: "fit"))
    #expect(try !plan("seed: 2", "seed: 3").goesOn(1, of: "fit"))
    #expect(try !plan("epochs: 1", "epochs: 2").goesOn(1, of: "fit"))
    #expect(try !plan("#| label: fit", "#| label: fit\n#| timeout: 5").goesOn(1, of: "fit"))
    let cell = "m = train m0 toy epochs=epochs\n```"
    #expect(try !plan(cell, "m = m0\n```").goesOn(1, of: "fit"))
  }
}
