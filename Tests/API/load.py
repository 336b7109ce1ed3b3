"""Many clients at once: some that ask how the job is, again and again, and some that download; no error, and bounded memory.

Usage: load.py [--seconds S] [--pollers N] [--downloads N] [--pid PID], with the address and a token in the environment.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

ADDRESS = urlsplit(os.environ["NEXUS_ADDRESS"])
HEAD = f"Host: {ADDRESS.netloc}\r\nAuthorization: Bearer {os.environ['NEXUS_TOKEN']}\r\n\r\n"
# Other work on the machine may keep a request waiting for long; it still comes.
PATIENCE = 60


class Tally:
    """What came of all requests."""

    def __init__(self):
        self.latencies = []
        self.downloaded = 0
        self.downloads = 0
        self.errors = []


async def response(reader):
    """The status of a response, and the length of its body."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode().split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    return int(head[0].split()[1]), int(fields.get("content-length", 0))


async def poll(tally, deadline):
    reader, writer = await asyncio.open_connection(ADDRESS.hostname, ADDRESS.port)
    while time.monotonic() < deadline:
        start = time.monotonic()
        writer.write(f"GET /api/v1/job HTTP/1.1\r\n{HEAD}".encode())
        status, length = await response(reader)
        body = await asyncio.wait_for(reader.readexactly(length), PATIENCE)
        assert status == 200 and "id" in json.loads(body), (status, body)
        tally.latencies.append(time.monotonic() - start)
    writer.close()


async def download(tally, deadline, path):
    while time.monotonic() < deadline:
        reader, writer = await asyncio.open_connection(ADDRESS.hostname, ADDRESS.port)
        writer.write(f"GET {path} HTTP/1.1\r\n{HEAD}".encode())
        status, length = await response(reader)
        assert status == 200, status
        while length > 0:
            part = await asyncio.wait_for(reader.read(min(length, 1 << 16)), PATIENCE)
            assert part, "a download ended early"
            length -= len(part)
            tally.downloaded += len(part)
            # Slow clients are those that hold something in memory, if anything does.
            if time.monotonic() >= deadline:
                break
            await asyncio.sleep(0)
        tally.downloads += 1
        writer.close()


async def guarded(tally, work):
    try:
        await work
    except Exception as error:
        tally.errors.append(f"{type(error).__name__}: {error}")


def resident(pid):
    """Bytes of memory the process has to itself, and the most it ever had."""
    text = Path(f"/proc/{pid}/status").read_text()
    fields = {line.split(":")[0]: line.split()[1] for line in text.splitlines() if line.startswith(("RssAnon", "VmHWM"))}
    return int(fields["RssAnon"]) * 1024


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pollers", type=int, default=200)
    parser.add_argument("--downloads", type=int, default=20)
    parser.add_argument("--file", required=True, help="the path of a backup, such as /nexus-backups/nexus_backup_1.tar.gpg")
    parser.add_argument("--pid", type=int, help="the process whose memory is watched")
    parser.add_argument("--memory", type=int, default=256 << 20, help="the most bytes it may have to itself")
    options = parser.parse_args()
    tally = Tally()
    deadline = time.monotonic() + options.seconds
    most = 0

    async def watch():
        nonlocal most
        while time.monotonic() < deadline and options.pid:
            most = max(most, resident(options.pid))
            await asyncio.sleep(0.1)

    work = [poll(tally, deadline) for _ in range(options.pollers)]
    work += [download(tally, deadline, options.file) for _ in range(options.downloads)]
    await asyncio.gather(watch(), *(guarded(tally, each) for each in work))
    latencies = sorted(tally.latencies) or [0]
    result = {
        "seconds": options.seconds,
        "requests": len(tally.latencies),
        "median_ms": round(1000 * latencies[len(latencies) // 2], 1),
        "p99_ms": round(1000 * latencies[len(latencies) * 99 // 100], 1),
        "downloads": tally.downloads,
        "downloaded_bytes": tally.downloaded,
        "memory_bytes": most,
        "errors": len(tally.errors),
    }
    print(json.dumps(result))
    if tally.errors or not tally.latencies or not tally.downloaded or most > options.memory:
        print("\n".join(tally.errors[:10]) or "memory or work out of bounds", file=sys.stderr)
        sys.exit(1)


asyncio.run(main())
