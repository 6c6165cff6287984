/// The marks, labels and title of one axis, measured before they are drawn.
struct MeasuredAxis {
  /// What stands along the axis.
  enum Marks {
    /// Numbers at round values.
    case numbers
    /// Names at the centres of equally wide places; on the vertical axis from the bottom.
    case names([String])
    case none
  }

  var title: String?
  var marks: Marks = .numbers
  /// Whether only whole numbers mean something (epochs, counts, rows of a matrix).
  var wholeNumbers = false

  /// Whether all ticks stand at values that mean something.
  private func areMeaningful(_ ticks: [Tick]) -> Bool {
    !wholeNumbers || ticks.allSatisfy { $0.value == $0.value.rounded() }
  }

  /// Ticks of a horizontal axis `length` points long.
  func horizontalTicks(_ scale: AxisScale, length: Double, _ type: Typesetter) -> Ticks {
    guard case .numbers = marks else { return Ticks(major: []) }
    return Ticks.choose(for: scale, maximum: max(2, min(7, Int(length / type.font)))) { ticks in
      var end = -Double.infinity
      return areMeaningful(ticks)
        && ticks.allSatisfy { tick in
          let half = type.width(tick.label, size: type.small) / 2
          let middle = scale.share(of: tick.value) * length
          defer { end = middle + half }
          return middle - half >= end + type.font * 0.7
        }
    }
  }

  /// Ticks of a vertical axis `length` points long.
  func verticalTicks(_ scale: AxisScale, length: Double, _ type: Typesetter) -> Ticks {
    guard case .numbers = marks else { return Ticks(major: []) }
    let height = Typesetter.lineHeight(type.small) * 1.5
    return Ticks.choose(for: scale, maximum: max(2, min(7, Int(length / height) + 1))) { ticks in
      areMeaningful(ticks)
        && zip(ticks, ticks.dropFirst()).allSatisfy { first, second in
          abs(scale.share(of: second.value) - scale.share(of: first.value)) * length >= height * 0.8
        }
    }
  }

  /// Names on a horizontal axis stand upright where they fit side by side, else they are turned.
  private func turnsNames(_ names: [String], length: Double, _ type: Typesetter) -> Bool {
    let room = length / Double(max(names.count, 1)) - type.font * 0.4
    return names.contains { type.width(Typesetter.cleaned($0), size: type.small) > room }
  }

  /// Longest shown name on either axis, in points; more where names are told apart by their ends only.
  private func nameLimit(_ type: Typesetter) -> Double {
    let usual = type.font * 9
    guard case .names(let names) = marks else { return usual }
    let shown = Set(names.map { type.fitted($0, size: type.small, limit: usual) })
    return shown.count < Set(names).count ? type.font * 24 : usual
  }

  private func lines(_ length: Double, _ type: Typesetter) -> [String] {
    guard let title else { return [] }
    return type.wrapped(title, size: type.font, limit: max(length, type.font * 3), maximum: 2)
  }

  private func titleHeight(_ length: Double, _ type: Typesetter) -> Double {
    let count = lines(length, type).count
    return count == 0 ? 0 : Double(count) * Typesetter.lineHeight(type.font) + type.font * 0.2
  }

  /// Room below a plot area, and to its right and left where labels overhang.
  func horizontalMargins(_ scale: AxisScale, length: Double, _ type: Typesetter) -> Margins {
    var margins = Margins(bottom: titleHeight(length, type))
    switch marks {
    case .none: margins.bottom += type.font * 0.1
    case .numbers:
      let ticks = horizontalTicks(scale, length: length, type)
      margins.bottom += type.tick + type.font * 0.15 + Typesetter.lineHeight(type.small)
      for tick in ticks.major {
        let half = type.width(tick.label, size: type.small) / 2
        let middle = scale.share(of: tick.value) * length
        margins.right = max(margins.right, middle + half - length)
        margins.left = max(margins.left, half - middle)
      }
    case .names(let names):
      let turned = turnsNames(names, length: length, type)
      let longest = names.map { type.width(Typesetter.cleaned($0), size: type.small) }.max() ?? 0
      margins.bottom +=
        type.font * 0.45
        + (turned ? min(longest, nameLimit(type)) : Typesetter.lineHeight(type.small))
    }
    return margins
  }

  /// Room to the left of a plot area, and above and below it where labels overhang.
  func verticalMargins(_ scale: AxisScale, length: Double, _ type: Typesetter) -> Margins {
    var margins = Margins(left: titleHeight(length, type) + type.axisWidth)
    let labels: [String]
    switch marks {
    case .none: labels = []
    case .numbers:
      labels = verticalTicks(scale, length: length, type).major.map(\.label)
      margins.left += type.tick
      margins.top = type.small * 0.45
      margins.bottom = type.small * 0.45
    case .names(let names): labels = names.map(Typesetter.cleaned)
    }
    let longest = labels.map { type.width($0, size: type.small) }.max() ?? 0
    margins.left += min(longest, nameLimit(type)) + type.font * 0.25
    return margins
  }

