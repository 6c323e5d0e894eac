"""The page of a daemon in one tab of a browser: what a player does there, and what the page knows.

Playwright's own waiting needs `unsafe-eval`, which the page's policy forbids: what is waited for is looked at again and
again here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage

from .waiting import eventually

#: Sizes of windows, in pixels of the style sheet.
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

#: A phone as far as the page can tell.
HANDHELD: Mapping[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}

#: Seconds for what takes one on an idle machine: a browser draws the world on the same two cores.
PATIENCE = 20.0

#: What goes nowhere, whatever it looks like.
_LOCAL = ("data:", "blob:")

_STATE = "window.mmod?.state ?? null"

_FOCUSED = "document.activeElement?.id || document.activeElement?.tagName"


class Tab:
    """One tab with storage of its own; `options` are those of a Playwright context."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self._context = browser.new_context(**{"viewport": DESKTOP, **options})
        self._context.set_default_timeout(PATIENCE * 1000)
        self.page = self._context.new_page()
        self._devtools = self._context.new_cdp_session(self.page)
        self._origins = (f"{url}/", f"{url.replace('http', 'ws', 1)}/", *_LOCAL)
        self._strangers: list[str] = []
        self._complaints: list[str] = []
        self._expected: list[str] = []
        self._listen()
        self.page.goto(url)

    # --- what must not happen ---

    def _listen(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complaints.append(str(error)))
        self.page.on("request", lambda request: self._notice(request.url))
        self.page.on("websocket", lambda socket: self._notice(socket.url))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self._complaints.append(said.text)

    def _notice(self, url: str) -> None:
        if not url.startswith(self._origins):
            self._strangers.append(url)

    def expect_complaint(self, text: str) -> None:
        """Take complaints with this text for no fault: the test causes them."""
        self._expected.append(text)

    def heard(self, text: str) -> bool:
        """Tell whether the console has complained of something."""
        return any(text in complaint for complaint in self._complaints)

    def check(self) -> None:
        """Fail if the page asked somebody else for something, or if the console complained."""
        assert self._strangers == []
        assert [told for told in self._complaints if not any(text in told for text in self._expected)] == []

    def close(self) -> None:
        """Close the tab, and forget what it stored."""
        self._context.close()

    # --- what the page knows and shows ---

    @property
    def state(self) -> Any:
        """What the page knows; null while it is being loaded."""
        return self.page.evaluate(_STATE)

    def when(self, that: Callable[[Any], Any], what: str, within: float = PATIENCE) -> Any:
        """Return the first state for which `that` holds."""
        return eventually(lambda: (state := self.state) and that(state) and state, what, within)

    def until(self, expression: str, what: str, within: float = PATIENCE) -> Any:
        """Return the first true value of an expression of JavaScript."""
        return eventually(lambda: self.page.evaluate(expression), what, within)

    def text(self, selector: str) -> str:
        """Return the text that is visible in an element."""
        return self.page.inner_text(selector)

    def shows(self, selector: str, *words: str) -> str:
        """Wait until an element shows all words; return its text."""
        eventually(lambda: all(word in self.text(selector) for word in words), f"{selector} shows {words}", PATIENCE)
        return self.text(selector)

    def sees(self, selector: str) -> bool:
        """Tell whether an element is visible."""
        return self.page.is_visible(selector)

    @property
    def focused(self) -> str:
        """The id of what has the focus, else its tag."""
        return str(self.page.evaluate(_FOCUSED))

    # --- at the door ---

    def join(self, name: str) -> None:
        """Join as a guest of this name."""
        self.page.fill("#guest-name", name)
        self.page.click("#join-button")
        self.joined()

    def show_token(self, token: str) -> None:
        """Ask to be let in with a token."""
        self.page.fill("#token", token)
        self.page.click("#join-button")

    def joined(self) -> Any:
        """Wait until the player is in the world; return the state."""
        return self.when(lambda state: state["connection"] == "joined", "the page has joined")

    def ended(self) -> Any:
        """Wait until the page is at the door again; return the state."""
        return self.when(lambda state: state["connection"] == "ended", "the page is outside")

    # --- hands ---

    def drag(self, source: str, target: str) -> None:
        """Drag one element to the middle of another with the mouse."""
        mouse = self.page.mouse
        self.page.hover(source)
        mouse.down()
        mouse.move(*self.middle(target), steps=4)
        mouse.up()

    def middle(self, selector: str) -> tuple[float, float]:
        """Return the middle of an element, which is scrolled into sight."""
        self.page.locator(selector).scroll_into_view_if_needed()
        box = self.page.locator(selector).bounding_box()
        assert box is not None, f"{selector} is not visible"
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(self, kind: str, *places: tuple[float, float]) -> None:
        """Put fingers down (`touchStart`), move them (`touchMove`) or lift them (`touchEnd`)."""
        points = [{"x": x, "y": y} for x, y in places]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # --- belongings ---

    def carries(self, *items: str) -> Any:
        """Wait until all these items are in the inventory, and shown; return the state."""
        state = self.when(lambda state: set(items) <= carried(state), f"{items} are carried")
        for item in items:
            self.until(f"document.getElementById('item-{item}') !== null", f"{item} is shown")
        return state

    def wears(self, item: str, slot: str) -> Any:
        """Wait until an item is in a slot; return the state."""
        return self.when(lambda state: worn(state).get(slot) == item, f"{item} is in {slot}")

    def result(self) -> Any:
        """Wait until the last command has been answered; return the answer."""
        return self.when(lambda state: state["result"], "the server has answered")["result"]


def carried(state: Any) -> Collection[str]:
    """Return the ids of all items in the inventory."""
    return {stowed["instance"]["instance_id"] for stowed in (state["inventory"] or {"items": []})["items"]}


def worn(state: Any) -> Mapping[str, str]:
    """Return the id of the item in each slot that is not empty."""
    return {slot: item["instance"]["instance_id"] for slot, item in state["equipment"]["slots"].items()}
