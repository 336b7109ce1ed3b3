// Loaded into a program with LD_PRELOAD, it counts the calls by which the program touches files and pipes, and makes one of
// them, or every other one, fail or come short. What to do stands in a file that is mapped into memory, where the counts
// are kept too: a program that ends without ceremony has still reported, and one that runs on can be told something new.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// The order is that of FaultPlace, FaultCall and FaultControl.
enum place { other, source, counting, gpg_input, gpg_output, control, output, job, events, storage, home, place_count };
enum call {
    call_open, call_read, call_write, call_stat, call_list, call_list_xattrs, call_get_xattr, call_readlink, call_seek,
    call_advise, call_writeback, call_sync, call_rename, call_unlink, call_close, call_poll, call_set_xattr, call_wait,
    call_count,
};
enum { kind_short = 1000, kind_end = 1001 };

struct plan {
    char program[16];
    char paths[3][256];  // of the source, the storage, gpg's home
    uint32_t place, call, number, kind;
    _Atomic uint32_t injected;
    _Atomic uint32_t counts[place_count][call_count];
};

static struct plan *plan;
static int input_of_gpg = -1;
static int is_worker, is_gpg;
static pid_t process;

#define real(name) ((__typeof__(&name))next(#name, &(static_##name)))
#define declare(name) static _Atomic(void *) static_##name;

static void *next(const char *name, _Atomic(void *) *slot) {
    void *found = *slot;
    if (!found) *slot = found = dlsym(RTLD_NEXT, name);
    return found;
}

declare(open) declare(openat) declare(read) declare(pread) declare(write) declare(pwrite) declare(fstat) declare(fstatat)
declare(statx) declare(syscall) declare(readdir) declare(flistxattr) declare(listxattr) declare(fgetxattr) declare(getxattr)
declare(fsetxattr) declare(readlink) declare(readlinkat) declare(lseek) declare(posix_fadvise) declare(sync_file_range)
declare(fsync) declare(fdatasync) declare(syncfs) declare(renameat) declare(renameat2) declare(unlinkat) declare(close)
declare(poll) declare(waitpid) declare(fcntl)

// Looked up all at once, as what is forked from several threads must not do that.
static const struct {
    const char *name;
    _Atomic(void *) *slot;
} calls[] = {
    {"open", &static_open}, {"openat", &static_openat}, {"read", &static_read}, {"pread", &static_pread},
    {"write", &static_write}, {"pwrite", &static_pwrite}, {"fstat", &static_fstat}, {"fstatat", &static_fstatat},
    {"statx", &static_statx}, {"syscall", &static_syscall}, {"readdir", &static_readdir},
    {"flistxattr", &static_flistxattr}, {"listxattr", &static_listxattr}, {"fgetxattr", &static_fgetxattr},
    {"getxattr", &static_getxattr}, {"fsetxattr", &static_fsetxattr}, {"readlink", &static_readlink},
    {"readlinkat", &static_readlinkat}, {"lseek", &static_lseek}, {"posix_fadvise", &static_posix_fadvise},
    {"sync_file_range", &static_sync_file_range}, {"fsync", &static_fsync}, {"fdatasync", &static_fdatasync},
    {"syncfs", &static_syncfs}, {"renameat", &static_renameat}, {"renameat2", &static_renameat2},
    {"unlinkat", &static_unlinkat}, {"close", &static_close}, {"poll", &static_poll}, {"waitpid", &static_waitpid},
    {"fcntl", &static_fcntl},
};

static void note_program(void) {
    char text[4096];
    int file = real(open)("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? 0 : real(read)(file, text, sizeof text - 1);
    if (file >= 0) real(close)(file);
    text[count > 0 ? count : 0] = 0;
    for (char *word = text; word < text + count; word += strlen(word) + 1)
        if (strncmp(word, "-&", 2) == 0) input_of_gpg = atoi(word + 2);
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("NEXUS_FAULT_PLAN");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) next(calls[i].name, calls[i].slot);
    int file = path ? real(open)(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    struct plan *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    real(close)(file);
    if (mapped == MAP_FAILED) return;
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    if (strncmp(name, mapped->program, 15) != 0) return;
    is_worker = strcmp(name, "nexus-export") == 0;
    is_gpg = strcmp(name, "gpg") == 0;
    note_program();
    // Of the programs called gpg the one is meant that encrypts, not those that are asked for their version.
    if (!is_gpg || input_of_gpg >= 0) plan = mapped;
    process = getpid();
}

static enum place place_of_path(const char *path) {
    static const enum place places[] = {source, storage, home};
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(plan->paths[i]);
        if (length == 0 || strncmp(path, plan->paths[i], length) != 0) continue;
        if (path[length] != 0 && path[length] != '/') continue;
        char thread[16] = "";
        prctl(PR_GET_NAME, thread);
        return i == 0 && strcmp(thread, "count") == 0 ? counting : places[i];
    }
    return other;
}

