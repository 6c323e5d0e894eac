"""The page that players see, in a browser: what they do there, and what it knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from playwright.sync_api import Browser

from .browser import PATIENCE, Tab
from .waiting import eventually

#: Sizes of windows, in pixels of the style sheet.
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

#: A phone as far as the page can tell.
HANDHELD: Mapping[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}

_STATE = "window.mmod?.state ?? null"

_SETTLED = "document.getAnimations().every(({ playState }) => playState === 'finished') && window.mmod?.state.isPainted"

_FOCUSED = "document.activeElement?.id || document.activeElement?.tagName"


class Page(Tab):
    """The page of a daemon; `options` are those of a Playwright context."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        super().__init__(browser, url, _STATE, **{"viewport": DESKTOP, **options})
        self._devtools = self._context.new_cdp_session(self.page)
        self.until("'mmod' in window", "the page has asked its server what to show")

    # --- what it shows ---

    def shows(self, selector: str, *words: str) -> str:
        """Wait until an element shows all words; return its text."""
        eventually(lambda: all(word in self.text(selector) for word in words), f"{selector} shows {words}", PATIENCE)
        return self.text(selector)

    def sees(self, selector: str) -> bool:
        """Tell whether an element is visible."""
        return self.page.is_visible(selector)

    def settle(self) -> None:
        """Wait until nothing slides or fades in any more, and the ground is painted."""
        self.until(_SETTLED, "all animations have ended")

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
