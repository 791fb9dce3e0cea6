#!/usr/bin/env bash
# Glewlwyd: with *Add issuer in /auth response*, an answer by form_post states an issuer that is percent-encoded twice.
#
# Expected: `iss` beside an answer is the issuer as the discovery document has it, compared as a string (RFC 9207 sections 2
#   and 2.4). In a form of response mode form_post the browser encodes each value once itself (OAuth 2.0 Form Post Response
#   Mode, section 2): the page holds the plain value.
# Happens: the page of form_post holds `https%3A%2F%2F…`, so after the browser's own encoding the application reads just that.
#   In the fragment and in the query the same option states it right.
# Matters: the option works with the code flow and in the fragment, and whoever has tried it there does not expect that every
#   login of an application that takes its ID token by form_post is refused as an answer of another provider.
# Gatehouse: src/connectors/openid-connect/answer/verify-callback.ts compares without decoding, and *Why?* names both values;
#   tested in test/flows/a-provider-that-answers-oddly.test.ts.
# Needs Debian 12 with package lists (apt-get update): packages are unpacked into a folder, none is installed.
set -euo pipefail

version=2.7.5-3+deb12u1
folder=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then kill "$server" && wait "$server" || true; fi
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
apt-get -qq -o APT::Sandbox::User= download "glewlwyd=$version" "glewlwyd-common=$version" libcbor0.8 libconfig9 \
  libcurl3-gnutls libhoel1.4 libiddawc1.1 libjansson4 libldap-2.5-0 libmariadb3 libmicrohttpd12 libnghttp2-14 liboath0 \
  liborcania2.3 libpq5 libpsl5 librhonabwy1.1 librtmp1 libsqlite3-0 libssh2-1 libulfius2.7 libyder2.0
for package in *.deb; do dpkg -x "$package" .; done
mkdir -p usr/lib/glewlwyd/user_middleware

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
origin=http://127.0.0.1:$port
python3 - <<'PY'
import gzip, sqlite3
tables = gzip.open('usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz', 'rt').read()
sqlite3.connect('glewlwyd.db').executescript(tables)
PY
cat >glewlwyd.conf <<CONF
port=$port
bind_address="127.0.0.1"
external_url="$origin"
login_url="login.html"
api_prefix="api"
log_mode="file"
log_level="ERROR"
log_file="$folder/glewlwyd.log"
cookie_domain="127.0.0.1"
cookie_secure=0
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="$folder/usr/lib/glewlwyd/user"
user_middleware_module_path="$folder/usr/lib/glewlwyd/user_middleware"
client_module_path="$folder/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="$folder/usr/lib/glewlwyd/scheme"
plugin_module_path="$folder/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = { type = "sqlite3"; path = "$folder/glewlwyd.db"; };
CONF
LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu usr/bin/glewlwyd --config-file=glewlwyd.conf >start.log 2>&1 &
server=$!

cat >look.py <<'PY'
import json, re, sys, time, urllib.error, urllib.parse, urllib.request

ORIGIN = sys.argv[1]
ISSUER = ORIGIN + '/api/oidc'


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


browser = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor())


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ORIGIN + path, data, {'content-type': 'application/json'}, method=method)
    try:
        with browser.open(request, timeout=10) as answer:
            return answer.read().decode(), answer.headers
    except urllib.error.HTTPError as answer:
        if answer.code != 302:
            raise
        return '', answer.headers


for _ in range(100):
    try:
        call('GET', '/config/')
        break
    except (urllib.error.URLError, ConnectionError):
        time.sleep(0.1)
call('POST', '/api/auth/', {'username': 'admin', 'password': 'password'})
call('POST', '/api/mod/plugin/', {
    'module': 'oidc', 'name': 'oidc', 'display_name': 'OpenID Connect', 'order_rank': 0, 'enabled': True,
    'parameters': {
        'iss': ISSUER, 'oauth-as-iss-id': True, 'jwt-type': 'sha', 'jwt-key-size': '256', 'key': 'of-this-run',
        'access-token-duration': 3600, 'refresh-token-duration': 3600, 'code-duration': 600,
        'refresh-token-rolling': False, 'allow-non-oidc': False, 'auth-type-code-enabled': True,
        'auth-type-implicit-enabled': True, 'auth-type-refresh-enabled': True, 'subject-type': 'public',
    },
})
scopes = ['openid', 'g_admin', 'g_profile']
call('PUT', '/api/user/admin', {'username': 'admin', 'enabled': True, 'scope': scopes})
call('POST', '/api/client/', {
    'client_id': 'reports', 'name': 'Reports', 'enabled': True, 'confidential': False, 'scope': ['openid'],
    'redirect_uri': ['https://reports.example/callback'], 'authorization_type': ['id_token', 'code'],
})
call('PUT', '/api/auth/grant/reports', {'scope': 'openid'})
for kind, mode in (('code', 'query'), ('id_token', 'fragment'), ('id_token', 'form_post')):
    page, headers = call('GET', '/api/oidc/auth?' + urllib.parse.urlencode({
        'client_id': 'reports', 'response_type': kind, 'response_mode': mode, 'scope': 'openid', 'state': 's',
        'nonce': 'n', 'redirect_uri': 'https://reports.example/callback', 'g_continue': '',
    }))
    if mode == 'form_post':
        stated = re.search(r'name="iss" value="([^"]*)"', page)[1]
    else:
        sent = urllib.parse.urlsplit(headers['location'])
        stated = urllib.parse.parse_qs(sent.query or sent.fragment)['iss'][0]
    print(f'{kind} by {mode}: iss', 'is the issuer' if stated == ISSUER else stated.replace(sys.argv[2], 'PORT'))
PY
seen=$(python3 look.py "$origin" "$port")
expected='code by query: iss is the issuer
id_token by fragment: iss is the issuer
id_token by form_post: iss http%3A%2F%2F127.0.0.1%3APORT%2Fapi%2Foidc'

echo "version: Glewlwyd $version (Debian)"
echo 'behaviour: the hidden field iss of a form_post page is percent-encoded; query and fragment state the issuer'
printf 'seen:\n%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'CHANGED: Glewlwyd states iss by form_post otherwise than on record. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