static enum place place_of_pipe(int fd) {
    if (is_gpg) return fd == 1 ? gpg_output : fd == input_of_gpg ? gpg_input : control;
    // The worker makes the pipes of the data, and no others, as large as they can be; libgpgme, on the first thread, just
    // closes them.
    if (gettid() == process || real(fcntl)(fd, F_GETPIPE_SZ) <= 64 << 10) return control;
    return (real(fcntl)(fd, F_GETFL) & O_ACCMODE) == O_WRONLY ? gpg_input : gpg_output;
}

static enum place place_of(int fd) {
    if (is_worker && fd >= 0 && fd <= 2) return fd == 0 ? job : fd == 1 ? output : events;
    char link[64] = "/proc/self/fd/", path[4200], digits[16];
    int length = 0, error = errno;
    if (fd < 0) return other;
    unsigned rest = (unsigned)fd;
    do digits[length++] = (char)('0' + rest % 10); while (rest /= 10);
    char *end = link + strlen(link);
    while (length) *end++ = digits[--length];
    *end = 0;
    ssize_t count = real(readlink)(link, path, sizeof path - 1);
    errno = error;
    if (count <= 0) return other;
    path[count] = 0;
    return strncmp(path, "pipe:", 5) == 0 ? place_of_pipe(fd) : place_of_path(path);
}

static enum place place_at(int dir, const char *name) {
    if (!plan) return other;
    if (name && strncmp(name, "/proc/self/fd/", 14) == 0) return place_of(atoi(name + 14));
    return name && name[0] == '/' ? place_of_path(name) : place_of(dir);
}

// Counts a call. Returns what is to happen to it instead of what would: 0 for nothing.
static int fault(enum place place, enum call call, size_t length) {
    // What is forked is about to become another program.
    if (getpid() != process) return 0;
    uint32_t number = atomic_fetch_add(&plan->counts[place][call], 1) + 1;
    int kind = (int)plan->kind;
    if (kind == 0 || plan->place != place || plan->call != call) return 0;
    if (kind == kind_short && length < 2) return 0;
    if (plan->number == 0) {
        if (kind != kind_short && number % 2 == 0) return 0;
        atomic_fetch_add(&plan->injected, 1);
        return kind;
    }
    uint32_t none = 0;
    return number >= plan->number && atomic_compare_exchange_strong(&plan->injected, &none, 1) ? kind : 0;
}

static int fault_of(int fd, enum call call, size_t length) { return plan ? fault(place_of(fd), call, length) : 0; }

static int fault_at(int dir, const char *name, enum call call) {
    return plan ? fault(place_at(dir, name), call, 0) : 0;
}

// A call that had nothing to do yet comes again, and is counted then.
static ssize_t counted(ssize_t result, int fd, enum call call) {
    int error = errno;
    if (plan && result < 0 && error == EAGAIN && getpid() == process)
        atomic_fetch_sub(&plan->counts[place_of(fd)][call], 1);
    errno = error;
    return result;
}

// Half of it, in whole blocks where there are any.
static size_t half(size_t length) { return length >= 8192 ? length / 2 / 4096 * 4096 : length / 2; }

#define fail_if(what, failed) \
    do { \
        int kind_ = (what); \
        if (kind_ > 0 && kind_ < kind_short) return errno = kind_, (failed); \
    } while (0)

#define shorten(what, length, at_end) \
    do { \
        int kind_ = (what); \
        if (kind_ == kind_end) return (at_end); \
        if (kind_ == kind_short) (length) = half(length); \
        else if (kind_ > 0) return errno = kind_, -1; \
    } while (0)

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    fail_if(fault_at(AT_FDCWD, path, call_open), -1);
    return real(open)(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    fail_if(fault_at(dir, path, call_open), -1);
    return real(openat)(dir, path, flags, mode);
}

