#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

_Static_assert(nx_o_path == O_PATH, "O_PATH");
_Static_assert(nx_o_tmpfile == (020000000 | O_DIRECTORY), "O_TMPFILE");
_Static_assert(nx_o_direct == O_DIRECT, "O_DIRECT");
_Static_assert(nx_o_noatime == O_NOATIME, "O_NOATIME");
_Static_assert(nx_seek_data == SEEK_DATA && nx_seek_hole == SEEK_HOLE, "lseek");
_Static_assert(nx_at_empty_path == AT_EMPTY_PATH, "AT_EMPTY_PATH");
_Static_assert(nx_sched_other == SCHED_OTHER && nx_sched_idle == SCHED_IDLE, "sched_setscheduler");
_Static_assert(nx_set_pipe_size == F_SETPIPE_SZ, "F_SETPIPE_SZ");

int nx_ioprio_set_self(int io_class, int level) {
    return (int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, (io_class << 13) | level);
}

int nx_rename_noreplace(int old_dir, const char *old_name, int new_dir, const char *new_name) {
    return renameat2(old_dir, old_name, new_dir, new_name, RENAME_NOREPLACE);
}

int nx_rename_exchange(int old_dir, const char *old_name, int new_dir, const char *new_name) {
    return renameat2(old_dir, old_name, new_dir, new_name, RENAME_EXCHANGE);
}

int nx_ficlone(int destination, int source) { return ioctl(destination, FICLONE, source); }

int nx_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }

int nx_set_child_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

static pthread_mutex_t nx_forks = PTHREAD_MUTEX_INITIALIZER;

static void nx_before_fork(void) { pthread_mutex_lock(&nx_forks); }

static void nx_after_fork(void) { pthread_mutex_unlock(&nx_forks); }

int nx_watch_forks(void) { return pthread_atfork(nx_before_fork, nx_after_fork, nx_after_fork); }

void nx_forbid_forks(void) { pthread_mutex_lock(&nx_forks); }

int nx_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int nx_openat(int dir, const char *name, int flags, mode_t mode) { return openat(dir, name, flags, mode); }

int nx_fcntl_int(int fd, int command, int argument) { return fcntl(fd, command, argument); }

int64_t nx_filesystem_type(int fd) {
    struct statfs result;
    return fstatfs(fd, &result) == 0 ? (int64_t)result.f_type : -1;
}

int nx_pipe2(int *ends, int flags) { return pipe2(ends, flags); }

int nx_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags) {
    return fsetxattr(fd, name, value, size, flags);
}

int64_t nx_mount_id(int fd) {
    struct statx result;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &result) != 0) return -1;
    return (int64_t)result.stx_mnt_id;
}

int nx_birth_time(int fd, int64_t *seconds, uint32_t *nanoseconds) {
    struct statx result;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &result) != 0) return -1;
    if (!(result.stx_mask & STATX_BTIME)) return 1;
    *seconds = result.stx_btime.tv_sec;
    *nanoseconds = result.stx_btime.tv_nsec;
    return 0;
}

int nx_flistxattr(int fd, char *list, size_t size) { return (int)flistxattr(fd, list, size); }

int nx_fgetxattr(int fd, const char *name, void *value, size_t size) { return (int)fgetxattr(fd, name, value, size); }

int nx_listxattr(const char *path, char *list, size_t size) { return (int)listxattr(path, list, size); }

int nx_getxattr(const char *path, const char *name, void *value, size_t size) {
    return (int)getxattr(path, name, value, size);
}

int nx_setxattr(const char *path, const char *name, const void *value, size_t size, int flags) {
    return setxattr(path, name, value, size, flags);
}

int64_t nx_copy_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count) {
    return copy_file_range(from, from_offset, to, to_offset, count, 0);
}

int nx_syncfs(int fd) { return syncfs(fd); }

int nx_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : -1;
}

// For reading trees.

