"""Makes `twistd mmod` known to Twisted."""

from twisted.application.service import ServiceMaker

mmod = ServiceMaker(
    "mmod",
    "mmod.tap",
    "An authoritative world server for massively multiplayer games.",
    "mmod",
)
