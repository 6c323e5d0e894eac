"""From a kind of authentication to the checker that does it; kinds of others are twisted.cred plugins.

A plugin is an `ICheckerFactory` (twisted.cred.strcred) in `twisted/plugins/` of any installed package, whose checker
takes `IHelloToken`.  Its `authType` is the kind; what follows the kind's colon goes to its `generateChecker`.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.strcred import findCheckerFactories
from twisted.web.client import Agent, HTTPConnectionPool

from mmod.auth.dev import DevChecker
from mmod.auth.http import HttpChecker, HttpRules
from mmod.auth.jwt import JwtChecker, JwtRules
from mmod.auth.portal import IHelloToken

#: The kinds that need no plugin.
BUILT_IN = ("dev", "jwt", "http")


@frozen
class DevRules:
    """Anyone is whoever they say; `because_unconfigured` when nobody asked for it."""

    because_unconfigured: bool


@frozen
class PluginRules:
    """A checker that a plugin made."""

    kind: str
    checker: ICredentialsChecker


Rules = DevRules | JwtRules | HttpRules | PluginRules


def kind_of(rules: Rules) -> str:
    """Return the kind of authentication that these rules are for."""
    match rules:
        case JwtRules():
            return "jwt"
        case HttpRules():
            return "http"
        case PluginRules():
            return rules.kind
        case DevRules():
            return "dev"


def plugin_kinds() -> list[str]:
    """Return the kinds that installed plugins offer, sorted."""
    return sorted(factory.authType for factory in findCheckerFactories() if IHelloToken in factory.credentialInterfaces)


def plugin_rules(kind: str, arguments: str) -> PluginRules:
    """Return what a plugin makes of its arguments; raise ValueError, with words for the operator, when it cannot."""
    for factory in findCheckerFactories():
        if factory.authType == kind and IHelloToken in factory.credentialInterfaces:
            return PluginRules(kind, factory.generateChecker(arguments))
    raise ValueError(f"must be one of {', '.join((*BUILT_IN, *plugin_kinds()))}, not {kind!r}")


def checker(rules: Rules, reactor: Any) -> ICredentialsChecker:
    """Return who checks tokens by these rules."""
    match rules:
        case JwtRules():
            return JwtChecker(rules)
        case HttpRules():
            pool = HTTPConnectionPool(reactor, persistent=True)
            return HttpChecker(rules, Agent(reactor, connectTimeout=rules.timeout, pool=pool), reactor)
        case PluginRules():
            return rules.checker
        case DevRules():
            return DevChecker()
