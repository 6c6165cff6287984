/// How report.html looks: one column of text, code and results set apart by a quiet ground, tables
/// with rules above and below as in print; light, dark and on paper.
enum HTMLStyle {
  static let css = """
    :root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --line: #d9dde5; --ground: #f6f7f9; --page: #fff;
      --accent: #1f5fbf; --bad: #b3261e; --bad-ground: #fdf0ee; --warn: #8a5a00;
      --warn-ground: #fff6e0; --string: #2c7a3f; --number: #9a4a00; --verb: #1f5fbf;
      --keyword: #7a3ea8; }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0 auto; padding: 3rem 1.5rem 4rem; max-width: 50rem; background: var(--page);
      color: var(--ink); font: 1.0625rem/1.62 Charter, "Bitstream Charter", "Sitka Text", Cambria,
      Georgia, "DejaVu Serif", serif; }
    h1, h2, h3, h4 { line-height: 1.25; font-weight: 650; text-wrap: balance;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    h1 { font-size: 2rem; margin: 0 0 .4rem; letter-spacing: -.015em; }
    h2 { font-size: 1.35rem; margin: 2.6rem 0 .8rem; }
    h3 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
    p, ul, ol, blockquote { margin: 0 0 1rem; }
    a { color: var(--accent); text-underline-offset: .15em; }
    blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line);
      color: var(--soft); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
    img { max-width: 100%; height: auto; }
    header { margin-bottom: 2rem; }
    .byline { color: var(--soft); margin: 0; }
    code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas,
      "DejaVu Sans Mono", monospace; font-size: .84em; }
    p code, li code, td code { background: var(--ground); padding: .1em .3em; border-radius: 3px; }
    pre { margin: 0 0 .6rem; padding: .75rem 1rem; overflow-x: auto; line-height: 1.5;
      border-radius: 6px; background: var(--ground); font-size: .8125rem; }
    pre code { font-size: inherit; background: none; padding: 0; }
    .cell { margin: 1.4rem 0 1.8rem; scroll-margin-top: 1rem; }
    .cell pre.output { background: none; border-left: 3px solid var(--line); border-radius: 0;
      padding: .1rem 0 .1rem 1rem; }
    .cell pre.error { background: var(--bad-ground); color: var(--bad);
      border-left: 3px solid var(--bad); border-radius: 0 6px 6px 0; }
    .cell pre.expected { border-left: 3px solid var(--soft); color: var(--soft);
      border-radius: 0 6px 6px 0; }
    .note, .status { margin: 0 0 .4rem; color: var(--soft); font-size: .875rem;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    .status { font-style: italic; }
    .fold { margin-bottom: .6rem; }
    summary { cursor: pointer; color: var(--soft); font-size: .875rem; margin-bottom: .4rem;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    .comment { color: var(--soft); font-style: italic; }
    .string { color: var(--string); }
    .number { color: var(--number); }
    .verb { color: var(--verb); font-weight: 600; }
    .keyword { color: var(--keyword); font-weight: 600; }
    .option { color: var(--soft); }
    figure { margin: 1.2rem 0; text-align: center; }
    figure div { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: center;
      align-items: flex-start; }
    figure img { background: #fff; border-radius: 3px; }
    figcaption, .caption { margin-top: .6rem; color: var(--soft); font-size: .9rem;
      line-height: 1.45; text-wrap: pretty; }
    .table { overflow-x: auto; margin: 1rem 0; }
    .table .caption { margin: 0 0 .5rem; }
    table { border-collapse: collapse; margin: 0 0 .6rem; font-size: .9rem;
      font-variant-numeric: tabular-nums lining-nums;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    main table { border-top: 2px solid var(--ink); border-bottom: 2px solid var(--ink); }
    main thead { border-bottom: 1px solid var(--ink); }
    th, td { padding: .28rem .9rem .28rem 0; text-align: left; vertical-align: top; }
    th { font-weight: 600; }
    th[align="right"], td[align="right"] { text-align: right; }
    td[align="right"] { white-space: nowrap; }
    @media screen { .table td:not([class]) { white-space: nowrap; } }
    td.words { min-width: 10em; overflow-wrap: anywhere; }
    td.sentence { min-width: 18em; overflow-wrap: anywhere; }
    th[align="center"], td[align="center"] { text-align: center; }
    .table p { margin: 0 0 .4rem; font-size: .875rem; color: var(--soft);
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    .table p strong { color: var(--ink); font-weight: 600; }
    main tbody tr + tr td { border-top: 1px solid var(--line); }
    main th + th, main td + td { padding-left: .9rem; }
    main th:last-child, main td:last-child { padding-right: .2rem; }
    section.footnotes { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line);
      font-size: .9rem; color: var(--soft); }
    .contents { margin: 1.2rem 0 0; font-size: .9375rem;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    .contents ol { list-style: none; margin: 0; padding: 0 0 0 1rem; }
    .contents details > ol { padding: 0; }
    .contents a { display: inline-block; padding: .1rem 0; color: var(--ink);
      text-decoration-color: var(--line); }
    main h1, main h2, main h3, main h4 { scroll-margin-top: 1rem; }
    math { font-family: math, "Latin Modern Math", "STIX Two Math", "Cambria Math", "DejaVu Serif",
      serif; }
    .formula { display: block; overflow-x: auto; margin: .4rem 0; padding: .2rem 0; }
    code.tex { white-space: pre-wrap; overflow-wrap: anywhere; }
    pre:focus-visible, .table:focus-visible, .formula:focus-visible { outline: 2px solid var(--accent);
      outline-offset: 1px; }
    .banner { padding: .7rem 1rem; margin: 1rem 0 0; border-radius: 6px; font-size: .9375rem;
      font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    .banner.failure { background: var(--bad-ground); border: 1px solid var(--bad); }
    .banner.failure strong, .banner.failure a { color: var(--bad); }
    .banner.quick { background: var(--warn-ground); color: var(--warn);
      border: 1px solid currentColor; }
    body.quick::before { content: "QUICK RUN"; position: fixed; inset: 40% 0 auto; z-index: 1;
      text-align: center; font: 700 min(16vw, 9rem)/1 system-ui, sans-serif; opacity: .06;
      transform: rotate(-24deg); pointer-events: none; }
    footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line);
      color: var(--soft); }
    footer table { font-size: .8rem; }
    footer td { overflow-wrap: anywhere; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e3e6ec; --soft: #9aa3b4; --line: #363c49; --ground: #1f242d;
        --page: #15181e; --accent: #7fb0ff; --bad: #ff9a90; --bad-ground: #351a18;
        --warn: #f0c060; --warn-ground: #332a12; --string: #8fd19e; --number: #e6ae74;
        --verb: #7fb0ff; --keyword: #c99bf0; }
      figure img { padding: .5rem; }
    }
    @media print {
      :root { --ink: #000; --soft: #444; --line: #bbb; --ground: #f6f6f6; --page: #fff;
        --accent: #000; --bad: #a00; --bad-ground: #fff; --string: #222; --number: #222;
        --verb: #000; --keyword: #000; }
      @page { margin: 2cm; }
      body { max-width: none; padding: 0; font-size: 10.5pt; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      /* What scrolls cannot be divided among pages, and paper does not scroll. */
      pre, .table, .formula { overflow: visible; }
      figure, tr, .formula { break-inside: avoid; }
      pre:not(.output) { break-inside: avoid; }
      table:not(:has(tbody tr:nth-child(13))) { break-inside: avoid; }
      h1, h2, h3, h4, .table p:has(~ table), summary { break-after: avoid; }
      .table table ~ p { break-before: avoid; }
      p { orphans: 3; widows: 3; }
      /* The more columns, the smaller the type; beyond that words break, so that nothing is cut. */
      table { font-size: 8.5pt; }
      .table p { font-size: 8.5pt; }
      main th, main td { padding: .15rem .6em .15rem 0; overflow-wrap: break-word; }
      main th + th, main td + td { padding-left: .6em; }
      td.words { min-width: 7em; }
      td.sentence { min-width: 12em; }
      table:has(th:nth-child(9)) { font-size: 7.5pt; }
      table:has(th:nth-child(12)) { font-size: 6.5pt; }
      table:has(th:nth-child(16)) { font-size: 5pt; }
      table:has(th:nth-child(12)) :is(th, td) { padding-left: .3em; padding-right: .3em; }
      table:has(th:nth-child(16)) :is(th, td) { overflow-wrap: anywhere; white-space: normal; }
      .contents summary { list-style: none; }
      footer summary { list-style: none; color: var(--ink); }
      details::details-content { content-visibility: visible; }
      footer th { white-space: nowrap; }
    }
    """
}
