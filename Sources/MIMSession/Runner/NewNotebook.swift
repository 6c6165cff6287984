import Foundation
import MIMFormats
import MIMScript

/// `mim-repl new`: a notebook to begin with. It runs as it is.
enum NewNotebook {
  /// The text of a notebook with that title.
  static func text(title: String) -> String {
    """
    ---
    title: \(quoted(title))
    seed: 1
    params: {epochs: 30}
    ---
    A notebook is Markdown with cells. Write beside `mim-repl watch`, which runs what you change whenever you save;
    `mim-repl run` writes the report. `mim-repl help` lists the verbs.

    ## Data

    Five Gaussians in the plane. Your own data: `load "data.csv"`, `load "images/"`; `help data` says more.

    ```mim
    #| label: data
    #| caption: Training points.
    toy = load toy "4"
    plot toy
    ```

    ## A model

    ```mim
    #| label: train
    m0 = model mim toy z=2 hidden=[50]
    m = train m0 toy epochs=epochs warmup=3 schedule=noam
    plot m.history y=[loss] split=[train, val]
    ```

    ## What it learnt

    ```mim
    #| label: measures
    s = evaluate m toy mi nll rmse knn(5)
    s
    ```

    The codes keep `{mim} s.mi %.2f` nats about the points.

    ```mim
    #| label: codes
    #| caption: Codes of the test points, coloured by their Gaussian.
    plot encode(m, toy.test) color=label
    ```

    """
  }

  /// A title as YAML takes it literally.
  private static func quoted(_ title: String) -> String {
    let escaped = title.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "\"", with: "\\\"")
    return "\"\(escaped)\""
  }
}

extension Commands {
  /// Writes a notebook to begin with; an existing file stays.
  public static func new(_ path: String, output: any SessionOutput) -> ExitCode {
    do {
      guard path.hasSuffix(".mimnb") || path.hasSuffix(".mimnb.md") else {
        throw Halt.usage("a notebook's name ends in .mimnb, as in `\(path).mimnb`")
      }
      guard !AtomicFile.exists(path) else {
        throw Halt(
          .usage, [ScriptError("E502", "`\(path)` already exists", notes: ["choose another name"])])
      }
      let title = FileText.stem(path).filter { !$0.isNewline }
      try AtomicFile.write(NewNotebook.text(title: title), to: path)
      output.message("wrote \(path)   next: mim-repl watch \(path)")
      return .ok
    } catch let error as Halt {
      return report(error, output)
    } catch {
      return report(Halt(.failure, [ScriptError("E501", "\(error)")]), output)
    }
  }
}
