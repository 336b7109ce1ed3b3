"""How sessions end: by logging out in another tab; and what a page shows that is open then."""

import json
import os
import subprocess

from playwright.sync_api import expect

from site_under_test import call

# As whoever set up the site has made its tokens.
OPTIONS = os.environ.get("NEXUS_TOKEN_OPTIONS", "").split()


def run(site):
    page = site.window()
    site.log_in(page)
    other = page.context.new_page()
    other.goto(site.address)
    expect(other.get_by_role("heading", name="Overview")).to_be_visible()
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_label("Token")).to_be_visible()
    # The stream of events has ended, and the page has noticed.
    expect(page.get_by_text("You are no longer logged in")).to_be_visible()
    site.picture(page, "session-ended")
    page.get_by_role("link", name="Log in").click()
    expect(page.get_by_label("Token")).to_be_visible()
    revoke(site)


def revoke(site):
    """A token that is taken away ends the sessions that were opened with it."""
    command = os.environ["NEXUS_TOKEN_COMMAND"].split()

    def manage(verb):
        result = subprocess.run([*command, verb, "passing", *OPTIONS], check=True, capture_output=True, text=True)
        return result.stdout.strip()

    token = manage("add")
    page = site.window()
    site.log_in(page, token)
    manage("revoke")
    expect(page.get_by_text("You are no longer logged in")).to_be_visible()
    status, problem = call(page, "GET", "/job")
    assert (status, problem["code"]) == (401, "TokenNeeded"), json.dumps(problem)
