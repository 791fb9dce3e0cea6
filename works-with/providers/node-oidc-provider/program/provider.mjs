// Contoso's own provider: node provider.mjs CONFIGURATION.json, with the package in the folder it stands in.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

const { port, host, clients, people } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const origin = `http://${host}:${port}`;
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const registered = clients.map(({ id, secret, redirectUri, way, scopes }) => ({
  client_id: id,
  redirect_uris: [redirectUri],
  scope: scopes.join(' '),
  ...(secret === null ? { token_endpoint_auth_method: 'none' } : { client_secret: secret }),
  ...(way === 'usual' || secret === null ? {} : { token_endpoint_auth_method: way }),
}));
const provider = new Provider(origin, {
  clients: registered,
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['of-a-provider-on-loopback'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // Its own pages for development take any password: the person's name is who logs in.
  async findAccount(_context, id) {
    const person = people.find(({ userName }) => userName === id);
    if (person === undefined) return undefined;
    const { email, givenName, familyName } = person;
    const name = `${givenName} ${familyName}`;
    return { accountId: id, claims: () => ({ sub: id, email, email_verified: true, name }) };
  },
});
const answer = provider.callback();
createServer((request, response) => void answer(request, response)).listen(port, host);
