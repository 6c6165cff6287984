extension Panel {
  /// Every text that stands in the panel, to find characters that the font lacks.
  var texts: [String] {
    let titles = [title].compactMap { $0 }
    switch content {
    case .images(let grid): return titles + grid.rowLabels
    case .scatter(let scatter):
      let axes = [scatter.legendTitle, scatter.xAxis.title, scatter.yAxis.title]
      switch scatter.coloring {
      case .single: return titles + axes.compactMap { $0 }
      case .classes(_, let names): return titles + axes.compactMap { $0 } + names
      case .values(_, let title, _): return titles + (axes + [title]).compactMap { $0 }
      }
    case .lines(let chart):
      let axes = [chart.xAxis.title, chart.yAxis.title, chart.legendTitle, chart.spreadMeaning]
      return titles + axes.compactMap { $0 } + chart.series.map(\.name)
    case .histogram(let histogram):
      let axes = [histogram.xAxis.title, histogram.yAxis.title]
      return titles + axes.compactMap { $0 } + histogram.series.map(\.name)
    case .heatMap(let map):
      let axes = [map.xAxis.title, map.yAxis.title, map.valueTitle]
      return titles + axes.compactMap { $0 } + map.columnLabels + map.rowLabels
    case .latentView: return titles
    }
  }
}
