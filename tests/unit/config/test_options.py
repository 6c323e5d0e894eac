import pytest

from mmod.config.load import Given
from mmod.config.options import parse_auth
from mmod.errors import ConfigError


@pytest.mark.parametrize(
    ("description", "given"),
    [
        ("dev", {"kind": "dev"}),
        ("jwt:key_file=/etc/mmod/key", {"kind": "jwt", "key_file": "/etc/mmod/key"}),
        ("jwt:algorithm=RS256:leeway=5", {"kind": "jwt", "algorithm": "RS256", "leeway": 5}),
        (r"jwt:issuer=https\://login.example", {"kind": "jwt", "issuer": "https://login.example"}),
        (r"jwt:key_file=C\:\\keys", {"kind": "jwt", "key_file": "C:\\keys"}),
        ("jwt:issuer=a=b", {"kind": "jwt", "issuer": "a=b"}),
        (r"ldap:host=x:y=\z", {"kind": "ldap", "arguments": r"host=x:y=\z"}),
        ("", {"kind": "", "arguments": ""}),
    ],
)
def test_the_kind_and_its_arguments_become_settings(description, given):
    assert parse_auth(description) == [Given(f"auth.{name}", value, "--auth") for name, value in given.items()]


def test_an_argument_without_a_value_is_refused():
    with pytest.raises(ConfigError, match="--auth: key_file: must be key=value"):
        parse_auth("jwt:key_file")
