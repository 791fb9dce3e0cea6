#!/usr/bin/env bash
# django-allauth sends the client secret in the body where a discovery document does not say how it is taken.
#
# Expected: `token_endpoint_auth_methods_supported` may be left out, and then means `client_secret_basic` (OpenID Connect Discovery
#   section 3, RFC 8414 section 2): the secret goes by HTTP Basic.
# Happens: Basic is used only where the document lists it and does not list `client_secret_post`; without the list the secret goes
#   in the body, as with a document that lists both.
# Matters: a provider that leaves the list out, and holds a client to what it is registered for (by default Basic, RFC 7591
#   section 2), answers `invalid_client` to a secret that is right. `token_auth_method` in the settings of the app mends it.
# Gatehouse: as a provider it lists both and takes both (src/oidc/clients.ts). As a relying party it goes by Basic where nothing is
#   listed (src/connectors/openid-connect/client-authentication.ts).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target packages \
  'django-allauth[socialaccount]==65.21.1' 'Django==5.2.19'

cat >look.py <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import django
from django.conf import settings

LISTS = {
    'nothing': None,
    'Basic': ['client_secret_basic'],
    'Basic and body': ['client_secret_basic', 'client_secret_post'],
}


class Provider(BaseHTTPRequestHandler):
    methods = None
    came = ''

    def do_GET(self):
        issuer = f'http://127.0.0.1:{self.server.server_port}'
        document = {'issuer': issuer, 'authorization_endpoint': f'{issuer}/authorize', 'token_endpoint': f'{issuer}/token'}
        if Provider.methods is not None:
            document['token_endpoint_auth_methods_supported'] = Provider.methods
        self.answer(document)

    def do_POST(self):
        body = parse_qs(self.rfile.read(int(self.headers['content-length'])).decode())
        ways = {'Basic': 'authorization' in self.headers, 'body': 'client_secret' in body}
        Provider.came = ' and '.join(way for way, used in ways.items() if used)
        self.answer({'access_token': 'a', 'token_type': 'Bearer'})

    def answer(self, document):
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(('127.0.0.1', 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
app = {
    'provider_id': 'contoso',
    'name': 'Contoso',
    'client_id': 'id',
    'secret': 'secret',
    'settings': {'server_url': f'http://127.0.0.1:{server.server_port}'},
}
names = ['', '.account', '.socialaccount', '.socialaccount.providers.openid_connect']
settings.configure(
    SECRET_KEY='of-a-site',
    ALLOWED_HOSTS=['testserver'],
    ROOT_URLCONF='allauth.urls',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'site.sqlite'}},
    MIDDLEWARE=['allauth.account.middleware.AccountMiddleware'],
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', *(f'allauth{name}' for name in names)],
    SOCIALACCOUNT_PROVIDERS={'openid_connect': {'APPS': [app]}},
)
django.setup()

from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.management import call_command
from django.test import RequestFactory

call_command('migrate', verbosity=0)
for name, methods in LISTS.items():
    Provider.methods = methods
    request = RequestFactory().get('/')
    adapter = OpenIDConnectOAuth2Adapter(request, 'contoso')
    adapter.get_client(request, adapter.get_provider().app).get_access_token('code')
    print(f'lists {name}: the secret came by {Provider.came}')
PY
seen=$(PYTHONPATH=packages python3 -W ignore look.py)
expected='lists nothing: the secret came by body
lists Basic: the secret came by Basic
lists Basic and body: the secret came by body'

echo 'version: django-allauth 65.21.1 (with Django 5.2.19)'
echo 'behaviour: without token_endpoint_auth_methods_supported the secret goes in the body, not by HTTP Basic'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: django-allauth sends the secret otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
