"""An application with Authlib (Debian's python3-authlib), one person at a time."""
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import jwt
from authlib.oidc.core import CodeIDToken

ISSUER, PORT = os.environ['ISSUER'], int(os.environ['PORT'])
URL = f'http://127.0.0.1:{PORT}'
METADATA = requests.get(f'{ISSUER}/.well-known/openid-configuration', timeout=20).json()
CLIENT = OAuth2Session(
    os.environ['CLIENT_ID'],
    os.environ['CLIENT_SECRET'],
    scope='openid profile email',
    redirect_uri=f'{URL}/callback',
    code_challenge_method='S256',
)
asked, tokens = {}, {}


def user():
    if not tokens:
        return None
    return CLIENT.get(METADATA['userinfo_endpoint'], timeout=20).json()


class Application(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def redirect(self, to):
        self.send_response(302)
        self.send_header('location', to)
        self.end_headers()

    def show(self):
        body = json.dumps({'user': user()}).encode()
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split('?')[0]
        if path == '/login':
            asked.update(verifier=generate_token(48), nonce=generate_token())
            url, asked['state'] = CLIENT.create_authorization_url(
                METADATA['authorization_endpoint'], code_verifier=asked['verifier'], nonce=asked['nonce']
            )
            self.redirect(url)
        elif path == '/callback':
            tokens.update(
                CLIENT.fetch_token(
                    METADATA['token_endpoint'],
                    authorization_response=URL + self.path,
                    code_verifier=asked['verifier'],
                    state=asked['state'],
                )
            )
            keys = requests.get(METADATA['jwks_uri'], timeout=20).json()
            options = {'iss': {'value': METADATA['issuer']}, 'aud': {'value': CLIENT.client_id}}
            claims = jwt.decode(tokens['id_token'], keys, claims_cls=CodeIDToken, claims_options=options,
                                claims_params={'nonce': asked['nonce'], 'client_id': CLIENT.client_id})
            claims.validate()
            self.redirect('/')
        elif path == '/refresh':
            tokens.update(CLIENT.refresh_token(METADATA['token_endpoint'], refresh_token=tokens['refresh_token']))
            self.show()
        elif path == '/logout':
            hint = tokens['id_token']
            tokens.clear()
            query = urlencode({'id_token_hint': hint, 'post_logout_redirect_uri': f'{URL}/'})
            self.redirect(f'{METADATA["end_session_endpoint"]}?{query}')
        else:
            self.show()


server = ThreadingHTTPServer(('127.0.0.1', PORT), Application)
threading.Thread(target=server.serve_forever, daemon=True).start()
print('ready', flush=True)
sys.stdin.read()
