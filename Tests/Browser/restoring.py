"""Files brought back: found in the tree and by searching, from the snapshot and, when that is gone, with the password."""

from playwright.sync_api import expect

from site_under_test import PHONE, call, wait_until_idle

PASSWORD = "restore-me-2345"


def run(site):
    page = site.window()
    site.log_in(page)
    status, created = call(page, "POST", "/snapshots", {"system": True, "data": True, "description": "to restore from"})
    assert status == 201, created
    backup = created["id"]
    status, job = call(page, "POST", "/backups", {"id": backup, "password": PASSWORD})
    assert status == 202, job
    assert wait_until_idle(page)["last_result"] == "done"
    from_tree_beside(site, page, backup)
    from_search_with_password(site, page, backup)
    on_a_phone(site)
    read_only(site)


def from_tree_beside(site, page, backup):
    site.visit(page, "restore")
    page.get_by_label("Backup", exact=True).select_option(str(backup))
    # The index is made after the backup has ended, and the page waits for it.
    page.get_by_role("button", name="Open system").click()
    page.get_by_role("button", name="Open etc").click()
    page.get_by_label("hosts", exact=True).check()
    expect(page.get_by_text(f"1 item selected from backup {backup}")).to_be_visible()
    # A directory stands for what is in it.
    page.get_by_label("etc", exact=True).check()
    expect(page.get_by_label("hostname", exact=True)).to_be_checked()
    expect(page.get_by_label("hostname", exact=True)).to_be_disabled()
    page.get_by_label("etc", exact=True).uncheck()
    expect(page.get_by_label("hostname", exact=True)).not_to_be_checked()
    site.picture(page, "restore-tree", whole=False)
    page.get_by_role("button", name="Restore …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("system/etc/hosts")).to_be_visible()
    expect(dialog.get_by_label("Password of the backup")).to_have_count(0)
    site.picture(page, "restore-dialog", whole=False)
    dialog.get_by_role("button", name="Restore").click()
    expect(page.get_by_text(f"Restoring from backup {backup} is done.")).to_be_visible()
    site.picture(page, "restored")
    beside = list((site.root / "broot/system/etc").glob("hosts_*"))
    assert [file.read_text() for file in beside] == ["127.0.0.1 localhost\n"], beside


def from_search_with_password(site, page, backup):
    changed = site.root / "broot/data/photos/Ein Name mit Umläuten.txt"
    original = changed.read_bytes()
    changed.write_text("spoiled")
    assert call(page, "DELETE", f"/snapshots/{backup}")[0] == 204
    site.visit(page, "overview")
    site.visit(page, "restore")
    search = page.get_by_label("Search in all backups")
    search.press_sequentially("um")
    expect(page.get_by_role("button", name="Open system")).to_be_visible()
    search.press_sequentially("läu")
    found = page.get_by_role("region").or_(page.locator("section")).filter(has_text=f"Backup {backup} ·")
    found.get_by_label("data/photos/Ein Name mit Umläuten.txt").check()
    site.picture(page, "restore-search", whole=False)
    page.get_by_role("button", name="Restore …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In place, replacing what is there").check()
    expect(dialog.get_by_role("button", name="Restore")).to_be_disabled()
    dialog.get_by_label("Password of the backup").fill(PASSWORD)
    site.picture(page, "restore-dialog-password", whole=False)
    dialog.get_by_role("button", name="Restore").click()
    expect(page.get_by_text(f"Restoring from backup {backup} is done.")).to_be_visible()
    assert changed.read_bytes() == original
    search.fill("nothing is called so")
    expect(page.get_by_text("No file is called")).to_be_visible()


def on_a_phone(site):
    page = site.window(PHONE, scheme="dark", device_scale_factor=2)
    site.log_in(page, at="restore")
    page.get_by_role("button", name="Open data").click()
    expect(page.get_by_label("noise", exact=True)).to_be_visible()
    page.get_by_label("noise", exact=True).check()
    site.picture(page, "restore-phone-dark", whole=False)
    page.get_by_role("button", name="Restore …").click()
    site.picture(page, "restore-dialog-phone-dark", whole=False)


def read_only(site):
    page = site.window()
    site.log_in(page, site.read_only_token, at="restore")
    expect(page.get_by_role("button", name="Open data")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        expect(box).to_be_disabled()
    status, problem = call(page, "POST", "/backups/1/restore", {"paths": ["system"], "mode": "in_place"})
    assert (status, problem["code"]) == (403, "ReadOnly"), problem