ssize_t read(int fd, void *bytes, size_t count) {
    shorten(fault_of(fd, call_read, count), count, 0);
    return counted(real(read)(fd, bytes, count), fd, call_read);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t offset) {
    shorten(fault_of(fd, call_read, count), count, 0);
    return real(pread)(fd, bytes, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    shorten(fault_of(fd, call_write, count), count, 0);
    return counted(real(write)(fd, bytes, count), fd, call_write);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    shorten(fault_of(fd, call_write, count), count, 0);
    return real(pwrite)(fd, bytes, count, offset);
}

int fstat(int fd, struct stat *status) {
    fail_if(fault_of(fd, call_stat, 0), -1);
    return real(fstat)(fd, status);
}

int fstatat(int dir, const char *restrict path, struct stat *restrict status, int flags) {
    fail_if(fault_at(dir, path, call_stat), -1);
    return real(fstatat)(dir, path, status, flags);
}

int statx(int dir, const char *restrict path, int flags, unsigned mask, struct statx *restrict status) {
    fail_if(fault_at(dir, path, call_stat), -1);
    return real(statx)(dir, path, flags, mask, status);
}

long syscall(long number, ...) {
    long a[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_getdents64) {
        size_t size = (size_t)a[2];
        shorten(fault_of((int)a[0], call_list, size), size, 0);
        a[2] = (long)size;
    }
    return real(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

struct dirent *readdir(DIR *directory) {
    fail_if(fault_of(dirfd(directory), call_list, 0), NULL);
    return real(readdir)(directory);
}

ssize_t flistxattr(int fd, char *list, size_t size) {
    fail_if(fault_of(fd, call_list_xattrs, 0), -1);
    return real(flistxattr)(fd, list, size);
}

ssize_t listxattr(const char *path, char *list, size_t size) {
    fail_if(fault_at(AT_FDCWD, path, call_list_xattrs), -1);
    return real(listxattr)(path, list, size);
}

ssize_t fgetxattr(int fd, const char *name, void *value, size_t size) {
    fail_if(fault_of(fd, call_get_xattr, 0), -1);
    return real(fgetxattr)(fd, name, value, size);
}

ssize_t getxattr(const char *path, const char *name, void *value, size_t size) {
    fail_if(fault_at(AT_FDCWD, path, call_get_xattr), -1);
    return real(getxattr)(path, name, value, size);
}

int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags) {
    fail_if(fault_of(fd, call_set_xattr, 0), -1);
    return real(fsetxattr)(fd, name, value, size, flags);
}

ssize_t readlinkat(int dir, const char *restrict path, char *restrict target, size_t size) {
    fail_if(fault_at(dir, path, call_readlink), -1);
    return real(readlinkat)(dir, path, target, size);
}

off_t lseek(int fd, off_t offset, int whence) {
    fail_if(fault_of(fd, call_seek, 0), -1);
    return real(lseek)(fd, offset, whence);
}

int posix_fadvise(int fd, off_t offset, off_t count, int advice) {
    int kind = fault_of(fd, call_advise, 0);
    return kind > 0 ? kind : real(posix_fadvise)(fd, offset, count, advice);
}

int sync_file_range(int fd, off64_t offset, off64_t count, unsigned flags) {
    fail_if(fault_of(fd, call_writeback, 0), -1);
    return real(sync_file_range)(fd, offset, count, flags);
}

int fsync(int fd) {
    fail_if(fault_of(fd, call_sync, 0), -1);
    return real(fsync)(fd);
}

int fdatasync(int fd) {
    fail_if(fault_of(fd, call_sync, 0), -1);
    return real(fdatasync)(fd);
}

int syncfs(int fd) {
    fail_if(fault_of(fd, call_sync, 0), -1);
    return real(syncfs)(fd);
}

int renameat(int from, const char *old, int to, const char *new) {
    fail_if(fault_at(to, new, call_rename), -1);
    return real(renameat)(from, old, to, new);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    fail_if(fault_at(to, new, call_rename), -1);
    return real(renameat2)(from, old, to, new, flags);
}

int unlinkat(int dir, const char *path, int flags) {
    fail_if(fault_at(dir, path, call_unlink), -1);
    return real(unlinkat)(dir, path, flags);
}

// As close(2) has it, the descriptor is gone whatever is reported.
int close(int fd) {
    int kind = fault_of(fd, call_close, 0), result = real(close)(fd);
    fail_if(kind, -1);
    return result;
}

int poll(struct pollfd *files, nfds_t count, int timeout) {
    fail_if(count > 0 ? fault_of(files->fd, call_poll, 0) : 0, -1);
    return real(poll)(files, count, timeout);
}

pid_t waitpid(pid_t process, int *status, int options) {
    if (plan && !(options & WNOHANG)) fail_if(fault(control, call_wait, 0), -1);
    return real(waitpid)(process, status, options);
}

// The same calls under the names they have for files beyond 2 GiB, which here are no others.
int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));
ssize_t pread64(int, void *, size_t, off64_t) __attribute__((alias("pread")));
ssize_t pwrite64(int, const void *, size_t, off64_t) __attribute__((alias("pwrite")));
