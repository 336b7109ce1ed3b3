#pragma once

#include <btrfsutil.h>
#include <endian.h>
#include <errno.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

// Swift imports no macro that is an expression of others.
enum { nx_snapshot_read_only = BTRFS_UTIL_CREATE_SNAPSHOT_READ_ONLY };

// What libbtrfsutil lacks: the id of the filesystem, 16 bytes, which all its subvolumes and mounts share. Returns 0, or -1
// with errno.
static inline int nx_btrfs_filesystem_id(int fd, uint8_t *id) {
    struct btrfs_ioctl_fs_info_args args;
    memset(&args, 0, sizeof args);
    if (ioctl(fd, BTRFS_IOC_FS_INFO, &args) != 0) return -1;
    memcpy(id, args.fsid, sizeof args.fsid);
    return 0;
}

// What libbtrfsutil lacks: the exclusive bytes of the qgroup 0/<subvolume>, from the quota tree. Returns 0, or -1 with errno,
// which is ENOENT where quotas are off.
static inline int nx_btrfs_exclusive_bytes(int fd, uint64_t subvolume, uint64_t *bytes) {
    struct btrfs_ioctl_search_args args;
    struct btrfs_ioctl_search_header header;
    struct btrfs_qgroup_info_item item;
    memset(&args, 0, sizeof args);
    args.key.tree_id = BTRFS_QUOTA_TREE_OBJECTID;
    args.key.min_type = args.key.max_type = BTRFS_QGROUP_INFO_KEY;
    args.key.min_offset = args.key.max_offset = subvolume;
    args.key.max_transid = UINT64_MAX;
    args.key.nr_items = 1;
    if (ioctl(fd, BTRFS_IOC_TREE_SEARCH, &args) != 0) return -1;
    memcpy(&header, args.buf, sizeof header);
    if (args.key.nr_items != 1 || header.len < sizeof item) {
        errno = ENOENT;
        return -1;
    }
    memcpy(&item, args.buf + sizeof header, sizeof item);
    *bytes = le64toh(item.excl);
    return 0;
}