int nx_stat(int dir, const char *name, struct nx_file *file) {
    struct statx x;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);
    if (statx(dir, name, flags, STATX_BASIC_STATS | STATX_MNT_ID, &x) != 0) return -1;
    *file = (struct nx_file){
        .inode = x.stx_ino,
        .size = x.stx_size,
        .blocks = x.stx_blocks,
        .mount = x.stx_mnt_id,
        .attributes = x.stx_attributes,
        .mtime_seconds = x.stx_mtime.tv_sec,
        .mtime_nanoseconds = x.stx_mtime.tv_nsec,
        .mode = x.stx_mode,
        .links = x.stx_nlink,
        .user = x.stx_uid,
        .group = x.stx_gid,
        .device_major = x.stx_dev_major,
        .device_minor = x.stx_dev_minor,
        .special_major = x.stx_rdev_major,
        .special_minor = x.stx_rdev_minor,
    };
    return 0;
}

ssize_t nx_getdents(int dir, void *buffer, size_t size) { return syscall(SYS_getdents64, dir, buffer, size); }

int64_t nx_seek(int fd, int64_t offset, int whence) { return lseek(fd, offset, whence); }

int nx_btrfs_id(int fd, uint8_t *id) {
    struct btrfs_ioctl_fs_info_args arguments = {0};
    if (nx_filesystem_type(fd) != nx_btrfs_super_magic || ioctl(fd, BTRFS_IOC_FS_INFO, &arguments) != 0) return -1;
    memcpy(id, arguments.fsid, sizeof arguments.fsid);
    return 0;
}

int nx_btrfs_is_inline(int fd) {
    union {
        struct fiemap map;
        char room[sizeof(struct fiemap) + sizeof(struct fiemap_extent)];
    } request = {.map = {.fm_length = FIEMAP_MAX_OFFSET, .fm_flags = FIEMAP_FLAG_SYNC, .fm_extent_count = 1}};
    if (nx_filesystem_type(fd) != nx_btrfs_super_magic || ioctl(fd, FS_IOC_FIEMAP, &request) != 0) return 0;
    uint32_t wanted = FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_LAST;
    return request.map.fm_mapped_extents == 1 && (request.map.fm_extents[0].fe_flags & wanted) == wanted;
}

// For threads and child processes.

void nx_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }

void nx_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int nx_wait_exited(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int nx_wait_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int nx_signalfd(const sigset_t *signals) { return signalfd(-1, signals, SFD_CLOEXEC); }

// For output.

int nx_start_writeback(int fd, int64_t offset, int64_t count) {
    return sync_file_range(fd, offset, count, SYNC_FILE_RANGE_WRITE);
}

int nx_finish_writeback(int fd, int64_t offset, int64_t count) {
    return sync_file_range(
        fd, offset, count, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
}

int nx_fadvise(int fd, int64_t offset, int64_t count, int advice) { return posix_fadvise(fd, offset, count, advice); }

// For leaving the page cache and the processor to others.

int nx_set_scheduler(pid_t thread, int policy) {
    struct sched_param parameters = {0};
    return sched_setscheduler(thread, policy, &parameters);
}

ssize_t nx_read_cached(int fd, void *buffer, size_t size) {
    struct iovec vector = {.iov_base = buffer, .iov_len = size};
    return preadv2(fd, &vector, 1, -1, RWF_NOWAIT);
}

int nx_would_wait(int fd, int64_t offset) {
    char byte;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    return preadv2(fd, &vector, 1, offset, RWF_NOWAIT) < 0 && errno == EAGAIN;
}

int64_t nx_acknowledged(int fd) {
    // The C library's own structure ends before this field.
    struct tcp_info state;
    socklen_t size = sizeof state;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &size) != 0) return -1;
    size_t needed = offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof state.tcpi_bytes_acked;
    return size >= needed ? (int64_t)state.tcpi_bytes_acked : -1;
}

int64_t nx_count_cached(int fd, int64_t offset, int64_t size) {
    // The C library has neither its number nor its types yet.
    struct { uint64_t offset, size; } range = {(uint64_t)offset, (uint64_t)size};
    struct { uint64_t cached, dirty, writeback, evicted, recently_evicted; } pages = {0};
    return syscall(451 /* cachestat */, fd, &range, &pages, 0) == 0 ? (int64_t)pages.cached : -1;
}

