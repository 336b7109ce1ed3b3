import SystemPackage
import TestSupport
import Testing

/// Downloads of more bytes than 32 bits count.
@Suite(.needsRoot, .timeLimit(.minutes(5)))
struct LargeDownloadTests {
    @Test func `parts on both sides of 4 GiB are right, several at a time, and so is what is resumed there`()
        async throws
    {
        try await withService(rules: [TestService.webRules()]) { service async throws in
            try await service.withDaemon { _ async throws in
                // Mostly a hole, with what the service writes beside an export, as to make one of that size takes minutes.
                try await shell(
                    """
                    cd \(service.backups); file=nexus_backup_7.tar.gpg
                    for start in 0 4294000000 5369000000; do
                        head -c 2000000 /dev/urandom \
                            | dd of=$file bs=1M seek=$start oflag=seek_bytes iflag=fullblock conv=notrunc status=none
                    done
                    printf '{"version":1,"id":7,"description":"","snapshotCreated":1,"created":1,"size":%d,"inode":%d,
                        "sha256":"%064d","entryCount":1,"leftOut":[],"leftOutCount":0}' \
                        $(stat -c '%s %i' $file) 7 > nexus_backup_7.json
                    """
                )
                try await service.withSite { site async throws in
                    let url = "-H 'Authorization: Bearer \(site.token)' \(site.url(7))"
                    try await shell(
                        """
                        cd \(site.directory); file=\(service.backups)/nexus_backup_7.tar.gpg
                        ranges=(0-99999 4294967290-4294967300 4294967295-4294967295 4294967296-4294967296
                            4294000000-4295999999 4294967296-4297000000 5368900000-5370999999)
                        for range in "${ranges[@]}"; do curl -sSf -r $range \(url) > part-$range & done
                        wait
                        for range in "${ranges[@]}"; do
                            first=${range%-*} last=${range#*-}
                            cmp part-$range <(tail -c +$((first + 1)) $file | head -c $((last - first + 1)) || true)
                        done
                        curl -sSf -r 4294967290-4294967300 -D - -o part \(url) \
                            | grep -i '^content-range: bytes 4294967290-4294967300/5371000000' >&2
                        truncate -s 5369000000 rest; curl -sSf -C - -o rest \(url)
                        cmp <(tail -c 2000000 rest) <(tail -c 2000000 $file); [[ $(stat -c %s rest) == 5371000000 ]]
                        """
                    )
                }
            }
        }
    }
}
