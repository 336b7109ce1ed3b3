#!/usr/bin/python3
"""Takes a snapshot, exports it, waits, and prints where the file is; for a user who is not root.

Needs python3-dbus, and the polkit grant of nexus-backup.pkla or membership in the group nexus-backup.
The password is read from standard input, so that it stands in no argument and in no file:

    remote-backup.py "before the update" < password-file
"""

import sys
import time

import dbus

description = sys.argv[1] if len(sys.argv) > 1 else "remote backup"
password = sys.stdin.readline().rstrip("\n")

bus = dbus.SystemBus()
snapshots = dbus.Interface(
    bus.get_object("tech.noreya.Snapshot1", "/tech/noreya/Snapshot1"), "tech.noreya.Snapshot1"
)
backups = dbus.Interface(bus.get_object("tech.noreya.Backup1", "/tech/noreya/Backup1"), "tech.noreya.Backup1")

try:
    # A source on a filesystem without snapshots is copied, which takes longer than the usual 25 seconds.
    id = snapshots.Create(True, True, description, timeout=24 * 3600)
    backups.Create(id, password)
    status = backups.Status()
    while status["id"] == id:
        print(f"{status['progress']} %", file=sys.stderr)
        time.sleep(2)
        status = backups.Status()
    if status["last_id"] == id and status["last_result"] != "done":
        sys.exit(f"The export of snapshot {id} {status['last_result']}: {status['last_error']}")
    for export in backups.GetList():
        if export["id"] == id:
            print(export["path"])
except dbus.DBusException as error:
    sys.exit(f"{error.get_dbus_name()}: {error.get_dbus_message()}")
