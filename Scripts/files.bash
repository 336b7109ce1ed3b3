# What is installed where; read by Scripts/install and Scripts/uninstall.
# shellcheck shell=bash disable=SC2034

# Programs and documentation go below the prefix. What the bus, polkit and systemd read goes below /usr whatever the prefix
# is: dbus-daemon and polkitd look nowhere else for what a package brings.
PREFIX=${PREFIX:-/usr}
DESTDIR=${DESTDIR:-}
PREFIX=${PREFIX%/}
DESTDIR=${DESTDIR%/}
configuration=/etc/nexus-backup/config.toml
readonly system=/usr

# Prints a line for each file but the configuration: its mode, where it comes from, and where it goes, without DESTDIR.
# A source that starts with "build:" is a program; "text:" marks a file that names the prefix; "completion:" is what the command
# writes for that shell, and "manual:" a page that Scripts/manual.py writes.
installed_files() {
    # Debian's zsh looks into another directory for what comes with packages than for what an administrator installs.
    local zsh_completions=site-functions
    [[ $PREFIX != /usr ]] || zsh_completions=vendor-completions
    cat <<LINES
755 build:nexus-backupd $PREFIX/libexec/nexus-backup/nexus-backupd
755 build:nexus-export $PREFIX/libexec/nexus-backup/nexus-export
755 build:nexus-restore $PREFIX/libexec/nexus-backup/nexus-restore
755 build:nexus-index $PREFIX/libexec/nexus-backup/nexus-index
755 build:nexus-web $PREFIX/libexec/nexus-backup/nexus-web
755 build:nexus-backup $PREFIX/bin/nexus-backup
755 text:Scripts/hooks/backuppc-pre-dump $PREFIX/libexec/nexus-backup/backuppc-pre-dump
644 completion:bash $PREFIX/share/bash-completion/completions/nexus-backup
644 completion:zsh $PREFIX/share/zsh/$zsh_completions/_nexus-backup
644 completion:fish $PREFIX/share/fish/vendor_completions.d/nexus-backup.fish
644 manual:nexus-backup.1 $PREFIX/share/man/man1/nexus-backup.1.gz
644 manual:config.toml.5 $PREFIX/share/man/man5/config.toml.5.gz
644 manual:nexus-backupd.8 $PREFIX/share/man/man8/nexus-backupd.8.gz
644 dbus/tech.noreya.Snapshot1.xml $PREFIX/share/dbus-1/interfaces/tech.noreya.Snapshot1.xml
644 dbus/tech.noreya.Backup1.xml $PREFIX/share/dbus-1/interfaces/tech.noreya.Backup1.xml
644 dbus/tech.noreya.nexus-backup.conf $system/share/dbus-1/system.d/tech.noreya.nexus-backup.conf
644 text:dbus/tech.noreya.Snapshot1.service $system/share/dbus-1/system-services/tech.noreya.Snapshot1.service
644 text:dbus/tech.noreya.Backup1.service $system/share/dbus-1/system-services/tech.noreya.Backup1.service
644 polkit/tech.noreya.nexus-backup.policy $system/share/polkit-1/actions/tech.noreya.nexus-backup.policy
644 polkit/50-nexus-backup.rules $system/share/polkit-1/rules.d/50-nexus-backup.rules
644 polkit/51-nexus-web.rules $system/share/polkit-1/rules.d/51-nexus-web.rules
644 text:systemd/nexus-backupd.service $system/lib/systemd/system/nexus-backupd.service
644 text:systemd/nexus-web.service $system/lib/systemd/system/nexus-web.service
644 systemd/nexus-web.sysusers $system/lib/sysusers.d/nexus-web.conf
644 systemd/nexus-backup.sysusers $system/lib/sysusers.d/nexus-backup.conf
644 systemd/nexus-backup.tmpfiles $system/lib/tmpfiles.d/nexus-backup.conf
644 README.md $PREFIX/share/doc/nexus-backup/README.md
644 docs/disaster-recovery.md $PREFIX/share/doc/nexus-backup/docs/disaster-recovery.md
644 ARCHITECTURE.md $PREFIX/share/doc/nexus-backup/ARCHITECTURE.md
644 docs/json.md $PREFIX/share/doc/nexus-backup/docs/json.md
644 examples/config.toml $PREFIX/share/doc/nexus-backup/examples/config.toml
644 examples/web.toml $PREFIX/share/doc/nexus-backup/examples/web.toml
644 examples/remote-backup.py $PREFIX/share/doc/nexus-backup/examples/remote-backup.py
644 text:examples/nexus-backup-nightly.service $PREFIX/share/doc/nexus-backup/examples/nexus-backup-nightly.service
644 examples/nexus-backup-nightly.timer $PREFIX/share/doc/nexus-backup/examples/nexus-backup-nightly.timer
644 polkit/examples/nexus-backup.pkla $PREFIX/share/doc/nexus-backup/examples/nexus-backup.pkla
644 polkit/examples/40-nexus-web-read-only.rules $PREFIX/share/doc/nexus-backup/examples/40-nexus-web-read-only.rules
644 polkit/examples/52-nexus-web-restore.rules $PREFIX/share/doc/nexus-backup/examples/52-nexus-web-restore.rules
LINES
}

# Whether the files land on the running system, so that its services have to be told.
is_live() { [[ -z $DESTDIR && -d /run/systemd/system ]]; }

# The bus reads its configuration anew; polkit watches its directories by itself.
reload_system() {
    is_live || return 0
    systemctl daemon-reload
    systemctl reload dbus.service
}

# Fails with an explanation for a prefix that nothing could be installed below.
check_prefix() {
    if [[ $PREFIX != /* || $PREFIX =~ [[:space:]] ]]; then
        echo "PREFIX is \"$PREFIX\"; it must be an absolute path without blanks." >&2
        return 64
    fi
    if [[ -z $DESTDIR && $EUID -ne 0 ]]; then
        echo "This needs root, as it changes $PREFIX, $system and /etc; with DESTDIR it does not." >&2
        return 77
    fi
}
