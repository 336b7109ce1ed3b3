"""Uses the page as people do, in headless Chromium, and keeps pictures of it in .build/screenshots.

The site is one that runs: its address and tokens come in the environment, see site.py. Usage: python Tests/Browser [NAME …]
"""

import sys
import time
import traceback

from playwright.sync_api import sync_playwright

import decryption
import keyboard
import looks
import owner
import readonly
import recovery
import restoring
import sessions
import slow
from site_under_test import Site

SCENARIOS = {
    "owner": owner.run,
    "restoring": restoring.run,
    "readonly": readonly.run,
    "keyboard": keyboard.run,
    "looks": looks.run,
    "sessions": sessions.run,
    "slow": slow.run,
    "recovery": recovery.run,
}


def main():
    names = sys.argv[1:] or list(SCENARIOS)
    failures = 0
    with sync_playwright() as playwright:
        # Chromium's own sandbox can't be used by root.
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name in names:
            site = Site(browser, name)
            start = time.monotonic()
            try:
                SCENARIOS[name](site)
                site.check_console()
                outcome = "passed"
            except Exception:
                failures += 1
                outcome = "failed"
                traceback.print_exc()
                site.picture_of_failure()
            finally:
                site.close()
            print(f"{name}: {outcome} after {time.monotonic() - start:.1f} s", flush=True)
        browser.close()
    decryption.forget()
    sys.exit(1 if failures else 0)


main()
