"""Every page in light and dark, and as small as a phone: nothing stands out at the side, and pictures for people to look at."""

from playwright.sync_api import expect

from site_under_test import DESKTOP, PHONE

LOOKS = {
    "light": {"size": DESKTOP},
    "dark": {"size": DESKTOP, "scheme": "dark"},
    "phone": {"size": PHONE, "device_scale_factor": 2, "has_touch": True},
    "phone-dark": {"size": PHONE, "device_scale_factor": 2, "scheme": "dark"},
}


def run(site):
    for look, options in LOOKS.items():
        page = site.window(**options)
        page.goto(f"{site.address}/login")
        site.picture(page, f"login-{look}")
        site.log_in(page)
        expect(page.locator(".facts")).to_be_visible()
        site.picture(page, f"overview-{look}")
        site.visit(page, "snapshots")
        site.picture(page, f"snapshots-{look}")
        dialog = page.get_by_role("dialog")
        for opener, name in {"Take a snapshot": "snapshot", "Go back to it": "activate", "Back up": "backup"}.items():
            page.get_by_role("button", name=opener).first.click()
            expect(dialog).to_be_visible()
            site.picture(page, f"{name}-dialog-{look}", whole=False)
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)
        site.visit(page, "backups")
        site.picture(page, f"backups-{look}")
        page.goto(f"{site.address}/nothing", wait_until="load")
        site.picture(page, f"message-{look}")
        page.close()
