#!/usr/bin/env bash
# Checks the alarms: that they are well-formed, that they fire when they shall and not when they shall not, and that
# their cases would notice one that never fires, always does, or does not wait. Needs promtool; where there is none, it
# is taken out of Debian's package prometheus, which is not installed, so that no server is started.
#
#     serve/watch/check.sh
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

promtool=$(command -v promtool || true)
if [ -z "$promtool" ]; then
  # Kept beside what is built.
  kept=$(realpath -m "${CARGO_TARGET_DIR:-../../target}")/promtool
  if [ ! -x "$kept/usr/bin/promtool" ]; then
    echo "no promtool: taking it out of Debian's package" >&2
    (
      cd "$folder"
      apt-get download prometheus >apt 2>&1 || { apt-get update >apt 2>&1 && apt-get download prometheus >>apt 2>&1; } || {
        cat apt >&2
        echo "no promtool, and none from apt-get: install Prometheus and run this again" >&2
        exit 1
      }
      dpkg-deb -x prometheus_*.deb package
      mkdir -p "$kept/usr/bin"
      mv package/usr/bin/promtool "$kept/usr/bin/"
    )
  fi
  promtool=$kept/usr/bin/promtool
fi

"$promtool" check rules alarms.yml
"$promtool" test rules alarms_test.yml
python3 -m json.tool dashboard.json /dev/null

# What the cases say of rules with one key changed in all of them: to a value, or gone.
changed() { # key, value
  awk -v key="$1:" -v value="${2-}" '
    /^        [^ ]/ {
      inside = $1 == key
      if (inside && value != "") print "        " key " " value
    }
    inside && /^        / { next }
    { inside = 0; print }
  ' alarms.yml >"$folder/alarms.yml"
  cp alarms_test.yml "$folder/"
  "$promtool" test rules "$folder/alarms_test.yml" >"$folder/said" 2>&1 || true
}
# Stops where no case of an alarm was found wrong in that way.
expect() { # alarm, what is expected or got there, what it does
  awk -v alarm="alertname: $1," -v there="$2" '
    index($0, "alertname:") { here = index($0, alarm) }
    { sub(/^ +/, ""); found = found || here && index($0, there) == 1 }
    END { exit !found }
  ' "$folder/said" || {
    echo "alarms_test.yml: no case notices that $1 $3" >&2
    exit 1
  }
}
alarms=$(sed -n 's/^ *- alert: //p' alarms.yml)
changed expr 'vector(0) > 1'
for alarm in $alarms; do expect "$alarm" "got:[]" "never fires"; done
changed expr 'vector(1)'
for alarm in $alarms; do expect "$alarm" "exp:[]" "always fires"; done
changed for
for alarm in $(awk '$2 == "alert:" { alarm = $3 } $1 == "for:" { print alarm }' alarms.yml); do
  expect "$alarm" "exp:[]" "does not wait"
done
echo "$(wc -w <<<"$alarms") alarms: each is noticed if it never fires, always does, or does not wait"
