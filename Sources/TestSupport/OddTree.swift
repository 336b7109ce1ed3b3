public import SystemPackage

/// Fills the directory `path` with entries of every type and with everything odd that a filesystem allows. Needs root.
public func makeOddTree(in path: FilePath) async throws {
    try await shell("cd \(path); umask 022; \(oddTreeScript)")
    try await shell("/usr/bin/python3 - \(path)", input: deepTreeScript)
}

private let oddTreeScript = #"""
    mkdir -p types/empty; printf x > types/plain; : > types/nothing; mkfifo types/fifo
    mknod types/null c 1 3; mknod types/loop b 7 200
    ln -s plain types/link; ln -s 'no//where/./' types/dangling; ln -s "$(printf 'x%.0s' $(seq 4095))" types/long-link
    /usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("types/socket")'
    mkdir modes; for m in 0000 0001 0644 1755 2755 4755 6777; do : > modes/$m; chmod $m modes/$m; done; chmod 1777 modes
    mkdir owners; for o in 0:0 1:2 65534:65534 3000000:3000001 4294967294:4294967294; do : > owners/$o; chown $o owners/$o; done
    mkdir times; touch -d '1901-12-13 20:45:53 UTC' times/old; touch -d '1969-12-31 23:59:59.999999999 UTC' times/before
    touch -d '1970-01-01 00:00:00 UTC' times/epoch; touch -d '2038-01-19 03:14:08.5 UTC' times/after
    touch -d '2106-02-07 06:28:17.000000001 UTC' times/late; ln -s x times/link; touch -h -d '2001-01-01 00:00:00.25' times/link
    mkdir names; cd names; touch -- "$(printf 'new\nline')" "$(printf 'b\377\376d')" ' ' '-rf' 'ümläut ☃' '\back' "quo'te" '*' '='
    touch "$(printf 'y%.0s' $(seq 255))"; mkdir "$(printf 'z%.0s' $(seq 255))"; touch .hidden; cd ..
    mkdir -p links/below; echo one > links/a; ln links/a links/b; ln links/a links/below/c; ln types/fifo links/fifo
    ln types/null links/null; ln types/link links/link; echo two > links/two; ln links/two links/'n w'
    mkdir sparse; truncate -s 10M sparse/all-hole; truncate -s 4G sparse/large
    printf data | dd of=sparse/start bs=1 conv=notrunc status=none; truncate -s 5M sparse/start
    truncate -s 5M sparse/end; printf data | dd of=sparse/end bs=1 seek=5242876 conv=notrunc status=none
    truncate -s 5M sparse/middle; printf data | dd of=sparse/middle bs=1 seek=2000000 conv=notrunc status=none
    mkdir attributes; : > attributes/file; setfattr -n user.comment -v hello attributes/file
    setfattr -n user.empty attributes/file; setfattr -n trusted.t -v 0x00ff0a3d attributes/file
    setfattr -n 'user.odd name' -v x attributes/file; setfattr -n user.dir -v x attributes
    head -c 3000 /dev/urandom > attributes/value; setfattr -n user.large -v "0x$(od -An -tx1 -v attributes/value | tr -d ' \n')" attributes/value
    setfattr -h -n trusted.link -v x types/link; cp /bin/true attributes/capable; setcap cap_net_raw,cap_chown+ep attributes/capable
    mkdir acls; : > acls/file; setfacl -m u:1234:rwx,u:3000000:r,g:77:r,m:rw acls/file; setfacl -d -m u:99:r,g:5:rwx acls
    setfacl -m u:7:x acls; head -c 300000 /dev/urandom > noise; head -c 200000 < <(yes text) > text
    touch -d '2010-10-10 10:10:10.101010101' types modes names acls attributes links links/below sparse .
    """#

/// As long as GNU tar can extract: it hands whole paths to the kernel, which takes 4,095 bytes.
private let deepTreeScript = """
    import os, sys
    os.chdir(sys.argv[1]); os.mkdir("deep"); os.chdir("deep")
    for i in range(19):
        os.mkdir("d" * 200); os.chdir("d" * 200)
    with open("bottom", "w") as file: file.write("x")
    os.symlink("../" * 1300 + "end", "link")
    """
