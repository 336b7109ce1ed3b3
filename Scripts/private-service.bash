# A service on a bus of its own, in a directory of its own; sourced by the demonstration.
# shellcheck shell=bash

# The directory, the processes to end, and where the bus is.
work=
started=()
address=

# Waits up to ten seconds for a command to succeed.
await() {
    local try
    for ((try = 0; try < 100; try++)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    echo "This did not come to pass in ten seconds: $*" >&2
    return 1
}

make_sources() {
    local system=$work/broot/system data=$work/broot/data
    mkdir -p "$system/etc" "$system/bin" "$data/photos" "$data/empty"
    echo 'demo.example' >"$system/etc/hostname"
    echo 'secret' >"$system/etc/shadow"
    chmod 600 "$system/etc/shadow"
    printf '#!/bin/sh\necho demo\n' >"$system/bin/demo"
    chmod 4755 "$system/bin/demo"
    ln "$system/bin/demo" "$system/bin/demo-hardlink"
    ln -s ../etc/hostname "$system/bin/link"
    echo 'Grüße' >"$data/photos/Ein Name mit Umläuten.txt"
    truncate --size=1G "$data/sparse.img"
    head -c 192M /dev/urandom >"$data/photos/random.bin"
    if [[ $EUID -eq 0 ]]; then
        mknod "$system/null" c 1 3
        chown 4711:4712 "$data/photos/random.bin"
    fi
}

start_bus() {
    cat >"$work/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=$work/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML
    dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile 2>"$work/bus.log" &
    started+=($!)
    await test -S "$work/bus"
}

is_served() {
    [[ $(dbus-send --bus="$address" --reply-timeout=2000 --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.NameHasOwner string:tech.noreya.Backup1) == *true ]]
}

start_daemon() {
    nexus-backupd --address "$address" --root "$work" 2>"$work/daemon.log" &
    started=($! "${started[@]}")
    await is_served
}

# Serves the page until Ctrl-C.
serve_page() {
    local token
    token=$(nexus-backup web token add demo --file "$work/web-tokens.json" --group "$(id -gn)" 2>/dev/null)
    printf '[server]\nlisten = ["127.0.0.1:0"]\n' >"$work/web.toml"
    nexus-web --config "$work/web.toml" --tokens "$work/web-tokens.json" --address "$address" 2>"$work/web.log" &
    started=($! "${started[@]}")
    await grep -q 'listening on' "$work/web.log"
    cat <<TEXT
The page      http://$(sed -n 's/.*listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/web.log")/
Log in with   $token

The service works below $work, on a bus of its own. Ctrl-C ends it.
TEXT
    wait "${started[0]}"
}
