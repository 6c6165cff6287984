/// How a map looks: the points take the window, tools and lists stand beside them, or below where it is narrow.
enum MapStyle {
  static let css = """
    :root { --ink: #1d2330; --soft: #5b6475; --line: #c4cad6; --ground: #f3f5f8; --page: #ffffff;
      --accent: #1f5fbf; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e3e6ec; --soft: #a3acbc; --line: #434b5b; --ground: #1f242d; --page: #15181e;
        --accent: #7fb0ff; }
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    html, body { height: 100%; }
    body { margin: 0; display: flex; flex-direction: column; background: var(--page);
      color: var(--ink); font: .9375rem/1.45 system-ui, "Segoe UI", "Helvetica Neue", Arial,
      "DejaVu Sans", sans-serif; }
    header { padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
    h1 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: .875rem; margin: 0 0 .4rem; }
    header p { margin: .1rem 0 0; color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
    main { flex: 1; min-height: 0; display: flex; }
    #stage { position: relative; flex: 1; min-width: 0; overflow: hidden; }
    #stage > canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; }
    #over { cursor: grab; }
    #over.lasso { cursor: crosshair; }
    #over:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; }
    #tip { position: absolute; pointer-events: none; max-width: 18rem; padding: .45rem .6rem;
      background: var(--page); border: 1px solid var(--line); border-radius: 6px;
      box-shadow: 0 2px 10px rgb(0 0 0 / .25); font-size: .8125rem; }
    #tip span { display: block; overflow-wrap: anywhere; }
    #tip canvas, #card canvas { display: block; image-rendering: pixelated; max-width: 9rem;
      height: auto; margin-bottom: .35rem; }
    aside { width: 19rem; flex: none; overflow-y: auto; padding: .8rem 1rem 2rem;
      border-left: 1px solid var(--line); }
    section { margin-bottom: 1.1rem; }
    .tools { display: flex; flex-wrap: wrap; gap: .35rem; margin-bottom: 1rem; }
    button, input { font: inherit; color: var(--ink); background: var(--ground);
      border: 1px solid var(--line); border-radius: 5px; padding: .25rem .6rem; }
    button { cursor: pointer; }
    button[aria-pressed="true"] { border-color: var(--accent);
      box-shadow: inset 0 0 0 1px var(--accent); }
    button:focus-visible, input:focus-visible, summary:focus-visible {
      outline: 2px solid var(--accent); outline-offset: 1px; }
    form { display: flex; flex-wrap: wrap; gap: .35rem; margin-bottom: 1rem; }
    form label { flex-basis: 100%; font-weight: 600; font-size: .875rem; }
    form input { flex: 1; min-width: 0; }
    ul, ol { list-style: none; margin: 0; padding: 0; }
    #legend { max-height: 20rem; overflow-y: auto; margin-bottom: .4rem; }
    #legend button { display: flex; gap: .5rem; align-items: center; width: 100%; border: 0;
      box-shadow: none; background: none; padding: .12rem .3rem; text-align: left; }
    #legend span { overflow-wrap: anywhere; }
    #legend button[aria-pressed="false"] span { color: var(--soft); text-decoration: line-through; }
    #legend button[aria-pressed="false"] canvas { opacity: .2; }
    #legend canvas { width: 14px; height: 14px; flex: none; }
    #legend .number { margin-left: auto; flex: none; white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; }
    #scale canvas { width: 100%; height: 12px; border-radius: 2px; }
    #scale div { display: flex; justify-content: space-between; font-size: .8125rem; }
    #card { display: flex; gap: .7rem; padding: .6rem; margin-bottom: .8rem; border-radius: 6px;
      background: var(--ground); }
    #card p { margin: 0; overflow-wrap: anywhere; }
    #status { margin: 0 0 .4rem; }
    #counts { margin-bottom: .5rem; overflow-wrap: anywhere; color: var(--soft); font-size: .8125rem; }
    #chosen { display: flex; flex-wrap: wrap; gap: 3px; margin: .5rem 0; }
    #chosen button { padding: 2px; min-width: 24px; min-height: 24px; line-height: 1.2;
      max-width: 17rem; overflow-wrap: anywhere; }
    #chosen canvas { display: block; max-width: 48px; height: auto; image-rendering: pixelated; }
    details { margin-bottom: .8rem; }
    summary { cursor: pointer; color: var(--soft); }
    kbd { font: inherit; border: 1px solid var(--line); border-radius: 3px; padding: 0 .3em; }
    dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem .7rem; font-size: .8125rem; }
    dd { margin: 0; }
    table { border-collapse: collapse; font-size: .8125rem; font-variant-numeric: tabular-nums;
      width: 100%; }
    caption { text-align: left; color: var(--soft); margin: .3rem 0; }
    th, td { text-align: left; padding: .15rem .5rem .15rem 0; border-top: 1px solid var(--line);
      overflow-wrap: anywhere; }
    td + td, th + th { text-align: right; }
    html:not(.works) #stage, html:not(.works) .needs-script { display: none; }
    html:not(.works) aside { width: auto; flex: 1; border: 0; }
    @media (max-width: 46rem) {
      main { flex-direction: column; overflow-y: auto; }
      #stage { flex: none; height: 62vh; }
      aside { width: auto; border-left: 0; border-top: 1px solid var(--line); overflow: visible; }
    }
    @media print { aside .tools, form, details > summary { display: none; } }
    """
}
