import type { Field } from './field.ts';
import { authorize } from './authorization-requests.ts';
import { toSent } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Draw } from './draw.ts';
import type { Issued } from './issued.ts';
import type { Thought } from './thought.ts';
import { authenticate, redeem } from './token-requests.ts';

/** Thinks of the next request: mostly a plain one or one that is nearly plain. */
export function think(draw: Draw, field: Field, issued: Issued): Thought {
  const redeemable = issued.codes.filter(({ used }) => used === 0);
  const which = draw.below(100);
  if (which < 8) return other(draw, field, issued);
  if (which < 16 && issued.codes.length > 0) return redeem(draw, field, draw.one(issued.codes));
  return redeemable.length > 0 && which < 60 ? redeem(draw, field, redeemable.at(-1)!) : authorize(draw, field);
}

/** What is done with tokens afterwards, and other endpoints. */
function other(draw: Draw, field: Field, issued: Issued): Thought {
  const client = draw.one(field.usual);
  const headers: [string, string][] = [];
  const parameters: [string, string][] = [];
  const draft: Draft = {
    method: 'POST',
    path: '',
    parameters,
    headers,
    into: 'form',
    writing: 'usual',
    tail: '',
    body: undefined,
    chunked: draw.chance(0.1),
  };
  const token = issued.accessTokens.length === 0 ? undefined : draw.one(issued.accessTokens);
  const refreshed = issued.refreshTokens.length === 0 ? undefined : draw.one(issued.refreshTokens);
  const holder = draw.chance(0.9) ? (refreshed?.client ?? client) : client;
  draw.one<() => void>([
    () => {
      Object.assign(draft, { method: 'GET', path: '/oauth2/userinfo' });
      headers.push(['authorization', `Bearer {{${token?.place ?? 0}}}`]);
    },
    () => {
      draft.path = '/oauth2/token';
      parameters.push(['grant_type', 'refresh_token'], ['refresh_token', `{{${refreshed?.place ?? 0}}}`]);
      authenticate(draw, holder, parameters, headers, 0);
    },
    () => {
      draft.path = draw.one(['/oauth2/introspect', '/oauth2/revoke']);
      parameters.push(['token', `{{${draw.one([token?.place, refreshed?.place]) ?? 0}}}`]);
      authenticate(draw, holder, parameters, headers, 0);
    },
    () => {
      Object.assign(draft, { method: 'OPTIONS', path: '/oauth2/token' });
      headers.push(['origin', 'https://spa.example'], ['access-control-request-method', 'POST']);
    },
    () => {
      Object.assign(draft, {
        method: draw.one(['GET', 'POST']),
        path: draw.one(['/oauth2/token', '/oauth2/authorize', '/oauth2/authorize/x', '/oauth2/par', '/logout']),
      });
      headers.push(['cookie', draw.chance(0.2) ? draw.one(field.sessions).cookie : 'x=y']);
    },
  ])();
  return { sent: toSent(draft), asked: { client: holder, redirectUri: client.redirectUris[0]!, verifier: '' } };
}
