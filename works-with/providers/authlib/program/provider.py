"""Contoso's own provider with Authlib and Flask: python provider.py CONFIGURATION.json"""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, redirect, request, session
from joserfc.jwk import RSAKey

CONFIGURATION = json.loads(Path(sys.argv[1]).read_text())
ORIGIN = f"http://127.0.0.1:{CONFIGURATION['port']}"
KEY = RSAKey.generate_key(2048, auto_kid=True)
PEOPLE = {person["userName"]: person for person in CONFIGURATION["people"]}
CODES = {}
FORM = '<form method="post"><input name="username"><input name="password" type="password"><button>Log in</button></form>'


class Client(ClientMixin):
    def __init__(self, given):
        self.client_id, self.secret, self.scopes = given["id"], given["secret"], given["scopes"]
        self.redirect_uri = given["redirectUri"]
        self.way = "client_secret_basic" if given["way"] == "usual" else given["way"]

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.redirect_uri

    def get_allowed_scope(self, scope):
        return " ".join(one for one in (scope or "").split() if one in self.scopes)

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret):
        return self.secret == client_secret

    def check_endpoint_auth_method(self, method, endpoint):
        return endpoint != "token" or method == self.way

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code(SimpleNamespace, AuthorizationCodeMixin):
    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def save_authorization_code(self, code, given):
        data = given.payload.data
        CODES[code] = Code(
            code=code,
            client_id=given.client.client_id,
            redirect_uri=given.payload.redirect_uri,
            scope=given.client.get_allowed_scope(given.payload.scope),
            nonce=data.get("nonce"),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
            auth_time=session["at"],
            user=given.user,
        )

    def query_authorization_code(self, code, client):
        item = CODES.get(code)
        return item if item is not None and item.client_id == client.client_id else None

    def delete_authorization_code(self, authorization_code):
        CODES.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class IdToken(OpenIDCode):
    def exists_nonce(self, nonce, given):
        return any(code.nonce == nonce for code in CODES.values())

    def resolve_client_private_key(self, client):
        return KEY

    def get_client_algorithm(self, client):
        return "RS256"

    def get_client_claims(self, client):
        return {"iss": ORIGIN, "aud": [client.client_id]}

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": KEY.kid}

    def generate_user_info(self, user, scope):
        name = f"{user['givenName']} {user['familyName']}"
        every = UserInfo(sub=user["userName"], name=name, email=user["email"], email_verified=True)
        return every.filter(scope)


app = Flask(__name__)
app.secret_key = CONFIGURATION["secretKey"]
app.config["SESSION_COOKIE_NAME"] = "authlib"
CLIENTS = {given["id"]: Client(given) for given in CONFIGURATION["clients"]}
server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=lambda token, given: None)
server.register_grant(CodeGrant, [IdToken(require_nonce=True), CodeChallenge(required=True)])


@app.get("/.well-known/openid-configuration")
def document():
    return jsonify(
        issuer=ORIGIN,
        authorization_endpoint=f"{ORIGIN}/authorize",
        token_endpoint=f"{ORIGIN}/token",
        jwks_uri=f"{ORIGIN}/keys",
        response_types_supported=["code"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
        token_endpoint_auth_methods_supported=CodeGrant.TOKEN_ENDPOINT_AUTH_METHODS,
        code_challenge_methods_supported=["S256"],
        scopes_supported=["openid", "profile", "email"],
    )


@app.get("/keys")
def keys():
    return jsonify(keys=[{**KEY.as_dict(private=False), "use": "sig", "alg": "RS256"}])


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    person = PEOPLE.get(request.form.get("username", ""))
    if person is not None and person["password"] == request.form.get("password"):
        session.update(user=person["userName"], at=int(time.time()))
        return redirect(request.url)
    if "user" not in session:
        return FORM
    user = PEOPLE[session["user"]]
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(server.create_oauth2_request(None), error)
    return server.create_authorization_response(grant=grant, grant_user=user)


@app.post("/token")
def token():
    return server.create_token_response()


app.run("127.0.0.1", CONFIGURATION["port"])
