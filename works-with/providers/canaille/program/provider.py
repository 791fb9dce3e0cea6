"""Contoso's Canaille on SQLite: python provider.py CONFIGURATION.json"""

import json
import sys
from pathlib import Path

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey

CONFIGURATION = json.loads(Path(sys.argv[1]).read_text())
PORT = CONFIGURATION["port"]

app = create_app(
    {
        "SECRET_KEY": CONFIGURATION["secretKey"],
        "SERVER_NAME": f"127.0.0.1:{PORT}",
        "PREFERRED_URL_SCHEME": "http",
        "SESSION_COOKIE_NAME": "canaille",
        "CANAILLE": {"DATABASE": "sql", "JAVASCRIPT": False, "HTMX": False},
        "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{CONFIGURATION['database']}"},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)]},
    },
    init_backend=True,
)
with app.app_context():
    for person in CONFIGURATION["people"]:
        user = models.User(
            user_name=person["userName"],
            formatted_name=f"{person['givenName']} {person['familyName']}",
            given_name=person["givenName"],
            family_name=person["familyName"],
            emails=[person["email"]],
            password=person["password"],
        )
        Backend.instance.save(user)
    for given in CONFIGURATION["clients"]:
        usual = "client_secret_basic" if given["way"] == "usual" else given["way"]
        client = models.Client(
            client_id=given["id"],
            client_secret=given["secret"] or "",
            client_name="Gatehouse",
            client_uri="https://gatehouse.example",
            redirect_uris=[given["redirectUri"]],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=given["scopes"],
            token_endpoint_auth_method=usual,
            application_type="web",
            id_token_signed_response_alg="RS256",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
app.run("127.0.0.1", PORT, threaded=False)
