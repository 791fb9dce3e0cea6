#!/usr/bin/env bash
# Authlib's client reads a discovery document, and takes neither PKCE nor the way of client authentication from it.
#
# Expected: a client that is given `server_metadata_url` alone does what the document announces: a code challenge where
#   `code_challenge_methods_supported` lists S256 (RFC 9700 section 2.1.1: clients use PKCE; RFC 8414 section 2 is how they learn
#   of it), and the secret in the body where `token_endpoint_auth_methods_supported` lists `client_secret_post` alone.
# Happens: no code challenge is sent until `client_kwargs` says `code_challenge_method`, and the secret goes by HTTP Basic whatever
#   the document lists. Only addresses and keys are read from it.
# Matters: Apache Superset, Apache Airflow, pgAdmin and Open WebUI are built on it and hand its settings through: each needs a line
#   for PKCE that its own introduction lacks, and meets a provider that demands a code challenge with `invalid_request`.
# Gatehouse: the presets of these programs have the line (works-with/applications/*/settings.ts); an application that may send
#   its secret may do so by Basic or in the body (src/oidc/clients.ts).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages \
  'Authlib==1.9.10' 'Flask==3.1.3' 'requests==2.34.2'

cat >look.py <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.flask_client import OAuth
from flask import Flask


class Discovery(BaseHTTPRequestHandler):
    def do_GET(self):
        issuer = f'http://127.0.0.1:{self.server.server_port}'
        document = {
            'issuer': issuer,
            'authorization_endpoint': f'{issuer}/authorize',
            'token_endpoint': f'{issuer}/token',
            'code_challenge_methods_supported': ['S256'],
            'token_endpoint_auth_methods_supported': ['client_secret_post'],
        }
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(('127.0.0.1', 0), Discovery)
threading.Thread(target=server.serve_forever, daemon=True).start()
site = Flask('site')
site.secret_key = 'of-a-site'
for name, more in (('discovery', {}), ('discovery_and_setting', {'code_challenge_method': 'S256'})):
    client = OAuth(site).register(
        name,
        client_id='id',
        client_secret='secret',
        server_metadata_url=f'http://127.0.0.1:{server.server_port}/.well-known/openid-configuration',
        client_kwargs={'scope': 'openid', **more},
    )
    with site.test_request_context('/'):
        asked = parse_qs(urlsplit(client.create_authorization_url('http://127.0.0.1/callback')['url']).query)
        way = client._get_oauth_client(**client.load_server_metadata()).token_endpoint_auth_method
    print(f"{name}: code challenge {'sent' if 'code_challenge' in asked else 'not sent'}, secret by {way}")
PY
seen=$(PYTHONPATH=packages python3 -W ignore look.py)
expected='discovery: code challenge not sent, secret by client_secret_basic
discovery_and_setting: code challenge sent, secret by client_secret_basic'

echo 'version: Authlib 1.9.10 (with Flask 3.1.3)'
echo 'behaviour: neither code_challenge_methods_supported nor token_endpoint_auth_methods_supported is heeded'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: Authlib reads a discovery document otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