int nx_find_cached(int fd, int64_t offset, size_t size, unsigned char *pages) {
    // Only looked at: what is mapped is never touched.
    void *start = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, offset);
    if (start == MAP_FAILED) return -1;
    int result = mincore(start, size, pages);
    int error = errno;
    munmap(start, size);
    errno = error;
    return result;
}

// For watching signals.

// Where the numbers of watched signals are written; set once, before the first is watched.
static _Atomic int nx_signal_pipe = -1;
enum { nx_signal_limit = 65 };  // one more than there are signals; see signal(7)
static struct sigaction nx_signal_previous[nx_signal_limit];

static void nx_note_signal(int number) {
    int error = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(nx_signal_pipe, &byte, 1);
    (void)ignored;
    errno = error;
}

void nx_signal_set_pipe(int fd) { nx_signal_pipe = fd; }

int nx_signal_watch(int number) {
    struct sigaction action = {.sa_handler = nx_note_signal, .sa_flags = SA_RESTART};
    struct sigaction present;
    if (number < 1 || number >= nx_signal_limit) return -1;
    if (sigaction(number, NULL, &present) != 0) return -1;
    if (present.sa_handler == SIG_IGN) return 0;
    nx_signal_previous[number] = present;
    return sigaction(number, &action, NULL) == 0 ? 1 : -1;
}

void nx_signal_unwatch(int number) { sigaction(number, &nx_signal_previous[number], NULL); }

// For a program beside this one.

pid_t nx_start_beside(char *const *arguments, int ready) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) return child;
    // Only what is safe in the child of a process with threads, up to the exec.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent || null < 0) _exit(127);
    for (int file = 0; file < 3; file++) {
        if (dup2(null, file) < 0) _exit(127);
    }
    if (ready == 3 ? fcntl(3, F_SETFD, 0) < 0 : dup2(ready, 3) < 0) _exit(127);
    execvp(arguments[0], arguments);
    _exit(127);
}

// For directories in which copies are made.

int nx_remove_attribute(const char *path, const char *name) { return removexattr(path, name); }

// For restoring what came from elsewhere.

int nx_open_beneath(int dir, const char *name, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned)flags,
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
}

int nx_set_flags(int fd, unsigned mask, unsigned flags) {
    unsigned present = 0;
    if (ioctl(fd, FS_IOC_GETFLAGS, &present) != 0) return -1;
    unsigned wanted = (present & ~mask) | flags;
    return wanted == present ? 0 : ioctl(fd, FS_IOC_SETFLAGS, &wanted);
}

int nx_set_modification(int fd, int64_t seconds, int64_t nanoseconds) {
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
    return utimensat(fd, "", times, AT_EMPTY_PATH);
}

dev_t nx_device(unsigned major, unsigned minor) { return makedev(major, minor); }

size_t nx_common_prefix(const uint8_t *one, const uint8_t *other, size_t count) {
    size_t position = 0;
    while (position < count && one[position] == other[position]) position++;
    return position;
}

// For handing open files to a worker.

int nx_hand_descriptors(int socket, const int *files, size_t count) {
    char byte = 0;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(nx_descriptor_limit * sizeof(int))] = {0};
    if (count > nx_descriptor_limit) return errno = EINVAL, -1;
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control};
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), files, count * sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int nx_take_descriptors(int socket, int first) {
    char byte = 1;
    // Without room for them, a look takes no descriptors.
    ssize_t peeked = recv(socket, &byte, 1, MSG_PEEK);
    if (peeked < 0) return errno == ENOTSOCK ? 0 : -1;
    if (peeked == 0 || byte != 0) return 0;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(nx_descriptor_limit * sizeof(int))] = {0};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return 0;
    int count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (int index = 0; index < count; index++) {
        int file;
        memcpy(&file, CMSG_DATA(header) + (size_t)index * sizeof(int), sizeof file);
        if (dup3(file, first + index, O_CLOEXEC) < 0) return -1;
        close(file);
    }
    return count;
}
