#!/usr/bin/env bash
# oauth4webapi (openid-client) and idpyoidc: a client ID with a hyphen does not get through HTTP Basic.
#
# Expected: a client ID of letters, digits and hyphens, such as a UUID, is sent in `client_secret_basic` as it is: URL encoding
#   leaves unreserved characters alone (RFC 3986 section 2.3), and so do `URLSearchParams` and Python's `quote_plus`. A provider
#   that takes the credentials apart decodes both halves (RFC 6749 section 2.3.1).
# Happens: `ClientSecretBasic` of oauth4webapi, which openid-client uses, also encodes `-`, `_`, `.` and `~` (a strict
#   reading of appendix B of RFC 6749), and idpyoidc compares what it got without decoding it. Each alone works with most
#   peers; together the client is unknown, although nothing in ID or secret ever needed an encoding.
# Matters: the provider answers `invalid_client`, and an administrator compares a secret that is right, letter by letter. The same
#   credentials work with curl, with Python's requests, and in the body (`client_secret_post`).
# Gatehouse: src/connectors/openid-connect/client-configuration.ts sends the secret in the body where the provider announces
#   that, and encodes by itself, unreserved characters left alone, where it has to be Basic; tested in
#   src/connectors/openid-connect/openid-connect.test.ts. As a provider it decodes, and gives out secrets of letters and
#   digits alone (src/base/random.ts).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts oauth4webapi@3.8.8 >&2
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages \
  'idpyoidc==5.0.0' 'requests==2.34.2'

cat >send.js <<'JS'
import { ClientSecretBasic } from 'oauth4webapi';

const headers = new Headers();
const [id, secret] = process.argv.slice(2);
ClientSecretBasic(secret)({ issuer: 'https://idp.contoso.example' }, { client_id: id }, new URLSearchParams(), headers);
console.log(headers.get('authorization'));
JS
cat >receive.py <<'PY'
import subprocess
import sys

from idpyoidc.server.client_authn import basic_authn
from requests.auth import _basic_auth_str

ID, SECRET = '0b9f6c1e-8d53-4a7e-9a51-5e6f0f5c7d21', 'Zm9v_bmFy'
sent = subprocess.run(['node', 'send.js', ID, SECRET], capture_output=True, text=True, check=True).stdout.strip()
for sender, header in (('requests', _basic_auth_str(ID, SECRET)), ('oauth4webapi', sent)):
    got = basic_authn(header)
    known = 'yes' if (got['id'], got['secret']) == (ID, SECRET) else 'no'
    print(f"{sender} to idpyoidc: id {got['id']}, secret {got['secret']}, as sent: {known}")
PY
seen=$(PYTHONPATH=packages python3 -W ignore receive.py)
expected='requests to idpyoidc: id 0b9f6c1e-8d53-4a7e-9a51-5e6f0f5c7d21, secret Zm9v_bmFy, as sent: yes
oauth4webapi to idpyoidc: id 0b9f6c1e%2D8d53%2D4a7e%2D9a51%2D5e6f0f5c7d21, secret Zm9v%5FbmFy, as sent: no'

echo 'version: oauth4webapi 3.8.8, idpyoidc 5.0.0 (requests 2.34.2 beside)'
echo 'behaviour: oauth4webapi encodes hyphens and underscores in HTTP Basic, idpyoidc does not decode them'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: the two encode or decode HTTP Basic otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
