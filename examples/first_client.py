"""Joins a world, walks east for three seconds, and says where it is and whom it sees.

pip install websockets
python examples/first_client.py [ws://127.0.0.1:8080/ws [dev:ada]]
"""

import asyncio
import json
import sys

import websockets


async def main(url: str, token: str) -> None:
    async with websockets.connect(url, subprotocols=["mmod.v1.json"]) as socket:
        await socket.send(json.dumps({"type": "hello", "token": token}))
        await socket.send(json.dumps({"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": 1, "z": 0}}))
        states = 0
        async for text in socket:
            message = json.loads(text)
            print(describe(message))
            states += message["type"] == "state"
            if message["type"] == "error" or states == 30:
                return


def describe(message: dict) -> str:
    data = message["data"]
    match message["type"]:
        case "join_ack":
            return f"joined as {data['playerID']} in cell {data['cell']}"
        case "state":
            seen = ", ".join(entity["name"] for entity in data["entities"]) or "nobody"
            return f"at x {data['player']['pos']['x']:.2f}, seeing {seen}"
        case other:
            return f"{other}: {data}"


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(given[0] if given else "ws://127.0.0.1:8080/ws", given[1] if len(given) > 1 else "dev:ada"))
