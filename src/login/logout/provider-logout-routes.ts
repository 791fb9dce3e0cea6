import { readId } from '../../base/ids.ts';
import { networkOf } from '../../base/network.ts';
import { receiveFrontChannelLogout } from '../../connections/logout/receive-front-channel.ts';
import { receiveLogoutToken } from '../../connections/logout/receive-logout-token.ts';
import type { ReceiveLogoutDeps } from '../../connections/logout/receive-logout-token.ts';
import type { Log } from '../../base/log.ts';
import { API_HEADERS } from '../../http/headers.ts';
import type { Server } from '../../http/server.ts';

/** Largest logout token that is read, bytes, with its form. */
const LARGEST = 80 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * The answer to a provider's iframe: an empty page that any site may frame. It shows nothing, looks at no cookie and is the
 * same whatever the request did.
 */
const FRAMED = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
};

/**
 * Where identity providers tell us that somebody logged out there:
 *
 *     GET  /logout/frontchannel?iss&sid        in an iframe of their logout page (OpenID Connect Front-Channel Logout 1.0)
 *     POST /logout/backchannel/<organization>  from their server, a logout token (OpenID Connect Back-Channel Logout 1.0)
 */
export async function mountProviderLogout(server: Server, deps: ReceiveLogoutDeps & { log: Log }): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: LARGEST }, (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    });
    scope.get('/logout/frontchannel', { exposeHeadRoute: false }, async (request, reply) => {
      const asked = new URLSearchParams(request.url.split('?')[1] ?? '');
      await receiveFrontChannelLogout(deps, { issuer: asked.get('iss'), sid: asked.get('sid') });
      return reply
        .removeHeader('x-frame-options')
        .removeHeader('cross-origin-resource-policy')
        .headers(FRAMED)
        .send('<!doctype html><title>Logout</title>');
    });
    scope.post('/logout/backchannel/:organization', async (request, reply) => {
      const { organization } = request.params as { organization: string };
      const organizationId = readId('org', organization);
      const token = request.body instanceof URLSearchParams ? request.body.get('logout_token') : null;
      void reply.headers(API_HEADERS);
      if (organizationId === undefined || token === null) return reply.code(400).send(INVALID);
      const about = { organizationId, token, network: networkOf(request.ip), reference: request.id };
      const received = await receiveLogoutToken(deps, about);
      if (received.kind === 'ended') return reply.code(200).send();
      deps.log.info({ code: received.code, reqId: request.id }, 'a logout token was refused');
      return reply.code(400).send(INVALID);
    });
  });
}

/** Section 2.8: what is wrong is told to the organization's administrator, not to whoever sent it. */
const INVALID = { error: 'invalid_request', error_description: 'the logout token was refused' };
