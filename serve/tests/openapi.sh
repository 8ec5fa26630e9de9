#!/bin/sh
# Asks every address of the API for what its description allows and for what it does not, and fails at an answer that is
# not described, of another form than described, or 5xx.
#
#     serve/tests/openapi.sh [PROGRAM]        # default: target/debug/impute-serve
#
# Needs Python; schemathesis comes into a virtual environment in target/, or is the one that SCHEMATHESIS names.
# EXAMPLES (default 40) says how many requests each address gets of each kind: more find more, and take longer.
set -eu
cd "$(dirname "$0")/../.."
program=${1:-target/debug/impute-serve}
schemathesis=${SCHEMATHESIS:-$PWD/target/schemathesis/bin/schemathesis}
if [ ! -x "$schemathesis" ]; then
    python3 -m venv target/schemathesis
    target/schemathesis/bin/pip install --quiet 'schemathesis>=4,<5'
fi
folder=$(mktemp -d)
"$program" --listen 127.0.0.1:0 --data "$folder/jobs.sqlite" --log-level error 2>"$folder/said" &
service=$!
trap 'kill $service 2>/dev/null; rm -r "$folder"' EXIT
for _ in $(seq 600); do
    url=$(sed -n 's/^impute-serve: \(http:.*\)/\1/p' "$folder/said")
    [ -n "$url" ] && break
    sleep 0.1
done
[ -n "$url" ] || { cat "$folder/said" >&2; exit 1; }

# Not checked: that whatever the schema forbids is refused (unknown fields of a query, a header that is empty), the other
# way round (a text that is blank, a model that is not there are well-formed, and refused), and that what was deleted
# is not found: it is, as `deleted`, without its text and result.
cd "$folder" # where it may leave what it remembers
"$schemathesis" run "$url/openapi.json" --workers 1 --max-examples "${EXAMPLES:-40}" --seed 10 \
    --request-timeout 60 --suppress-health-check all --generation-database none --no-color \
    --exclude-checks negative_data_rejection,positive_data_acceptance,use_after_free
kill -0 $service # it still lives
