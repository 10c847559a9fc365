"""Values that stand where a secret would and are none: masks, references, examples, names of things."""

from __future__ import annotations

import re2

from include.script_review.secrets.words import VOCABULARY

_REFERENCE = (
    r"\$[A-Za-z_({:\[<].*"  # $env:X, ${X}, $(cat x), $[ ]
    r"|.*(?:\$\{|\$\(|#\{|\{\{|\}\}|<%|%>|%\([a-z_]\w*\)|\$\[|\[\[).*"
    r"|.*\{[A-Za-z_0-9.\[\]'\"!:()]{0,60}\}.*"  # {0}, {name}
    r"|.*\$[A-Z_][A-Z0-9_]{2,}.*"  # $NAME
    r"|.*%[A-Za-z_][A-Za-z_0-9]{2,40}%.*"  # %NAME%
    r"|.*%[sdrvq](?:[^A-Za-z0-9].*)?"
    r"|.*<[A-Za-z_/!][^>]*>?.*"
    r"|[%$@#]\d?"
    r"|\[[^\]]*\]|\(.*\)|__\w+__|@\w+@|@Microsoft\..*|~.*|\*\w+|&\w+|&[a-z]+;.*"
    r"|![A-Za-z]\w*(?: .*)?"  # a YAML tag: !Ref X, !vault
    r"|!?(?:Ref|Sub|GetAtt|ImportValue|reference)\b.*"
    r"|(?i)(?:vault|ssm|arn|secretsmanager|file|env|op|sops|keyring|akv|kv|kms|aws|gcp|https?|ref\+\w+|secret|resolve|ldap|ssh|"
    r"urn|data|projects|enc|age|pass|keychain|bws|doppler|infisical)(?::|\[|//).*"
    r"|(?:/|\./|\.\./|[A-Za-z]:\\|\\\\)[\w./\\ {}-]*"  # a path
    r"|[\w./-]+\.(?:txt|json|ya?ml|pem|key|crt|cer|pfx|p12|env|conf|cfg|ini|xml|properties|py|js|ts|sh|ps1|html?|com|org|net|io)"
    r"|[A-Za-z_]+(?:(?:\.|::|->)[A-Za-z_]+)+"  # settings.password
    r"|(?:self|this|config|cfg|settings|vars?|local|data|module|env|process|os|args|params|ctx|context|values|props|options|opts|secrets"
    r"|inputs?|app|request|req|user|conn|db)(?:\.|::|->)[A-Za-z_]\w*.*"
    r"|[A-Za-z_][\w.]*\(.*"
    r"|[A-Za-z_]\w*\[.*"
)
_HASHED = (
    r"\$(?:[0-9]|2[abxy]|y|apr1|argon2\w*|pbkdf2[\w-]*|scrypt)\$.*"
    r"|\{(?:S?SHA\d*|S?MD5|CRYPT|PBKDF2)[^}]*\}.*"
    r"|(?:pbkdf2_sha\d+|bcrypt\w*|argon2\w*|scrypt)[:$].*"
    r"|(?i)(?:sha-?(?:1|224|256|384|512)|md5|blake2[bs]|SCRAM-SHA-256)[-:$=].*"
)
_MASK = (
    r"(?i).*(?:example|sample|placeholder|dummy|fake|redacted|masked|scrubbed|sanitized|xxx|\*\*\*|\.\.\.|…|•|todo|fixme"
    r"|replace|your|goes[_ -]?here|enter[_ -]|insert|some[_ -]?(?:pass|secret|token|key)"
    r"|my[_ -]?(?:secret|password|passwd|token|key|api"
    r"|access|client|super)|(?:^|[_ -])here$|lorem|deadbeef"
    r"|1234567890|0123456789|abcdefgh|00000000|not[_ -]?(?:a|the|real|set|used|so)\b"
    r"|notreal|fill[_ -]?me|change[_ -]?this|\bset[_ -]?me|override|ignored|unused"
    r"|(?:wrong|invalid|incorrect|bad)[_ -]?(?:pass|pw|secret|token|key|cred)|the[_ -]?(?:password|secret|token)).*"
    r"|none|null|nil|undefined|unset|empty|blank|default|n/?a|tbd|true|false|yes|no|on|off|required|optional|unknown|invalid|wrong"
    r"|any|all|any(?:thing)?|foo\w{0,4}|bar|baz|qux|spam|eggs|string|str|text|bytes?|int(?:eger)?|number|bool(?:ean)?|object|auto"
    r"|random|generated?|prompt|ask|stdin|expired|disabled|enabled|encrypted|plain(?:text)?|inherit(?:ed)?|manual|missing|bad|good|correct"
    r"|hidden|v?\d+(?:\.\d+)+[-.\w]*|\w*here|[?\-_=~.*•#xX\s]+"
)
_ALGORITHM = (
    r"(?i)(?:sha-?\d+|md\d|utf-?\d+|oauth-?[12]?(?:\.0)?|base-?\d+|v\d+|aes-?\d*|rsa\d*|pbkdf2|x-?509|ascii|https?2?|saml2?|hs\d+|rs\d+|es\d+"
    r"|ed25519|ecdsa|dsa|jwt|bcrypt|argon2|scrypt|ntlm|kerberos\d?|pkcs\d+|pem|der|latin-?1|cp\d+|iso-?8859(?:-\d+)?)"
)
_SPLIT = re2.compile(r"[A-Z]+(?:s\b)?|[A-Z]?[a-z]+|[0-9]+")
_FRAGMENT = (
    r".*(?:\\[wdsWDSbnrtux\[(.+*?]|\[\^|\.\*|\(\?|\)\?|\]\+|\]\*|\)\*|%[0-9.]*[dsxf]\b| [=!<>]=|[=!<>]= |&&|\|\||::|/\*|//).*"
)


# One look for all of them: most values are looked at.
_POINTS = re2.compile(_REFERENCE)
_NOTHING = re2.compile("|".join(f"(?:{one})" for one in (_REFERENCE, _HASHED, _MASK, _ALGORITHM, _FRAGMENT)))


def reference(value: str) -> bool:
    """Points to where the secret is, or is made from something else: `${VAR}`, `{{ x }}`, `$env:X`, `vault:…`, a call, a path."""
    return bool(_POINTS.fullmatch(value))


def nothing(value: str) -> bool:
    """Is it no secret, whatever announced it: a reference, a mask, an example, a hash, a piece of code, nothing?"""
    return len(set(value)) <= max(2, len(value) // 12) or bool(_NOTHING.fullmatch(value))


def named(value: str) -> bool:
    """Only words that names of such fields are made of: `client_secret`, `X-Auth-Token`, `newPassword2`."""
    words = _SPLIT.findall(value)
    letters = [word.lower() for word in words if word.isalpha()]
    digits = "".join(word for word in words if word.isdigit())
    return bool(letters) and len(digits) <= 1 and all(word in VOCABULARY for word in letters)
