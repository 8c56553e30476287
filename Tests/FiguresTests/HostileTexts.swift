/// Texts that have run commands or broken scripts in gnuplot, and some that only look bad.
let hostileTexts = [
    "`touch MARKER`", "\"`touch MARKER`\"", "'.system('touch MARKER').'", "''.system(\"touch MARKER\").''", "'", "''",
    "'''",
    "a'b''c", "\\", "\\'", "ends in a backslash\\", "x\nsystem('touch MARKER')\n", "x\r\nsystem('touch MARKER')",
    "x\u{2028}system('touch MARKER')", "x\\\nsystem('touch MARKER')", "FOVEA_END", "FOVEA_END\nsystem('touch MARKER')",
    "@fovea_format", "@MACRO `touch MARKER`", "!touch MARKER", "# comment", "{unbalanced", "}", "{/=40 big}", "_^~&%",
    "%s%n%d",
    "<touch MARKER", "|touch MARKER", "<script>alert(1)</script>", "]]>", "&amp;", "\u{0}\u{1}\u{7F}\u{9B}",
    "\u{202E}gnp.exe",
    "\u{FEFF}\u{200F}abc", "\u{FFFE}\u{E000}", "注意力", "внимание", "e\u{301}\u{301}\u{301}", "👩‍👩‍👧 family",
    "\\140touch MARKER\\140",
    "$(touch MARKER)", "; system('touch MARKER') ;", String(repeating: "long ", count: 2000), "",
    "\\input{/etc/passwd}", "$\\write18{touch MARKER}$", "\" onmouseover=alert(1) x=\"", "javascript:alert(1)",
    "</code></table><img src=x onerror=alert(1)>", "`</code>`", "[a](javascript:alert(1))", "| a | b |", "# heading",
    "{{run}}{{{style}}}", "&#60;b&#62;",
]
