import FoundationEssentials
public import SystemPackage

/// Everything that a filesystem keeps of the tree at `path`, one line for each entry, in an order that depends on nothing
/// else: two trees are the same exactly if their descriptions are.
///
/// It is read by Python, not by this project's own code, which is what is tested. Names are shown as bytes, contents as a
/// digest and a map of data and holes, and of hard links which is the first. Sockets are passed over, as no archive holds them.
public func describeTree(_ path: FilePath) async throws -> [String] {
    try await shell("/usr/bin/python3 - \(path)", input: describingScript).split(separator: "\n").map(String.init)
}

private let describingScript = """
    import os, stat, sys, hashlib
    first = {}
    def extents(fd, size):
        result, position = [], 0
        while position < size:
            try: data = os.lseek(fd, position, os.SEEK_DATA)
            except OSError: break
            position = os.lseek(fd, data, os.SEEK_HOLE)
            result.append((data, min(position, size)))
        return result
    def contents(name, size, directory):
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=directory)
        digest, ranges = hashlib.sha256(), extents(fd, size)
        for start, end in ranges:
            digest.update(b"%d-" % start)
            while start < end:
                block = os.pread(fd, min(1 << 20, end - start), start)
                digest.update(block.rstrip(b"\\0"))
                start += len(block)
        os.close(fd)
        allocated = sum(end - start for start, end in ranges)
        return f"{digest.hexdigest()} {'sparse' if allocated < size else 'dense'}"
    def attributes(name, directory):
        fd = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=directory)
        path = f"/proc/self/fd/{fd}"
        try: result = {k: os.getxattr(path, k).hex() for k in sorted(os.listxattr(path))}
        except OSError: result = {}
        os.close(fd)
        return result
    def describe(name, path, directory):
        s = os.lstat(name, dir_fd=directory)
        if stat.S_ISSOCK(s.st_mode): return
        facts = [path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, attributes(name, directory)]
        if stat.S_ISDIR(s.st_mode): pass
        elif s.st_nlink > 1:
            facts.append(("link of", first.setdefault((s.st_dev, s.st_ino), path)))
        if stat.S_ISREG(s.st_mode): facts += [s.st_size, contents(name, s.st_size, directory)]
        if stat.S_ISLNK(s.st_mode): facts.append(os.readlink(name, dir_fd=directory))
        if stat.S_ISCHR(s.st_mode) or stat.S_ISBLK(s.st_mode): facts.append(s.st_rdev)
        print(facts)
        if stat.S_ISDIR(s.st_mode):
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY, dir_fd=directory)
            for child in sorted(os.fsencode(n) for n in os.listdir(fd)):
                describe(child, path + b"/" + child, fd)
            os.close(fd)
    sys.setrecursionlimit(100000)
    top = os.open(sys.argv[1], os.O_RDONLY)
    describe(b".", b".", top)
    """
