"""The page while the backup service is restarted."""

import os
import subprocess

from playwright.sync_api import expect


def run(site):
    page = site.window()
    site.log_in(page)
    site.visit(page, "snapshots")
    subprocess.run(os.environ["NEXUS_STOP_COMMAND"], shell=True, check=True)
    expect(page.get_by_text("This page goes on trying")).to_be_visible()
    page.get_by_role("button", name="Take a snapshot").click()
    page.get_by_role("dialog").get_by_role("button", name="Take a snapshot").click()
    expect(page.get_by_role("dialog").locator(".notice.bad")).to_contain_text("not running")
    page.keyboard.press("Escape")
    site.picture(page, "service-gone")
    subprocess.run(os.environ["NEXUS_START_COMMAND"], shell=True, check=True)
    expect(page.get_by_text("The connection is back.")).to_be_visible()
    page.get_by_role("button", name="Take a snapshot").click()
    page.get_by_role("dialog").get_by_role("button", name="Take a snapshot").click()
    expect(page.get_by_text("was taken.")).to_be_visible()
