#!/usr/bin/env bash
# joserfc: one key on a curve it does not know makes a whole key set unreadable, one of an unknown key type does not.
#
# Expected: keys that a library cannot use are left out of a set and the others are used (RFC 7517 section 5: it names key types
#   that are not understood and values outside of the supported ranges alike).
# Happens: an unknown `kty` is left out with a warning; an unknown `crv` ends `KeySet.import_key_set` with a KeyError, a class
#   its own errors (`JoseError`) do not cover, before any token is looked at.
# Matters: identity providers of German health care sign with keys on brainpoolP256r1, written `BP-256`. joserfc is what Authlib
#   moves to: its applications lose every login on the day a provider adds such a key beside its RSA key, with an
#   exception where they expect a refused token.
# Gatehouse: as a provider it publishes RSA and P-256 keys only (src/oidc/signing-keys.ts; tested in
#   src/oidc/signing-keys.test.ts), so that a new type of key has to be decided on. As a relying party it leaves out keys
#   it cannot use (src/connectors/openid-connect/keys.ts).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages \
  'joserfc==1.8.0' 'cryptography==50.0.2'

cat >look.py <<'PY'
import base64
import time

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey


def octets(number):
    return base64.urlsafe_b64encode(number.to_bytes(32, 'big')).rstrip(b'=').decode()


rsa_key = RSAKey.generate_key(2048, {'kid': 'one', 'use': 'sig', 'alg': 'RS256'})
token = jwt.encode({'alg': 'RS256', 'kid': 'one'}, {'sub': 'maria', 'exp': int(time.time()) + 60}, rsa_key)
point = ec.generate_private_key(ec.BrainpoolP256R1()).public_key().public_numbers()
brainpool = {'kty': 'EC', 'crv': 'BP-256', 'x': octets(point.x), 'y': octets(point.y), 'kid': 'two', 'use': 'sig'}
future = {'kty': 'NEW', 'kid': 'three', 'use': 'sig'}
public = rsa_key.as_dict(private=False)
for name, keys in (('RSA', [public]), ('RSA, unknown kty', [public, future]), ('RSA, unknown crv', [public, brainpool])):
    try:
        result = jwt.decode(token, KeySet.import_key_set({'keys': keys})).claims['sub']
    except Exception as error:
        result = f"{error!r}, a JoseError: {'yes' if isinstance(error, JoseError) else 'no'}"
    print(f'{name}: {result}')
PY
seen=$(PYTHONPATH=packages python3 -W ignore look.py)
expected="RSA: maria
RSA, unknown kty: maria
RSA, unknown crv: KeyError('BP-256'), a JoseError: no"

echo 'version: joserfc 1.8.0 (with cryptography 50.0.2)'
echo 'behaviour: KeySet.import_key_set leaves out an unknown key type, and fails whole at an unknown curve'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: joserfc reads a set with a key it cannot use otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
