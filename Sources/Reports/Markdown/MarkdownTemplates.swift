/// The templates of the Markdown report. Their values are escaped for Markdown before they get here.
enum MarkdownTemplates {
    static let all = ["page": page, "block": block]

    private static let page = """
        {{% CONTENT_TYPE:TEXT}}
        # {{title}} {{run}}

        {{#verdict}}
        {{.}}

        {{/verdict}}
        {{scope}}

        {{#sections}}
        ## {{title}}

        {{#blocks}}
        {{> block}}
        {{/blocks}}
        {{/sections}}
        ## References

        {{#references}}
        - {{authors}} ({{year}}). *{{title}}*. {{venue}}. <{{link}}>
        {{/references}}

        """

    private static let block = """
        {{% CONTENT_TYPE:TEXT}}
        {{#paragraph}}
        {{.}}

        {{/paragraph}}
        {{#list}}
        {{#items}}
        - {{.}}
        {{/items}}

        {{/list}}
        {{#command}}
        ```
        {{.}}
        ```

        {{/command}}
        {{#figure}}
        ![{{name}}](figures/{{name}}.png)

        {{caption}}

        {{/figure}}
        {{#table}}
        {{caption}}

        |{{#header}} {{.}} |{{/header}}
        |{{#rules}} {{.}} |{{/rules}}
        {{#rows}}
        |{{#cells}} {{.}} |{{/cells}}
        {{/rows}}

        {{/table}}
        """
}
