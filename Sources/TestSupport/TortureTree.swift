public import SystemPackage

/// A tree that holds what is hard to copy faithfully; made as root.
public enum TortureTree: Sendable {
    /// What every filesystem holds, in a moment.
    case small
    /// What takes longer or needs a btrfs with nodes of 64 KiB, beside it: large files and attributes, a very deep tree, a very full directory, nested subvolumes,
    /// files that must not be changed.
    case full

    /// Entries that bsdtar 3.6 gets wrong whoever wrote the archive: it reads fractions of seconds before 1970 the wrong way
    /// round, does not decode names of extended attributes with `=` in them, and clips numbers in ACLs to 31 bits.
    public static let unreadableForBsdtar = ["gnu-tar"]

    /// Makes the tree at `root`, a directory that does not exist.
    public func make(at root: FilePath) async throws {
        try await shell("mkdir '\(root)'; cd '\(root)'\n" + Self.scripts)
        guard self == .full else { return }
        try await shell("cd '\(root)'\n" + Self.fullScripts)
    }

    private static let scripts = [types, owners, times, names, links, holes, attributes, forGNUTar].joined(
        separator: "\n"
    )
    private static let fullScripts = [large, deep, crowded, protected].joined(separator: "\n")

    private static let types = """
        mkdir types empty-directory
        cd types
        echo content >file
        : >empty
        head -c 200000 /dev/urandom >middling
        head -c 3000000 /dev/urandom >large
        mkfifo fifo
        mknod character c 1 3
        mknod block b 7 200
        mknod far-minor c 4095 1048575
        ln -s file link
        ln -s nowhere dangling
        ln -s "$(head -c 4095 /dev/zero | tr '\\0' t)" long-link || ln -s "$(head -c 1000 /dev/zero | tr '\\0' t)" long-link
        python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
        cd ..
        """

    private static let owners = """
        mkdir owners
        cd owners
        for mode in 0000 0400 0755 4755 2755 1777 6711 7777; do echo $mode >$mode; chmod $mode $mode; done
        mkdir sticky set-group
        chmod 1777 sticky
        chmod 2775 set-group
        touch above-21-bits last-id
        chown 3000000:2097152 above-21-bits
        chown 4294967294:4294967294 last-id
        cd ..
        """

    private static let times = """
        mkdir times
        cd times
        for time in 1901-12-13T20:45:53 1969-12-31T23:59:59 1970-01-01T00:00:00 1970-01-01T00:00:00.000000001 \\
            1960-02-29T12:00:00 2038-01-19T03:14:08.5 2106-02-07T06:28:16.123456789 \\
            2400-02-29T00:00:00.1; do
            echo $time >"$time"
            touch -d "${time}Z" "$time"
        done
        mkdir directory
        touch -d 1999-12-31T23:59:59.987654321Z directory
        ln -s x link
        touch -h -d 1965-06-07T08:09:10Z link
        cd ..
        """

    private static let names = """
        mkdir names
        cd names
        touch "$(printf 'decomposed e\\314\\201')"
        touch -- ' ' '-rf' '*' 'a\\b' "$(printf 'new\\nline\\ttab\\033')" "$(printf 'invalid\\377\\200utf8')" 'naïve' '日本語'
        touch "$(head -c 255 /dev/zero | tr '\\0' n)" "$(printf '\\303\\244%.0s' $(seq 127))"
        mkdir "$(printf 'directory\\377')"
        echo inside >"$(printf 'directory\\377/inside\\376')"
        ln -s "$(printf 'target\\377')" "$(printf 'link\\377')"
        ln "$(printf 'directory\\377/inside\\376')" "$(printf 'hard\\377')"
        ln -s 'naïve' 'link to naïve'
        mkdir -p "$(printf 'component%.0s/' $(seq 100))"
        echo deep >"$(printf 'component%.0s/' $(seq 100))file"
        ln "$(printf 'component%.0s/' $(seq 100))file" deep-hard-link
        cd ..
        """

    private static let links = """
        mkdir -p links/other
        cd links
        echo shared >one
        ln one two
        ln one other/three
        head -c 2000000 /dev/urandom >large
        ln large other/large
        ln -s target symlink
        ln symlink other/symlink
        mkfifo fifo
        ln fifo other/fifo
        mknod device c 1 5
        ln device other/device
        : >empty
        ln empty other/empty
        cd ..
        """

