#!/bin/sh
# Writes the supervision weekly and prints it. See README.md beside this file.
set -eu

: "${PROJLEDGER_WORKSPACE:?set it to the folder of the ledgers}"
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PROJLEDGER_WORKSPACE PATH
projledger=${PROJLEDGER:-projledger}
format=${FORMAT:-pdf}
out=${OUT:-.}
page=$out/weekly-${PERIOD:-$(date +%G-W%V)}.$format

code=0
"$projledger" report week ${PERIOD:+--period "$PERIOD"} --format "$format" --output "$page" || code=$?
# 0: all is well; 3: the page stands, and names the ledgers that could not be read. Anything else: there is no page.
case $code in
0 | 3) ;;
*) exit "$code" ;;
esac
if [ "$format" = pdf ]; then
    lp ${PRINTER:+-d "$PRINTER"} -o media=A4 -t "projledger $(basename "$page")" "$page"
fi
exit "$code"
