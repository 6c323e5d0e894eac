"""An operator: the admin API over httpx, and the numbers on its metrics page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
from prometheus_client.parser import text_string_to_metric_families

#: Seconds: longer than the daemon's own 5 s for a store that is away.
TIMEOUT = 10.0


class Operator:
    """Calls the admin API; what fails raises `httpx.HTTPStatusError`, `http` is there for calls that should."""

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def get(self, path: str) -> Any:
        """Return what a page says."""
        return self.http.get(path).raise_for_status().json()

    def player(self, player_id: str) -> Any:
        """Return everything about one player."""
        return self.get(f"/players/{quote(player_id, safe='')}")

    def grant(self, player_id: str, template_id: str, quantity: int = 1, compartment: str = "backpack") -> str:
        """Give an item; return its instance id."""
        body = {"template_id": template_id, "quantity": quantity, "compartment": compartment}
        return str(self._post(player_id, "items", body)["instance_id"])

    def train(self, player_id: str, skill: str, level: int) -> None:
        """Set a skill."""
        self._post(player_id, "skills", {"skill": skill, "level": level})

    def teleport(self, player_id: str, x: float, z: float) -> None:
        """Move a player."""
        self._post(player_id, "position", {"x": x, "z": z})

    def kick(self, player_id: str, reason: str) -> None:
        """End a session."""
        self._post(player_id, "kick", {"reason": reason})

    def checkpoint(self, player_id: str) -> None:
        """Save a player now."""
        self._post(player_id, "checkpoint", {})

    def drain(self) -> None:
        """Send everyone away."""
        self.http.post("/drain", json={}).raise_for_status()

    def metrics(self) -> dict[str, float]:
        """Return every sample: without labels by its name, else as name{label="value",...}."""
        text = self.http.get("/metrics", headers={"Accept": "text/plain"}).raise_for_status().text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {_title(sample.name, sample.labels): sample.value for sample in samples}

    def _post(self, player_id: str, what: str, body: dict[str, Any]) -> Any:
        return self.http.post(f"/players/{quote(player_id, safe='')}/{what}", json=body).raise_for_status().json()


def _title(name: str, labels: dict[str, str]) -> str:
    listed = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{listed}}}" if listed else name
