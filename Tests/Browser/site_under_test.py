"""The site that is tried, and what every scenario needs of it."""

import os
from pathlib import Path

from playwright.sync_api import expect

SCREENSHOTS = Path(__file__).resolve().parents[2] / ".build/screenshots"
# Longer than anything takes on a machine that does much else.
PATIENCE = 60_000
DESKTOP = {"width": 1200, "height": 850}
PHONE = {"width": 360, "height": 740}
expect.set_options(timeout=PATIENCE)


class Site:
    """A site with tokens of both kinds, and the browser windows that a scenario opens."""

    def __init__(self, browser, name):
        self.address = os.environ["NEXUS_ADDRESS"]
        self.token = os.environ["NEXUS_TOKEN"]
        self.read_only_token = os.environ["NEXUS_READ_ONLY_TOKEN"]
        self.root = Path(os.environ["NEXUS_ROOT"])
        self.name = name
        self._browser = browser
        self._contexts = []
        self._findings = []
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def window(self, size=DESKTOP, scheme="light", **options):
        """Opens a window without a login."""
        context = self._browser.new_context(
            viewport=size, color_scheme=scheme, locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.address)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self._findings.append(f"error: {error}"))
        page.on("console", self._note)
        return page

    def _note(self, message):
        # That a call was refused, Chromium says by itself; what the policy forbids and what fails are findings.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._findings.append(f"console: {message.text}")

    def check_console(self):
        """Fails if a script failed, or the policy has forbidden something."""
        findings = [text for text in self._findings if "ERR_" not in text]
        assert not findings, findings

    def log_in(self, page, token=None, at="overview"):
        page.goto(f"{self.address}/login")
        page.get_by_label("Token").fill(token or self.token)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        if at != "overview":
            self.visit(page, at)

    def visit(self, page, name):
        title = name.capitalize()
        page.get_by_role("navigation").get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        expect(page.locator("[aria-busy]")).to_have_count(0)

    def picture(self, page, name, whole=True):
        """Keeps a picture, and checks that nothing stands out at the side."""
        page.wait_for_timeout(100)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], f"{name}: the page is {width} pixels wide"
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)

    def picture_of_failure(self):
        for number, context in enumerate(self._contexts):
            for page in context.pages:
                page.screenshot(path=SCREENSHOTS / f"failed-{self.name}-{number}.png", full_page=True)

    def close(self):
        for context in self._contexts:
            context.close()
        self._contexts = []


def call(page, method, path, body=None):
    """Calls the API as the page does, and returns the status and the document."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const csrf = document.querySelector('meta[name=csrf-token]').content;
            const headers = { 'X-CSRF-Token': csrf, ...(body && { 'Content-Type': 'application/json' }) };
            const response = await fetch('/api/v1' + path, { method, headers, body: body && JSON.stringify(body) });
            const text = await response.text();
            return [response.status, text ? JSON.parse(text) : null];
        }""",
        [method, path, body],
    )


def wait_until_idle(page):
    """Returns the state of the job when none runs any more."""
    for _ in range(PATIENCE // 250):
        _, job = call(page, "GET", "/job")
        if job["id"] == 0:
            return job
        page.wait_for_timeout(250)
    raise AssertionError(f"the job did not end: {job}")
