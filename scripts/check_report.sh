#!/bin/sh
# Opens a report in headless Chromium, light, dark and on paper, and checks what a reader would see. `make test-browser` calls it.
#
#   scripts/check_report.sh REPORT.html FOLDER
#
# It leaves light.png, dark.png, narrow.png, print.pdf and dom.html in FOLDER, to look at. Chromium is Debian's package
# `chromium` (BROWSER names another).
set -eu

report=$(readlink -f "$1")
mkdir -p "$2"
folder=$(readlink -f "$2")
browser=${BROWSER:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$browser" ]; then
    echo "Chromium was not found. Install it (Debian: apt install chromium), or name it: BROWSER=/path/to/it" >&2
    exit 1
fi
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

browse() {
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
        --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr --log-level=0 "$@" "file://$report" \
        2>"$folder/browser.log"
}

fail() {
    echo "check_report.sh: $1" >&2
    exit 1
}

# A preferred colour scheme of 0 is dark, 1 is light.
browse --blink-settings=preferredColorScheme=1 --window-size=1100,7000 --screenshot="$folder/light.png" >/dev/null
browse --blink-settings=preferredColorScheme=0 --window-size=1100,7000 --screenshot="$folder/dark.png" >/dev/null
browse --blink-settings=preferredColorScheme=1 --window-size=500,9000 --screenshot="$folder/narrow.png" >/dev/null
browse --no-pdf-header-footer --print-to-pdf="$folder/print.pdf" >/dev/null
browse --dump-dom >"$folder/dom.html"

if grep -E 'CONSOLE.*(Refused|Error|violat)' "$folder/browser.log"; then fail "the browser complained about the page"; fi
for file in light.png dark.png narrow.png print.pdf; do
    [ -s "$folder/$file" ] || fail "$file is empty"
done
cmp -s "$folder/light.png" "$folder/dark.png" && fail "light and dark look the same"

# What the browser made of the page is what was written: nothing was moved out of place, dropped or run.
for element in section figure svg table details; do
    written=$(grep -o "<$element[ >]" "$report" | wc -l)
    read=$(grep -o "<$element[ >]" "$folder/dom.html" | wc -l)
    [ "$written" -eq "$read" ] || fail "$written <$element> were written, but the browser has $read"
done
[ "$(grep -c '<svg' "$folder/dom.html")" -gt 0 ] || fail "the page shows no figure"
grep -q '<script' "$folder/dom.html" && fail "the page holds a script"

if command -v pdftotext >/dev/null; then
    pdftotext "$folder/print.pdf" - | tr '\n' ' ' | grep -q 'look where it should' || fail "the print lacks the title"
fi
echo "The report is whole in $browser; look at the pictures in $folder"
