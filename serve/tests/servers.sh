#!/usr/bin/env bash
# A PostgreSQL and a RabbitMQ of one's own, for tests and measurements: on free ports of the loopback, with all their
# data in one folder, beside whatever else runs on this machine.
#
#   serve/tests/servers.sh COMMAND [ARGUMENT]…
#       starts both with their data in a temporary folder, runs the command, stops both, and ends as the command did
#   serve/tests/servers.sh start FOLDER [postgres|rabbitmq]
#       starts what does not run, in an empty folder or in one that was started before
#   serve/tests/servers.sh stop|kill|freeze|thaw FOLDER [postgres|rabbitmq]
#       ends it in order; ends all its processes by SIGKILL; stops them by SIGSTOP; lets them go on
#   serve/tests/servers.sh rabbitmqctl FOLDER ARGUMENT…
#
# The command finds the servers by IMPUTE_SERVE_TEST_DATABASE and IMPUTE_SERVE_TEST_QUEUE, and the folder by
# IMPUTE_SERVE_TEST_SERVERS; FOLDER/variables has the same for a shell. Needs Debian's packages postgresql and
# rabbitmq-server; what is missing is installed, without services, if root calls and there is apt-get.
set -euo pipefail

fail() {
  echo "servers.sh: $1" >&2
  exit 1
}

# ---- programs

# The first of some folders in which a program is.
folder_with() {
  local program=$1 each
  shift
  for each in "$@"; do
    if [ -x "$each/$program" ]; then
      echo "$each"
      return
    fi
  done
  return 1
}

# Debian has PostgreSQL's programs on nobody's PATH, and on it wrappers of RabbitMQ's that change user and folder.
postgres_programs() {
  folder_with initdb /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb || true)")"
}
rabbitmq_programs() {
  folder_with rabbitmq-server /usr/lib/rabbitmq/bin "$(dirname "$(command -v rabbitmq-server || true)")"
}

# Installs what is missing. The packages would start services of their own: a policy-rc.d that says no prevents that.
install_missing() {
  local missing=() policy=/usr/sbin/policy-rc.d ours='' code=0
  postgres_programs >/dev/null || missing+=(postgresql)
  rabbitmq_programs >/dev/null || missing+=(rabbitmq-server)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "${missing[*]} not installed: install it, or run this as root of a Debian"
  fi
  if [ ! -e "$policy" ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  {
    apt-get update &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
  } </dev/null >&2 || code=$?
  [ -z "$ours" ] || rm -f "$policy"
  [ "$code" = 0 ] || fail "apt-get could not install ${missing[*]}: see above"
  if command -v systemctl >/dev/null; then
    systemctl disable --quiet "${missing[@]}" 2>/dev/null || true # nor at the next start of the machine
  fi
}

# ---- processes

# When a process began, in ticks since the start of the machine; nothing if it has ended.
began() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # shellcheck disable=SC2086 # its words are wanted; the name before them may have blanks of its own
  set -- ${stat##*) }
  case $1 in
    Z | X) ;;
    *) echo "${20}" ;;
  esac
}

# The process of a server, if it is there: a number that somebody else has got meanwhile is not it.
process_of() {
  local pid start
  read -r pid start 2>/dev/null <"$folder/$1/pid" || return 0
  [ "$(began "$pid")" != "$start" ] || echo "$pid"
}

