#!/usr/bin/env bash
# python-jose: with keys of two types in a key set, the order of the keys decides whether a token is valid.
#
# Expected: a token's `kid` picks the key of the set (RFC 7515 section 4.1.4, RFC 7517 section 4.5), or at least a key of
#   another type than the token's algorithm is passed over; the order within a set means nothing (RFC 7517 section 5).
# Happens: `jwt.decode` with a key set ignores `kid` and builds every key in turn as one of the token's algorithm. The first key
#   of another type ends it with "Incorrect key type", although the right key stands behind it.
# Matters: an OpenID Provider that signs by RS256 and ES256 publishes both keys at its `jwks_uri`. Applications with
#   python-jose then refuse every ID token of one algorithm, and which one is settled by the order of a JSON array that
#   other libraries never look at.
# Gatehouse: src/oidc/signing-key-store.ts lists RSA keys first, retired ones too, as RS256 is what applications are registered
#   for by default; tested in src/oidc/signing-keys.test.ts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages \
  'python-jose==3.5.0' 'cryptography==50.0.2'

cat >look.py <<'PY'
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwk, jwt
from jose.exceptions import JOSEError


def pair(algorithm, kid, key):
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    members = jwk.construct(pem, algorithm).public_key().to_dict()
    public = {name: value.decode() if isinstance(value, bytes) else value for name, value in members.items()}
    return pem, {**public, 'kid': kid, 'use': 'sig'}


rsa_pem, rsa_key = pair('RS256', 'one', rsa.generate_private_key(public_exponent=65537, key_size=2048))
ec_pem, ec_key = pair('ES256', 'two', ec.generate_private_key(ec.SECP256R1()))
for algorithm, pem, kid in (('RS256', rsa_pem, 'one'), ('ES256', ec_pem, 'two')):
    claims = {'sub': 'maria', 'aud': 'reports', 'exp': int(time.time()) + 60}
    token = jwt.encode(claims, pem, algorithm=algorithm, headers={'kid': kid})
    for name, keys in (('RSA, EC', [rsa_key, ec_key]), ('EC, RSA', [ec_key, rsa_key])):
        try:
            result = jwt.decode(token, {'keys': keys}, algorithms=[algorithm], audience='reports')['sub']
        except JOSEError as error:
            result = error
        print(f'{algorithm} token, keys {name}: {result}')
PY
seen=$(PYTHONPATH=packages python3 look.py)
expected="RS256 token, keys RSA, EC: maria
RS256 token, keys EC, RSA: Incorrect key type. Expected: 'RSA', Received: EC
ES256 token, keys RSA, EC: Incorrect key type. Expected: 'EC', Received: RSA
ES256 token, keys EC, RSA: maria"

echo 'version: python-jose 3.5.0 (with cryptography 50.0.2)'
echo 'behaviour: jwt.decode fails at the first key of another type, whatever kid the token names'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: python-jose reads a set with keys of two types otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
