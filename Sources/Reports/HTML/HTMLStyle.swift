extension HTMLTemplates {
    /// The page's looks: one column of text, figures on white sheets (they are made for paper), light and dark, and for print.
    static let style = """
        :root { --text: #1b1f24; --muted: #59636e; --page: #ffffff; --rule: #d8dee4; --soft: #f5f7f9; --accent: #0062a3;
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e6e8ea; --muted: #9aa4ae; --page: #14171a; --rule: #333a41; --soft: #1d2227; --accent: #6bb8f0; }
        }
        * { box-sizing: border-box; }
        body { color: var(--text); background: var(--page); margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem 4rem;
          overflow-wrap: anywhere; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1.2rem; }
        h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 .8rem; padding-top: .8rem; border-top: 1px solid var(--rule); }
        p, li { max-width: 46rem; }
        a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .15em; }
        .kicker { color: var(--muted); margin: 0 0 .3rem; font-size: .9rem; }
        .verdict { border-left: 4px solid var(--accent); background: var(--soft); padding: .9rem 1.2rem; font-size: 1.08rem; }
        .verdict p { margin: 0 0 .6rem; }
        .verdict p:last-child { margin: 0; }
        .scope { color: var(--muted); font-size: .9rem; }
        nav ol { columns: 2; padding-left: 1.2rem; font-size: .95rem; }
        code { font: .9em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; background: var(--soft);
          padding: .05em .3em; border-radius: 3px; }
        pre { background: var(--soft); padding: .8rem 1rem; white-space: pre-wrap; }
        pre code { padding: 0; background: none; }
        figure { margin: 1.6rem 0 2rem; }
        .sheet { background: #ffffff; border-radius: 4px; padding: .5rem; }
        @media (prefers-color-scheme: dark) { .sheet { padding: .9rem; } }
        .drawing { display: block; width: 100%; height: auto; }
        figcaption, caption, summary { color: var(--muted); font-size: .9rem; text-align: left; }
        figcaption { max-width: 46rem; margin-top: .5rem; }
        caption { padding-bottom: .4rem; }
        summary { cursor: pointer; }
        details caption { display: none; }
        details { margin: 1.2rem 0; }
        .wide { overflow-x: auto; margin: 1.2rem 0; }
        table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
        thead { border-top: 1.5px solid var(--text); border-bottom: 1px solid var(--text); }
        tbody { border-bottom: 1.5px solid var(--text); }
        th { font-weight: 600; text-align: left; vertical-align: bottom; }
        th, td { padding: .3rem .9rem .3rem 0; }
        td { vertical-align: top; }
        tbody tr + tr td { border-top: 1px solid var(--rule); }
        .number { text-align: right; }
        td.number { white-space: nowrap; }
        .interval { color: var(--muted); font-size: .86em; }
        .citation { text-decoration: none; }
        .references { font-size: .9rem; }
        @media (max-width: 40rem) { nav ol { columns: 1; } }
        @media print {
          :root { --text: #000; --muted: #444; --page: #fff; --rule: #ccc; --soft: #fff; --accent: #000; font-size: 10.5pt; }
          body { max-width: none; padding: 0; }
          nav { display: none; }
          h2 { break-after: avoid; }
          figure, tr { break-inside: avoid; }
          .wide { overflow: visible; }
          details::details-content { content-visibility: visible; height: auto; }
          @page { margin: 18mm; }
        }
        """
}
