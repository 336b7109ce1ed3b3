# The Debian packages the project needs, and a way to get them; sourced by the scripts beside it.
# shellcheck shell=bash disable=SC2034

# To build, beside Swift itself.
build_packages=(
    build-essential ca-certificates git libarchive-dev libbtrfsutil-dev libdbus-1-dev libgcrypt20-dev libgpgme-dev
    libsqlite3-dev pkg-config tzdata zlib1g-dev
)
# To install it: what writes the manual pages.
install_packages=(gzip python3)
# To run the service and to open what it made.
run_packages=(dbus gnupg tar)
# To test: a bus, polkit with its older rules, filesystems to mount, and what looks at results with other eyes.
test_packages=(
    acl aria2 attr btrfs-progs curl fish groff-base libarchive-tools libcap2-bin libxml2-utils man-db openssl polkitd polkitd-pkla procps
    python3-dbus python3-gi
    shellcheck systemd tmux wget xfsprogs zsh zstd
)
# To use the page as people do: a browser with a font, and what Python packages need to be installed.
browser_packages=(chromium fonts-dejavu-core python3-venv)
# To start the installed units under a systemd in a container, and to look at what they do there.
units_packages=(
    attr btrfs-progs curl dbus e2fsprogs libcap2-bin mount polkitd procps systemd systemd-container util-linux
)
# To measure: a filesystem to do it on, a load beside it, the peers of an export, and Python for what drives them.
bench_packages=(btrfs-progs curl fio mount python3 python3-dbus util-linux zstd)

# Prints those of the packages named that are not installed.
missing_packages() {
    local package
    for package; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done
}

# Sees to it that the packages named are installed; without root it says which are missing, and fails.
require_packages() {
    local missing
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian or one of its kin, so that these packages cannot be looked for: $*" >&2
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]]; then
        echo "These packages are missing; as root: apt-get install ${missing[*]}" >&2
        return 1
    fi
    echo "Installing ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >&2 && apt-get -qq -o Dpkg::Use-Pty=0 install --no-install-recommends -y "${missing[@]}" >&2
}

# Makes .build/python, where the Python packages of the tests are, or renews it when others are asked for.
require_python_packages() {
    local wanted=Tests/requirements.txt directory=.build/python
    ! cmp -s "$wanted" "$directory/requirements.txt" || return 0
    echo "Installing the Python packages of $wanted in $directory" >&2
    rm -rf "$directory"
    python3 -m venv "$directory" && "$directory/bin/pip" -q --disable-pip-version-check install -r "$wanted" >&2 &&
        cp "$wanted" "$directory/requirements.txt"
}

# Fails with an explanation where there is no Swift to build with.
require_swift() {
    swift --version >/dev/null 2>&1 && return 0
    echo "There is no swift on the PATH that runs; Swift 6.2 or later is needed: https://www.swift.org/install/linux/" >&2
    return 1
}
