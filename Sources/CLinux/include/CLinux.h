// What glibc's module map leaves out, or Swift cannot import: variadic functions, ioctl macros, SYS_* numbers, and
// functions behind _GNU_SOURCE. Each is the call of the same name; see its man page.
#pragma once

#include <dirent.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int nx_ioprio_set_self(int io_class, int level);
int nx_rename_noreplace(int old_dir, const char *old_name, int new_dir, const char *new_name);
int nx_rename_exchange(int old_dir, const char *old_name, int new_dir, const char *new_name);
int nx_ficlone(int destination, int source);
int nx_set_dumpable(int dumpable);
int nx_set_child_subreaper(void);
// From the first on, fork(3) can be forbidden; from the second on, who calls it waits for the end of this process.
int nx_watch_forks(void);
void nx_forbid_forks(void);
int nx_open(const char *path, int flags, mode_t mode);
int nx_openat(int dir, const char *name, int flags, mode_t mode);
int nx_fcntl_int(int fd, int command, int argument);
int64_t nx_filesystem_type(int fd);
int nx_pipe2(int *ends, int flags);
int nx_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);

enum {
    nx_ioprio_class_best_effort = 2,
    nx_ioprio_class_idle = 3,
    nx_set_pipe_size = 1031,  // F_SETPIPE_SZ
};

enum { nx_o_path = 010000000, nx_o_tmpfile = 020200000, nx_o_direct = 040000, nx_o_noatime = 01000000 };

static const int64_t nx_btrfs_super_magic = 0x9123683E;

int64_t nx_mount_id(int fd);
/// When the file was made; 0, -1 with errno, or 1 where the filesystem does not tell.
int nx_birth_time(int fd, int64_t *seconds, uint32_t *nanoseconds);
int nx_flistxattr(int fd, char *list, size_t size);
int nx_fgetxattr(int fd, const char *name, void *value, size_t size);
int nx_listxattr(const char *path, char *list, size_t size);
int nx_getxattr(const char *path, const char *name, void *value, size_t size);
int nx_setxattr(const char *path, const char *name, const void *value, size_t size, int flags);
int64_t nx_copy_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count);

int nx_syncfs(int fd);

enum { nx_seek_data = 3, nx_seek_hole = 4, nx_at_empty_path = 0x1000 };

// The width of a terminal; 0 where it does not know, -1 where `fd` is none.
int nx_terminal_columns(int fd);

// For reading trees.

struct nx_file {
    uint64_t inode, size, blocks, mount, attributes;
    int64_t mtime_seconds;
    uint32_t mtime_nanoseconds, mode, links, user, group;
    uint32_t device_major, device_minor, special_major, special_minor;
};

/// statx(2) of the entry itself, or of the open file for an empty name.
int nx_stat(int dir, const char *name, struct nx_file *file);
ssize_t nx_getdents(int dir, void *buffer, size_t size);
int64_t nx_seek(int fd, int64_t offset, int whence);
int nx_btrfs_id(int fd, uint8_t *id);
// Whether all of a file's content is in the metadata of a btrfs, after a look that puts it there if it is to be.
int nx_btrfs_is_inline(int fd);

// For threads and child processes.

void nx_limit_arenas(int count);
void nx_name_thread(const char *name);
int nx_wait_exited(int status);
int nx_wait_signal(int status);
int nx_signalfd(const sigset_t *signals);

// For output.

int nx_start_writeback(int fd, int64_t offset, int64_t count);
int nx_finish_writeback(int fd, int64_t offset, int64_t count);
int nx_fadvise(int fd, int64_t offset, int64_t count, int advice);

enum { nx_fadvise_random = 1, nx_fadvise_sequential = 2, nx_fadvise_will_need = 3, nx_fadvise_dont_need = 4 };

// For leaving the page cache and the processor to others.

enum { nx_sched_other = 0, nx_sched_idle = 5 };

// sched_setscheduler(2) of a thread, 0 for this one.
int nx_set_scheduler(pid_t thread, int policy);
// preadv2(2) of what is in the page cache, and nothing else, from where the file is read next.
ssize_t nx_read_cached(int fd, void *buffer, size_t size);
int nx_would_wait(int fd, int64_t offset);
int64_t nx_acknowledged(int fd);
// cachestat(2): how many pages of a part of a file are in the page cache; -1 where the kernel does not tell, before Linux 6.5.
int64_t nx_count_cached(int fd, int64_t offset, int64_t size);
// mincore(2) of a part of a file that starts at a page: a byte for each page, with bit 0 set for one that is in the page cache.
int nx_find_cached(int fd, int64_t offset, size_t size, unsigned char *pages);

// For a program beside this one.

// Starts the program of the PATH that `arguments` name, with nothing but `ready` as its descriptor 3; it is told to end when
// the thread that calls this ends. -1 where it can't be started.
pid_t nx_start_beside(char *const *arguments, int ready);

// For watching signals.

// Signals as bytes in a pipe: each watched signal writes its number to the pipe's end, which does not block.
void nx_signal_set_pipe(int fd);
// 1 when the signal is watched from now on, 0 when the process ignores it, -1 when it can't be watched.
int nx_signal_watch(int number);
// Puts back what was there before `nx_signal_watch` returned 1.
void nx_signal_unwatch(int number);

// For directories in which copies are made.

int nx_remove_attribute(const char *path, const char *name);

// For restoring what came from elsewhere.

// openat2(2) of one component, which may be no symbolic link.
int nx_open_beneath(int dir, const char *name, int flags, mode_t mode);
// Changes those of a file's flags that are in `mask`; see ioctl_iflags(2).
int nx_set_flags(int fd, unsigned mask, unsigned flags);
// utimensat(2) of the modification time of what is open, a symbolic link itself.
int nx_set_modification(int fd, int64_t seconds, int64_t nanoseconds);
dev_t nx_device(unsigned major, unsigned minor);
// How many bytes at their start are the same.
size_t nx_common_prefix(const uint8_t *one, const uint8_t *other, size_t count);

// For handing open files to a worker; see unix(7), SCM_RIGHTS.

enum { nx_descriptor_limit = 8 };
// Sends a byte that is 0, and the descriptors with it.
int nx_hand_descriptors(int socket, const int *files, size_t count);
// Takes such a message, if one is next, and gives what comes the numbers from `first` up; how many there were.
int nx_take_descriptors(int socket, int first);
