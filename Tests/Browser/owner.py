"""What an owner does: log in, snapshot, backup, copy the password, watch, download, decrypt, verify, go back, delete."""

import os
import re
import tempfile
from pathlib import Path

from playwright.sync_api import expect

import decryption
from site_under_test import call, wait_until_idle

DESCRIPTION = '<img src=x onerror="document.title=1">'


def run(site):
    page = site.window()
    log_in(site, page)
    take_snapshot(site, page)
    password = start_backup(site, page)
    download(site, page, password)
    verify(site, page, password)
    cancel(site, page)
    go_back_and_undo(site, page)
    delete(site, page)


def log_in(site, page):
    page.goto(site.address)
    expect(page.get_by_label("Token")).to_be_focused()
    site.picture(page, "login")
    page.get_by_label("Token").fill("nxb_" + "0" * 64)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no such token")
    site.picture(page, "login-refused")
    site.log_in(page)
    expect(page.get_by_text("There is no backup yet.")).to_be_visible()
    free = page.locator(".fact").filter(has_text="Free for backups").locator(".value")
    assert re.fullmatch(r"[\d.]+\s?[kMGTP]?B", free.inner_text()), free.inner_text()
    site.picture(page, "overview-empty")


def take_snapshot(site, page):
    site.visit(page, "snapshots")
    expect(page.get_by_text("No snapshots yet")).to_be_visible()
    site.picture(page, "snapshots-empty")
    page.get_by_role("button", name="Take a snapshot").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("System").uncheck()
    dialog.get_by_label("Data").uncheck()
    expect(dialog.get_by_role("button", name="Take a snapshot")).to_be_disabled()
    dialog.get_by_label("System").check()
    dialog.get_by_label("Data").check()
    dialog.get_by_label("Description").fill(DESCRIPTION)
    site.picture(page, "snapshot-dialog", whole=False)
    dialog.get_by_role("button", name="Take a snapshot").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Snapshot 1 was taken.")).to_be_visible()
    # Data is text, whatever stands in it.
    expect(page.get_by_text(DESCRIPTION)).to_be_visible()
    assert page.locator("main img").count() == 0
    assert page.title() == "Snapshots – nexus-backup"
    site.picture(page, "snapshots")


def start_backup(site, page):
    site.visit(page, "backups")
    expect(page.get_by_text("No backups yet")).to_be_visible()
    site.picture(page, "backups-empty")
    page.get_by_role("button", name="Start a backup").click()
    dialog = page.get_by_role("dialog")
    start = dialog.get_by_role("button", name="Start backup")
    expect(start).to_be_disabled()
    shown = dialog.locator("#new-password")
    first = shown.inner_text()
    dialog.get_by_role("button", name="Make another").click()
    password = shown.inner_text()
    assert first != password and re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){6}[a-hjkmnp-z2-9]{4}", password), password
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == password
    site.picture(page, "backup-dialog", whole=False)
    dialog.get_by_label("I have saved it").check()
    start.click()
    expect(dialog).to_have_count(0)
    # Sent and forgotten: it is nowhere on the page any more.
    assert password not in page.content()
    progress = page.get_by_role("progressbar")
    expect(progress).to_be_visible()
    expect(page.get_by_text(re.compile(r"B/s"))).to_be_visible()
    site.picture(page, "backup-running")
    expect(page.get_by_text("Backup 1 is complete.")).to_be_visible()
    expect(progress).to_have_count(0)
    expect(page.get_by_role("listitem").get_by_text("#1")).to_be_visible()
    site.picture(page, "backups")
    return password


def download(site, page, password):
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download").click()
    _, document = call(page, "GET", "/backups")
    with tempfile.TemporaryDirectory(prefix="nx-download-") as directory:
        file = Path(directory) / begun.value.suggested_filename
        begun.value.save_as(file)
        assert file.name == "nexus_backup_1.tar.gpg"
        assert decryption.checksum(file) == document["backups"][0]["sha256"]
        opened = Path(directory) / "opened"
        opened.mkdir()
        decryption.open_backup(file, password, opened)
        for source in ("system", "data"):
            decryption.compare(site.root / "broot/snapshot/snapshots/1" / source, opened / source)


def verify(site, page, password):
    page.get_by_role("button", name="Verify").click()
    page.get_by_label("Password of the backup").fill("not the password")
    page.get_by_role("dialog").get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The work on backup 1 failed.")).to_contain_text("Look at where you saved the password")
    site.picture(page, "verify-refused")
    page.get_by_role("button", name="Verify").click()
    page.get_by_label("Password of the backup").fill(password)
    page.get_by_role("dialog").get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Backup 1 is as it was written.")).to_be_visible()
    expect(page.locator(".tag", has_text="verified")).to_be_visible()
    site.picture(page, "backups-verified")


def cancel(site, page):
    # So much that it is not done before all of this was clicked, however slow the machine is.
    more = site.root / "broot/data/more"
    more.write_bytes(os.urandom(200_000_000))
    status, snapshot = call(page, "POST", "/snapshots", {"system": False, "data": True, "description": "large"})
    assert (status, snapshot["id"]) == (201, 2), snapshot
    page.get_by_role("button", name="Start a backup").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Snapshot").select_option("1")
    expect(dialog.get_by_text("There is a backup of this snapshot already.")).to_be_visible()
    dialog.get_by_label("Snapshot").select_option("2")
    expect(dialog.get_by_text("There is a backup of this snapshot already.")).to_be_hidden()
    dialog.get_by_label("I have saved it").check()
    dialog.get_by_role("button", name="Start backup").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    # What an export reads can't be deleted, and the page says so.
    site.visit(page, "snapshots")
    page.locator("[data-key=delete-2]").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.locator(".notice.bad")).to_be_visible()
    site.picture(page, "refused", whole=False)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    site.visit(page, "backups")
    page.locator("[data-key=cancel-job]").click()
    dialog.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("The work on backup 2 was cancelled.")).to_be_visible()
    assert wait_until_idle(page)["last_result"] == "cancelled"
    assert call(page, "DELETE", "/snapshots/2")[0] == 204
    more.unlink()


def go_back_and_undo(site, page):
    changed = site.root / "broot/data/changed"
    changed.write_text("after the snapshot")
    site.visit(page, "snapshots")
    page.locator("[data-key=activate-1]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("First a snapshot of the present state is taken")).to_be_visible()
    site.picture(page, "activate-dialog", whole=False)
    dialog.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_text("Snapshot 1 is live now. The state before is snapshot 3.")).to_be_visible()
    assert not changed.exists()
    site.picture(page, "activated")
    page.get_by_role("button", name="Undo").click()
    dialog.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_text("Snapshot 3 is live now.")).to_be_visible()
    assert changed.read_text() == "after the snapshot"


def delete(site, page):
    page.locator("[data-key=delete-1]").click()
    dialog = page.get_by_role("dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-key=delete-1]")).to_be_focused()
    page.locator("[data-key=delete-1]").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Snapshot 1 was deleted.")).to_be_visible()
    expect(page.locator("[data-key=delete-1]")).to_have_count(0)
    site.visit(page, "backups")
    expect(page.get_by_text("snapshot deleted")).to_be_visible()
