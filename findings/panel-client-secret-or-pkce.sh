#!/usr/bin/env bash
# Panel: of its two ways to log in at any OpenID Provider one sends the client secret, the other one PKCE; none sends both.
#
# Expected: a server with a client secret (`PANEL_OAUTH_SECRET`) authenticates at the token endpoint with it (RFC 6749 section
#   3.2.1), and PKCE comes on top (RFC 9700 section 2.1.1 recommends it for such clients, too).
# Happens: the provider `generic` sends the secret and no code challenge. `auth_code`, which is there for PKCE, sends challenge and
#   verifier, and leaves the configured secret out without a word.
# Matters: who switches from `generic` to `auth_code` because PKCE is asked for reads 401 `invalid_client` from the provider, and
#   compares a secret that is right and never sent.
# Gatehouse: works-with/applications/panel/settings.ts takes `generic` and registers the application *without PKCE*.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv here >&2
here/bin/pip install --quiet --disable-pip-version-check 'panel==1.9.4' >&2

cat >page.py <<'PY'
import panel as pn

pn.pane.Markdown('a page').servable()
PY
cat >look.py <<'PY'
import http.cookiejar
import http.server
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request


class TokenEndpoint(http.server.BaseHTTPRequestHandler):
    """Notes what arrives; the answer does not matter here."""

    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length'])).decode()
        self.seen.append((dict(urllib.parse.parse_qsl(body)), self.headers.get('authorization')))
        self.send_response(400)
        self.end_headers()

    def log_message(self, *words):
        pass


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words):
        return None


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def ask(browser, address):
    try:
        return browser.open(address, timeout=30)
    except urllib.error.HTTPError as answer:
        return answer


def look(kind):
    TokenEndpoint.seen.clear()
    port = free_port()
    issuer = f'http://127.0.0.1:{provider.server_address[1]}'
    settings = {
        'PANEL_OAUTH_PROVIDER': kind,
        'PANEL_OAUTH_KEY': 'the-client',
        'PANEL_OAUTH_SECRET': 'the-secret',
        'PANEL_OAUTH_REDIRECT_URI': f'http://127.0.0.1:{port}/login',
        'PANEL_OAUTH_AUTHORIZE_URL': f'{issuer}/authorize',
        'PANEL_OAUTH_TOKEN_URL': f'{issuer}/token',
        'PANEL_OAUTH_USER_URL': f'{issuer}/userinfo',
        'PANEL_COOKIE_SECRET': 'of-a-page-on-loopback',
    }
    words = [sys.executable, '-m', 'panel', 'serve', 'page.py', '--address', '127.0.0.1', '--port', str(port)]
    quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
    program = subprocess.Popen(words, env={**os.environ, **settings}, **quiet)
    try:
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), StayHere())
        for _ in range(240):
            try:
                sent = ask(browser, f'http://127.0.0.1:{port}/login')
                break
            except OSError:
                time.sleep(0.25)
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(sent.headers['location']).query))
        query = urllib.parse.urlencode({'code': 'a-code', 'state': asked['state']})
        ask(browser, f'http://127.0.0.1:{port}/login?{query}')
    finally:
        program.terminate()
        program.wait()
    form, header = TokenEndpoint.seen[0]
    secret = 'yes' if header or 'the-secret' in form.values() else 'no'
    verifier = 'yes' if 'code_verifier' in form and 'code_challenge' in asked else 'no'
    print(f'{kind}: client secret sent: {secret}, PKCE: {verifier}', flush=True)


provider = http.server.ThreadingHTTPServer(('127.0.0.1', 0), TokenEndpoint)
threading.Thread(target=provider.serve_forever, daemon=True).start()
for kind in ('generic', 'auth_code'):
    look(kind)
PY
seen=$(here/bin/python -W ignore look.py)
expected='generic: client secret sent: yes, PKCE: no
auth_code: client secret sent: no, PKCE: yes'

echo 'version: panel 1.9.4'
echo 'behaviour: the provider generic sends the client secret and no PKCE, auth_code PKCE and no client secret'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: Panel sends something else than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
