"""What the holder of a read-only token sees and is refused."""

from playwright.sync_api import expect

from site_under_test import call


def run(site):
    page = site.window()
    site.log_in(page, site.read_only_token)
    expect(page.locator("#role")).to_have_text("read-only")
    for name, buttons in {"snapshots": ["Take a snapshot", "Back up", "Go back to it", "Delete"], "backups": ["Start a backup"]}.items():
        site.visit(page, name)
        for label in buttons:
            for button in page.get_by_role("button", name=label).all():
                expect(button).to_be_disabled()
                assert "read-only" in button.get_attribute("title")
        site.picture(page, f"read-only-{name}")
    _, document = call(page, "GET", "/snapshots")
    first = document["snapshots"][0]["id"]
    refused = [
        ("POST", "/snapshots", {"system": True, "data": True, "description": ""}),
        ("DELETE", f"/snapshots/{first}", None),
        ("POST", f"/snapshots/{first}/activate", None),
        ("POST", "/backups", {"id": first, "password": "x"}),
        ("DELETE", "/backups/1", None),
        ("POST", "/backups/1/verify", {"password": "x"}),
        ("POST", "/job/cancel", None),
    ]
    for method, path, body in refused:
        status, problem = call(page, method, path, body)
        assert (status, problem["code"]) == (403, "ReadOnly"), (method, path, status, problem)
    _, after = call(page, "GET", "/snapshots")
    assert after == document
    # It can download all the same.
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download").first.click()
    assert begun.value.failure() is None
