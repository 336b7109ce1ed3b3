#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

// What Swift cannot import: cast macros and variadic functions.
enum {
    nx_ae_ifreg = 0100000,
    nx_ae_iflnk = 0120000,
    nx_ae_ifchr = 0020000,
    nx_ae_ifblk = 0060000,
    nx_ae_ifdir = 0040000,
    nx_ae_ififo = 0010000,
};

static inline void nx_archive_set_error(struct archive *archive, int number, const char *text) {
    archive_set_error(archive, number, "%s", text);
}