  /// Draws marks, labels and title below `frame`.
  func drawHorizontal(_ scale: AxisScale, below frame: Rect, on canvas: Canvas, _ type: Typesetter)
  {
    var y = frame.bottom
    switch marks {
    case .none: y += type.font * 0.1
    case .numbers:
      let ticks = horizontalTicks(scale, length: frame.width, type)
      drawTicks(ticks, scale, below: frame, on: canvas, type)
      y += type.tick + type.font * 0.15 + Typesetter.lineHeight(type.small)
    case .names(let names):
      y = drawNames(names, below: frame, on: canvas, type)
    }
    y += type.font * 0.2
    for line in lines(frame.width, type) {
      canvas.text(
        line, at: Point(x: frame.centerX, y: y + Typesetter.ascent(type.font)), size: type.font,
        align: .center)
      y += Typesetter.lineHeight(type.font)
    }
  }

  private func drawTicks(
    _ ticks: Ticks, _ scale: AxisScale, below frame: Rect, on canvas: Canvas, _ type: Typesetter
  ) {
    func mark(_ value: Double, _ length: Double) -> Double {
      let x = frame.x + scale.share(of: value) * frame.width
      canvas.line(
        Point(x: x, y: frame.bottom), Point(x: x, y: frame.bottom + length), .ink,
        width: type.axisWidth)
      return x
    }
    for value in ticks.minor { _ = mark(value, type.tick * 0.55) }
    let baseline = frame.bottom + type.tick + type.font * 0.15 + Typesetter.ascent(type.small)
    for tick in ticks.major {
      let x = mark(tick.value, type.tick)
      canvas.text(tick.label, at: Point(x: x, y: baseline), size: type.small, align: .center)
    }
  }

  /// Draws names below `frame` and returns where they end.
  private func drawNames(
    _ names: [String], below frame: Rect, on canvas: Canvas, _ type: Typesetter
  ) -> Double {
    let turned = turnsNames(names, length: frame.width, type)
    let place = frame.width / Double(max(names.count, 1))
    let step = turned ? max(1, Int((type.small * 1.1 / max(place, 0.01)).rounded(.up))) : 1
    let top = frame.bottom + type.font * 0.3
    var longest = 0.0
    for (index, name) in names.enumerated() where index.isMultiple(of: step) {
      let text = type.fitted(name, size: type.small, limit: nameLimit(type))
      longest = max(longest, type.width(text, size: type.small))
      let middle = frame.x + (Double(index) + 0.5) * place
      canvas.text(
        text,
        at: turned
          ? Point(x: middle + Typesetter.halfCapital(type.small), y: top)
          : Point(x: middle, y: top + Typesetter.ascent(type.small)), size: type.small,
        align: turned ? .right : .center, upwards: turned)
    }
    return frame.bottom + type.font * 0.45
      + (turned ? longest : Typesetter.lineHeight(type.small))
  }

  /// Draws marks, labels and title to the left of `frame`.
  func drawVertical(_ scale: AxisScale, leftOf frame: Rect, on canvas: Canvas, _ type: Typesetter) {
    var x = frame.x - type.axisWidth - type.font * 0.25
    func label(_ text: String, y: Double, limit: Double) {
      let text = type.fitted(text, size: type.small, limit: limit)
      canvas.text(
        text, at: Point(x: x, y: y + Typesetter.halfCapital(type.small)), size: type.small,
        align: .right)
    }
    switch marks {
    case .none: break
    case .numbers:
      x -= type.tick
      let ticks = verticalTicks(scale, length: frame.height, type)
      for (values, length) in [(ticks.minor, 0.55), (ticks.major.map(\.value), 1)] {
        for value in values {
          let y = frame.bottom - scale.share(of: value) * frame.height
          canvas.line(
            Point(x: frame.x, y: y), Point(x: frame.x - type.tick * length, y: y), .ink,
            width: type.axisWidth)
        }
      }
      for tick in ticks.major {
        label(
          tick.label, y: frame.bottom - scale.share(of: tick.value) * frame.height,
          limit: nameLimit(type))
      }
    case .names(let names):
      let place = frame.height / Double(max(names.count, 1))
      let step = max(1, Int((type.small * 1.1 / max(place, 0.01)).rounded(.up)))
      for (index, name) in names.enumerated() where index.isMultiple(of: step) {
        label(name, y: frame.bottom - (Double(index) + 0.5) * place, limit: nameLimit(type))
      }
    }
    let room = verticalMargins(scale, length: frame.height, type).left
    var titleX = frame.x - room + Typesetter.ascent(type.font)
    for line in lines(frame.height, type) {
      canvas.text(
        line, at: Point(x: titleX, y: frame.centerY), size: type.font, align: .center,
        upwards: true)
      titleX += Typesetter.lineHeight(type.font)
    }
  }
}
