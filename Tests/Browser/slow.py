"""The page over a line as slow as a modem's."""

from playwright.sync_api import expect

# 56 kbit a second.
BYTES_PER_SECOND = 7000
LATENCY = 300


def run(site):
    page = site.window()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND},
    )
    site.log_in(page)
    expect(page.locator(".facts")).to_be_visible()
    site.visit(page, "snapshots")
    page.get_by_role("button", name="Take a snapshot").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Description").fill("over a slow line")
    dialog.get_by_role("button", name="Take a snapshot").click()
    expect(page.get_by_text("was taken.")).to_be_visible()
    # What was loaded once is not loaded again.
    received = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.reload()
    expect(page.get_by_text("over a slow line")).to_be_visible()
    assert sum(received) < 10_000, received
