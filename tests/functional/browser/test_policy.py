"""What the page may not do, whatever somebody manages to write into it.

That it asks nobody but its daemon for anything is looked at in every test, when its tab closes.
"""

import httpx
import pytest

#: What the policy must name: nothing is allowed that is not.
STRICT = {"default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"}


def directives(url):
    policy = httpx.get(url, trust_env=False).headers["content-security-policy"]
    return {directive.strip() for directive in policy.split(";")}


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/client/mmod.js", "/client/server.json"])
def test_every_answer_carries_the_strict_policy(daemon, path):
    policy = directives(daemon.url + path)
    assert policy >= STRICT
    assert not any("unsafe" in directive or "*" in directive for directive in policy)


def test_a_script_that_was_written_into_the_page_does_not_run(tab):
    tab.expect_complaint("Content Security Policy")
    tab.page.evaluate(
        "(() => { const script = document.createElement('script'); script.textContent = 'window.intruder = 1';"
        " document.body.append(script); })()"
    )
    assert tab.page.evaluate("window.intruder === undefined")
    assert any("Content Security Policy" in told for told in tab.complaints)


def test_the_page_can_ask_nobody_else(tab, elsewhere):
    tab.expect_complaint("Content Security Policy")
    tab.expect_complaint("Fetch API cannot load")
    asked = f"fetch('{elsewhere}/healthz').then(() => 'answered', () => 'refused')"
    assert tab.page.evaluate(asked) == "refused"
    assert any("Content Security Policy" in told for told in tab.complaints)


@pytest.fixture
def elsewhere(daemon):
    """Another origin, which would answer."""
    assert httpx.get(f"{daemon.admin_url}/healthz", trust_env=False).is_success
    return daemon.admin_url


def test_names_are_text_and_never_markup(inside, open_tab, daemon):
    other = open_tab(daemon)
    other.join("<img src=x onerror=alert(1)>")
    other.page.bring_to_front()
    assert other.text("#player-name") == "<img src=x onerror=alert(1)>"
    assert other.page.evaluate("document.querySelectorAll('img').length") == 0