is_alive() { [ -n "$(process_of "$1")" ]; }
is_gone() { ! is_alive "$1"; }
is_open() { (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Waits at most so many tenths of a second until something is so.
within() {
  local tenths=$1
  shift
  until "$@"; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

# Starts a program in a session of its own, so that what ends a terminal's work does not end it, under a shell that
# takes note of its end: a process that nobody has taken note of holds PostgreSQL's lock.
begin() {
  local server=$1
  shift
  rm -f "$folder/$server/pid"
  export -f began
  # shellcheck disable=SC2016 # the inner shell expands it
  (setsid bash -c '
    pid=$1
    shift
    "$@" &
    echo "$! $(began $!)" >"$pid.new" && mv "$pid.new" "$pid"
    wait
  ' _ "$folder/$server/pid" "$@" </dev/null >>"$folder/$server/log" 2>&1 &)
  within 100 test -e "$folder/$server/pid" || fail "$server: no process: see $folder/$server/log"
}

# Waits until a server says that it is ready, or has ended.
await() {
  local server=$1
  shift
  # shellcheck disable=SC2317 # it is called by `within`
  is_ready() { "$@" || is_gone "$server"; }
  if ! within 900 is_ready "$@" || is_gone "$server"; then
    tail -n 40 "$folder/$server/log" >&2
    fail "$server does not start: see above, and $folder/$server"
  fi
}

# ---- settings

# Ports below those that the system gives to anybody; the first four of each 32 are used, more for a moment.
choose_ports() {
  local port
  for _ in $(seq 100); do
    base=$((16384 + (RANDOM << 15 | RANDOM) % 480 * 32))
    for port in 0 1 2 3; do
      ! is_open $((base + port)) || continue 2
    done
    return
  done
  fail "no free ports were found between 16384 and 31744"
}

# Makes the folder, or takes up one that was made before.
prepare() {
  local secret
  mkdir -p "$folder"
  if [ ! -e "$folder/settings" ]; then
    [ -z "$(ls -A "$folder")" ] || fail "$folder: not empty, and no folder of servers: give another one"
    choose_ports
    secret=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    chmod 711 "$folder" # another user than root may have to reach its part
    (
      umask 077
      cat >"$folder/variables" <<END
export IMPUTE_SERVE_TEST_DATABASE=postgres://impute:$secret@127.0.0.1:$base/postgres
export IMPUTE_SERVE_TEST_QUEUE=amqp://impute:$secret@127.0.0.1:$((base + 1))/%2f
export IMPUTE_SERVE_TEST_SERVERS=$(printf %q "$folder")
END
      printf 'base=%s\npassword=%s\n' "$base" "$secret" >"$folder/settings"
    )
  fi
  take_up
}

take_up() {
  [ -e "$folder/settings" ] || fail "$folder: no folder of servers: begin with start"
  base='' password='' # what the settings say
  # shellcheck source=/dev/null
  . "$folder/settings"
}

# ---- PostgreSQL

# Its programs refuse to run as root.
if [ "$(id -u)" = 0 ]; then
  as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
else
  as_postgres=()
fi

start_postgres() {
  local programs own=$folder/postgres
  programs=$(postgres_programs)
  if [ ! -e "$own/data/PG_VERSION" ]; then
    mkdir -p "$own/data"
    chmod 711 "$own"
    chmod 700 "$own/data"
    (umask 077 && echo "$password" >"$own/password")
    [ "$(id -u)" != 0 ] || chown postgres: "$own/data" "$own/password"
    (
      cd / # which everybody may enter
      "${as_postgres[@]}" "$programs/initdb" --pgdata="$own/data" --username=impute --pwfile="$own/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync
    ) >"$own/log" 2>&1 || {
      cat "$own/log" >&2
      fail "initdb failed: see above"
    }
    rm "$own/password"
  fi
  (
    cd /
    begin postgres "${as_postgres[@]}" "$programs/postgres" -D "$own/data" -p "$base" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200
  )
  # The port is open before what a crash has left is in order.
  await postgres "$programs/pg_isready" -q -t 5 -h 127.0.0.1 -p "$base" -U impute -d postgres
}

stop_postgres() { end postgres INT; }

# The server, first, so that it makes no more of them, and its processes, each of which leads a session.
processes_of_postgres() {
  local server
  server=$(process_of postgres)
  echo "$server $(cat "/proc/$server/task/$server/children" 2>/dev/null)"
}

# ---- RabbitMQ

# Runs one of its programs with nothing from outside, where another broker's variables may be set.
as_rabbitmq() {
  exec env -i "PATH=$PATH" "HOME=$folder/rabbitmq" LANG=C.UTF-8 RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_NODENAME=impute@localhost "ERL_EPMD_PORT=$((base + 2))" ERL_EPMD_ADDRESS=127.0.0.1 \
    "RABBITMQ_CTL_DIST_PORT_MIN=$((base + 10))" "$@"
}

start_rabbitmq() {
  local programs own=$folder/rabbitmq
  programs=$(rabbitmq_programs)
  if [ ! -e "$own/rabbitmq.conf" ]; then
    mkdir -p "$own/epmd" "$own/data" "$own/logs"
    echo '[].' >"$own/enabled_plugins"
    (
      umask 077
      cat >"$own/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$((base + 1))
default_user = impute
default_pass = $password
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 2GB
END
    )
  fi
  # What knows the ports of Erlang's nodes. A foreign one, on the usual port, would end with its owner.
  if is_gone rabbitmq/epmd; then
    begin rabbitmq/epmd epmd -port $((base + 2)) -address 127.0.0.1
    await rabbitmq/epmd is_open $((base + 2))
  fi
  (
    cd "$own"
    export -f as_rabbitmq
    export folder base
    # RUNNING_UNDER_SYSTEMD: the node is this process, not a child of a shell.
    begin rabbitmq bash -c 'as_rabbitmq "$@"' _ RUNNING_UNDER_SYSTEMD=true \
      "RABBITMQ_CONFIG_FILE=$own/rabbitmq.conf" "RABBITMQ_ADVANCED_CONFIG_FILE=$own/advanced.config" \
      "RABBITMQ_ENABLED_PLUGINS_FILE=$own/enabled_plugins" "RABBITMQ_MNESIA_BASE=$own/data" \
      "RABBITMQ_LOG_BASE=$own/logs" "RABBITMQ_DIST_PORT=$((base + 3))" \
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}" \
      "$programs/rabbitmq-server"
  )
  await rabbitmq is_open $((base + 1)) # which is the last that it does at its start
}

stop_rabbitmq() {
  end rabbitmq TERM
  end rabbitmq/epmd KILL
}

# Its helpers end with it.
processes_of_rabbitmq() { process_of rabbitmq; }

# ---- either

start() {
  thaw "$1"
  is_alive "$1" || "start_$1"
}

stop() {
  thaw "$1"
  "stop_$1"
}

# Ends a process by a signal, and by SIGKILL if that takes longer than half a minute.
end() {
  local process
  process=$(process_of "$1")
  [ -n "$process" ] || return 0
  kill -"$2" "$process" 2>/dev/null || true
  within 300 is_gone "$1" || kill -KILL "$process" 2>/dev/null || true
  within 100 is_gone "$1" || fail "$1 does not end: process $process"
}

# Sends a signal to all processes of a server.
signal() {
  local process
  for process in $("processes_of_$2"); do kill -"$1" "$process" 2>/dev/null || true; done
}

freeze() {
  is_alive "$1" || fail "$1 does not run"
  signal STOP "$1"
  signal STOP "$1" # and those that were being made
}

thaw() { is_gone "$1" || signal CONT "$1"; }

kill_all() {
  is_alive "$1" || return 0
  freeze "$1" # so that none notices the end of another
  signal KILL "$1"
  within 100 is_gone "$1" || fail "$1 does not end by SIGKILL"
}

# ---- what was asked

remove() {
  kill_all postgres
  kill_all rabbitmq
  end rabbitmq/epmd KILL
  rm -rf "$folder"
}

action=${1-}
case $action in
  "" | -h | --help)
    sed -n '2,/^set/ { /^#/ s/^# \{0,1\}//p }' "$0"
    [ -n "$action" ] || exit 2
    ;;
  start | stop | kill | freeze | thaw)
    [ $# -ge 2 ] || fail "$action: give a folder"
    folder=$(realpath -m "$2")
    shift 2
    servers=("$@")
    [ $# -gt 0 ] || servers=(postgres rabbitmq)
    for server in "${servers[@]}"; do
      [[ $server =~ ^(postgres|rabbitmq)$ ]] || fail "$server: the servers are postgres and rabbitmq"
    done
    if [ "$action" = start ]; then
      install_missing
      prepare
    else
      take_up
    fi
    [ "$action" != kill ] || action=kill_all
    for server in "${servers[@]}"; do "$action" "$server"; done
    ;;
  rabbitmqctl)
    [ $# -ge 3 ] || fail "rabbitmqctl: give a folder and what to do"
    folder=$(realpath -m "$2")
    take_up
    shift 2
    as_rabbitmq "$(rabbitmq_programs)/rabbitmqctl" "$@"
    ;;
  *)
    install_missing
    folder=$(mktemp -d)
    trap remove EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    prepare
    start postgres
    start rabbitmq
    # shellcheck source=/dev/null
    . "$folder/variables"
    code=0
    "$@" || code=$?
    exit "$code"
    ;;
esac
