/// The templates of the page. They are part of the program, so that a single binary carries them. `{{x}}` is escaped; only the
/// style sheet and the drawings, which InlineSVG has checked, go in as they are.
enum HTMLTemplates {
    static let all = [
        "page": page, "spans": spans, "block": block, "table": table,
    ]

    private static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} {{run}}</title>
        <style>
        {{{style}}}
        </style>
        </head>
        <body>
        <header>
        <p class="kicker">Fovea · <bdi>{{run}}</bdi></p>
        <h1>{{title}}</h1>
        <div class="verdict">
        {{#verdict}}
        <p>{{> spans}}</p>
        {{/verdict}}
        </div>
        <p class="scope">{{scope}}</p>
        {{#hasNoFigures}}
        <p class="scope">The figures were not drawn; their gnuplot scripts are in figures/.</p>
        {{/hasNoFigures}}
        <nav aria-label="Contents"><ol>
        {{#sections}}
        <li><a href="#{{id}}">{{title}}</a></li>
        {{/sections}}
        </ol></nav>
        </header>
        <main>
        {{#sections}}
        <section id="{{id}}">
        <h2>{{title}}</h2>
        {{#blocks}}
        {{> block}}
        {{/blocks}}
        </section>
        {{/sections}}
        <section id="references">
        <h2>References</h2>
        <ol class="references">
        {{#references}}
        <li id="ref-{{key}}">{{authors}} ({{year}}). <cite>{{title}}</cite>. {{venue}}. <a href="{{link}}">{{link}}</a></li>
        {{/references}}
        </ol>
        </section>
        </main>
        </body>
        </html>

        """

    private static let spans = """
        {{#spans}}{{#plain}}{{.}}{{/plain}}{{#code}}<code><bdi>{{.}}</bdi></code>{{/code}}{{#citation}}<a class="citation" \
        href="#ref-{{key}}">[{{number}}]</a>{{/citation}}{{/spans}}
        """

    private static let block = """
        {{#paragraph}}
        <p>{{> spans}}</p>
        {{/paragraph}}
        {{#list}}
        <ul>
        {{#items}}
        <li>{{> spans}}</li>
        {{/items}}
        </ul>
        {{/list}}
        {{#command}}
        <pre><code>{{.}}</code></pre>
        {{/command}}
        {{#figure}}
        <figure id="{{name}}">
        <div class="sheet" style="max-width: {{width}}px">{{{svg}}}</div>
        <figcaption>{{> spans}}</figcaption>
        </figure>
        {{/figure}}
        {{#table}}
        <div class="wide"><table>
        {{> table}}
        </table></div>
        {{/table}}
        {{#longTable}}
        <details>
        <summary>{{#caption}}{{#plain}}{{.}}{{/plain}}{{/caption}}</summary>
        <div class="wide"><table>
        {{> table}}
        </table></div>
        </details>
        {{/longTable}}
        """

    private static let table = """
        <caption>{{#caption}}{{#plain}}{{.}}{{/plain}}{{#code}}<code>{{.}}</code>{{/code}}{{/caption}}</caption>
        <thead><tr>{{#header}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}>{{> spans}}</th>{{/header}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr>{{#cells}}<td{{#isNumber}} class="number"{{/isNumber}}>{{> spans}}{{#hasNote}} <span \
        class="interval">{{note}}</span>{{/hasNote}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        """
}
