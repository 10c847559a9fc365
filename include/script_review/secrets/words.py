"""Words that tell names from values, and names of secrets from other names."""

from __future__ import annotations

_OF_NAMES = """
password passwords passwd pwd pass passphrase passcode secret secrets token tokens key keys api access client
user username name new old current confirm confirmation repeat auth authorization authentication bearer basic
refresh id identity my the db database private public shared field input value type login credential
credentials code oauth session csrf xsrf x header master service account app application web http https url
uri grant response request param parameter query cookie cookies encryption signing signature data config env
environment variable option options setting settings flow reset forgot forgotten change set get is has for to
of and or in by with from on a an your host kubernetes aws azure google github gitlab slack s provider manager
store storage vault file path dir arn ref reference list create delete update read write text string plain raw
hash hashed digest bytes encoded base encrypted decrypt encrypt salt length min max policy expiry expires
expired subscription consumer hmac jwt saml oidc idp sso mfa otp totp pin verify verification invalid device
push registration csrfmiddlewaretoken next page continuation pad eos bos unk cls sep mask start end stop ssh
rsa pem cert certificate tls ssl label title placeholder help hint prompt message error required missing
mismatch rotate rotation version default
"""
_OF_ELSE = """
public next page previous continuation pad eos bos unk cls sep mask sort partition primary foreign invalid
wrong is has use no show hide forgot forgotten incorrect bad bypass compass trespass surpass by num max min
count total first last start end stop special image video batch cache dedup idempotency sync skip multi single
one two all allow require requires check prompt ask label hint help title placeholder error
message field input nopasswd
"""
VOCABULARY = frozenset(_OF_NAMES.split())
"""Of these, names of fields, grants, scopes and settings are made."""

ELSE = frozenset(_OF_ELSE.split())
"""With one of these before it, a name that ends like a secret's speaks of something else."""