    private static let holes = """
        mkdir holes
        cd holes
        truncate -s 1M only
        truncate -s 1 one-byte
        truncate -s 10M start; printf x | dd of=start bs=1 seek=9437184 conv=notrunc status=none
        printf x >end; truncate -s 10M end
        for i in 0 5 9; do head -c 70000 /dev/urandom | dd of=middle bs=64k seek=$((i * 32)) conv=notrunc status=none; done
        for i in $(seq 0 2 400); do printf $i | dd of=many bs=4k seek=$i conv=notrunc status=none; done
        truncate -s 1T terabyte; printf x | dd of=terabyte bs=1 seek=600000000000 conv=notrunc status=none
        printf shared >linked; truncate -s 5M linked; ln linked linked-too
        cd ..
        """

    private static let attributes = """
        mkdir attributes
        cd attributes
        for name in file directory; do [ $name = file ] && touch $name || mkdir $name
            setfattr -n user.text -v value $name
            setfattr -n user.empty $name
            setfattr -n user.binary -v 0x00ff0a3d00 $name
            setfattr -n user.größe -v 'naïve' $name
            setfattr -n 'user.with a space' -v 1 $name
            setfattr -n 'user.100%' -v 1 $name
            setfattr -n "$(printf 'user.invalid\\377')" -v 1 $name
            setfattr -n trusted.of-root -v root $name
            setfattr -n security.of-test -v label $name
        done
        touch large many program acl
        setfattr -n user.large -v "$(head -c 3000 /dev/zero | tr '\\0' v)" large
        for i in $(seq 40); do setfattr -n user.number-$i -v $i many; done
        setcap cap_net_raw,cap_sys_admin+ep program
        setfacl -n -m u:1:rwx,u:2000000000:r,g:7:rw,g:3000000:-,m:r acl
        mkdir acl-directory
        setfacl -m u:12:rwx,d:u:34:r,d:g:56:w,d:m:rwx acl-directory
        mkdir acl-directory/inherits
        touch acl-directory/inherits-too
        ln -s x link
        setfattr -h -n trusted.on-link -v l link
        mkfifo fifo
        setfattr -n trusted.on-fifo -v f fifo
        setfacl -m u:5:rw fifo
        cd ..
        """

    /// What GNU tar reads rightly and bsdtar does not: see ``unreadableForBsdtar``.
    private static let forGNUTar = """
        mkdir gnu-tar
        cd gnu-tar
        touch -d 1960-02-29T12:00:00.25Z 1960
        touch -d 1969-12-31T23:59:59.25Z 1969
        touch -d 1969-12-31T23:59:59.999999999Z 1970
        touch -d 1935-01-01T00:00:00.999999999Z 1935
        ln -s x link
        touch -h -d 1965-06-07T08:09:10.5Z link
        touch attribute-name
        setfattr -n 'user.name=with%3Dsigns' -v odd attribute-name
        touch acl
        setfacl -n -m u:4000000000:r,g:4294967290:rwx,m:r acl
        cd ..
        """

    private static let large = """
        mkdir large
        cd large
        truncate -s 9G nine; head -c 5000000 /dev/urandom | dd of=nine bs=1M seek=8500 conv=notrunc status=none
        touch attribute
        setfattr -n user.large -v "$(head -c 60000 /dev/zero | tr '\\0' v)" attribute
        cd ..
        """

    private static let deep = """
        mkdir deep
        cd deep
        for i in $(seq 45); do mkdir "$(printf 'level-%-70d' $i | tr ' ' x)"; cd "$(printf 'level-%-70d' $i | tr ' ' x)"; done
        echo bottom >bottom
        cd - >/dev/null
        """

    private static let crowded = """
        cd "$OLDPWD"; while [ ! -d holes ]; do cd ..; done
        mkdir crowded
        (cd crowded; seq -f 'entry-%06.0f' 100000 | xargs touch)
        """

    private static let protected = """
        mkdir protected
        touch protected/immutable protected/append-only
        chattr +i protected/immutable
        chattr +a protected/append-only
        if btrfs subvolume show . >/dev/null 2>&1 || [ "$(stat -f -c %T .)" = btrfs ]; then
            btrfs subvolume create nested >/dev/null
            echo in nested >nested/file
            btrfs subvolume create nested/inner >/dev/null
            echo in inner >nested/inner/file
        else
            mkdir -p nested/inner
        fi
        """
}
