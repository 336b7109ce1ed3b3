"""The page without a mouse."""

from playwright.sync_api import expect

from site_under_test import call


def tab_to(page, description, key="Tab", most=60):
    """Presses `key` until the focus is on what has the accessible text `description`."""
    for _ in range(most):
        page.keyboard.press(key)
        text = page.evaluate(
            "(e => e.labels?.[0]?.innerText || e.getAttribute('aria-label') || e.innerText || '')(document.activeElement)"
        )
        if text.strip().startswith(description):
            style = page.evaluate("(e => getComputedStyle(e).outlineStyle)(document.activeElement)")
            assert style != "none", f"the focus on “{description}” is not seen"
            return
    raise AssertionError(f"“{description}” can't be reached with {key}")


def run(site):
    page = site.window()
    page.goto(site.address)
    # Keys pressed before the field has the focus go nowhere.
    expect(page.get_by_label("Token")).to_be_focused()
    page.keyboard.type(site.token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    site.picture(page, "keyboard-skip", whole=False)
    tab_to(page, "Snapshots")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Snapshots", level=1)).to_be_focused()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    tab_to(page, "Take a snapshot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Description")).to_be_focused()
    page.keyboard.type("by keyboard alone")
    # The focus stays in the dialog, however often it moves on.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    tab_to(page, "System", key="Shift+Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    tab_to(page, "Take a snapshot")
    site.picture(page, "keyboard-dialog", whole=False)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("by keyboard alone")).to_be_visible()
    _, document = call(page, "GET", "/snapshots")
    newest = document["snapshots"][-1]
    assert newest["description"] == "by keyboard alone" and newest["system"] and newest["data"]
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(f"[data-key=delete-{newest['id']}]")).to_be_focused()
    # Also when the list has been made anew while the dialog was open.
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    status, other = call(page, "POST", "/snapshots", {"system": True, "data": False, "description": "meanwhile"})
    assert status == 201, other
    expect(page.locator(f"[data-key=delete-{other['id']}]")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.locator(f"[data-key=delete-{newest['id']}]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Snapshot {newest['id']} was deleted.")).to_be_visible()
    # What was pressed is gone; the focus is not.
    expect(page.get_by_role("heading", level=1)).to_be_focused()
