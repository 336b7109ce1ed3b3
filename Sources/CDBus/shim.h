// What Swift cannot import of libdbus and glibc.
#pragma once

#include <dbus/dbus.h>
#include <stdlib.h>
#include <string.h>

/// secure_getenv(3), which glibc declares for _GNU_SOURCE only.
extern char *secure_getenv(const char *name);

/// Moves what `error` says into two strings that the caller frees with free(3).
static inline void nx_dbus_take_error(DBusError *error, char **name, char **message) {
    *name = strdup(error->name ? error->name : DBUS_ERROR_FAILED);
    *message = strdup(error->message ? error->message : "");
    dbus_error_free(error);
}

/// dbus_connection_open_private(), with the error's fields, some of which are bit fields, as plain strings: on NULL, `name` and `message` are set.
static inline DBusConnection *nx_dbus_open_private(const char *address, char **name, char **message) {
    DBusError error;
    dbus_error_init(&error);
    DBusConnection *connection = dbus_connection_open_private(address, &error);
    if (!connection) nx_dbus_take_error(&error, name, message);
    return connection;
}
