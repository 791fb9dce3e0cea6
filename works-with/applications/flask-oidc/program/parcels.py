"""The site's pages."""


@app.get('/')
def welcome():
    return '<h1>Parcels</h1>' + (page() if oidc.user_loggedin else '<a href="/parcels">Log in</a>')


@app.get('/parcels')
@oidc.require_login
def parcels():
    return page()


def page():
    return f'<p>{session["oidc_auth_profile"]["email"]}</p><a href="{LOGOUT}">Log out</a>'
