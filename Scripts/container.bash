# A container with a systemd of its own, to try the installed units in: this machine's root below an overlay, all of which is
# gone at the end. Sourced by the checks; as root.
# shellcheck shell=bash

# In a mount namespace of its own: makes the root below $1 and runs systemd-nspawn in it, with further options, until the
# container is shut down. Of what this machine has enabled nothing is started, and of its disks nothing is mounted; /broot is
# to be the btrfs on the device $2.
run_container() {
    local work=$1 device=$2 root=$1/root unit status nspawn
    shift 2
    mount -t tmpfs -o mode=755,size=8G tmpfs "$work"
    mkdir "$work/upper" "$work/overlay" "$root"
    mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/overlay" overlay "$root"
    rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires
    for unit in systemd-firstboot.service sys-kernel-{config,debug,tracing}.mount dev-{hugepages,mqueue}.mount; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit"
    done
    : >"$root/etc/fstab"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    cat >"$root/etc/systemd/system/broot.mount" <<UNIT
[Mount]
What=$device
Where=/broot
Type=btrfs
UNIT
    # What systemd-nspawn keeps there of its own is not for the machine's systemd, where there is one.
    mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd
    enter_control_group
    status=133 # what it ends with for a reboot
    while [[ $status -eq 133 ]]; do
        # Its own filter of system calls would stand before those of the units.
        SYSTEMD_SECCOMP=0 systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit --machine=nexus-units \
            --private-network --capability=all --console=pipe --link-journal=no --resolv-conf=off --timezone=off \
            --bind="$device" "$@" &
        nspawn=$!
        trap 'kill "$nspawn"' TERM
        status=0
        # A signal ends the waiting, and not what is waited for.
        while kill -0 "$nspawn" 2>/dev/null; do wait "$nspawn" && status=0 || status=$?; done
    done
    exit "$status"
}

# systemd wants the second version of control groups; where this machine mounts the first, the second is there, too.
enter_control_group() {
    local group
    [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
    group=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/nexus-units-$$
    mkdir "$group"
    echo $$ >"$group/cgroup.procs"
}

# The first process in the container that the process $1 runs, once there is one.
container_leader() { pgrep -P "$(pgrep -P "$1" -x systemd-nspawn)" -o; }

# Runs a command in the container that the process $1 runs, in an environment of its own and for at most $2.
in_container() {
    local container=$1 limit=$2
    shift 2
    timeout "$limit" nsenter --all --target "$(container_leader "$container")" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb "$@"
}

# Waits until the container that the process $1 runs has booted; fails when that takes longer than $2 seconds.
await_container() {
    local container=$1 deadline=$((SECONDS + $2)) state
    while ((SECONDS < deadline)) && kill -0 "$container" 2>/dev/null; do
        state=$(in_container "$container" 10 systemctl is-system-running 2>/dev/null || true)
        [[ $state != running && $state != degraded ]] || return 0
        sleep 0.2
    done
    return 1
}

# Ends the container that the process $1 runs, with all that runs in it, and takes its control groups away.
end_container() {
    local container=$1 runner groups
    runner=$(pgrep -P "$container" -x systemd-nspawn || true)
    kill "$container" 2>/dev/null || true
    # All in the container goes with systemd-nspawn.
    timeout 30 tail --pid="$container" -s 0.2 -f /dev/null || kill -KILL ${runner:+"$runner"} "$container" 2>/dev/null || true
    wait "$container" 2>/dev/null || true
    groups=$(find /sys/fs/cgroup -maxdepth 8 -type d -name "nexus-units-$container" 2>/dev/null | head -n 1)
    [[ -z $groups ]] || find "$groups" -depth -type d -exec rmdir {} + 2>/dev/null || true
}
