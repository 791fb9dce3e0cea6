/** What every client program has in common: where it stands, who it is at Gatehouse, how it says that it listens. */
export const settings = {
  issuer: process.env.ISSUER,
  clientId: process.env.CLIENT_ID,
  clientSecret: process.env.CLIENT_SECRET,
  port: Number(process.env.PORT),
  url: `http://127.0.0.1:${process.env.PORT}`,
  scope: 'openid profile email',
};

/** Listens on the loopback address and says so; ends when its input does. */
export function serve(app) {
  app.listen(settings.port, '127.0.0.1', () => console.log('ready'));
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

/** Asks who the access token speaks for, as an application would. */
export async function userinfo(accessToken) {
  const answer = await fetch(`${settings.issuer}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return answer.ok ? answer.json() : null;
}

/** Uses a refresh token by hand (RFC 6749 6), for libraries that leave it to the application. */
export async function refreshByHand(refreshToken, inBody = false) {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const { clientId, clientSecret } = settings;
  const answer = await fetch(`${settings.issuer}/oauth2/token`, {
    method: 'POST',
    headers: inBody ? {} : { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams(inBody ? { ...form, client_id: clientId, client_secret: clientSecret } : form),
  });
  if (!answer.ok) throw new Error(`refreshing: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Where a logout at Gatehouse begins (OpenID Connect RP-Initiated Logout 2). */
export function logoutUrl(idToken) {
  const parameters = { id_token_hint: idToken, post_logout_redirect_uri: `${settings.url}/` };
  return `${settings.issuer}/logout?${new URLSearchParams(parameters)}`;
}
