import { z } from 'zod';
import { type Exchange, formPostPage, redirectTo, sendPage } from '../small-server.ts';

/** What a provider sends back through the browser. */
export interface AuthorizationResponse {
  redirectUri: string;
  mode: 'query' | 'fragment' | 'form_post';
  parameters: [name: string, value: string][];
}

/** How an authorization response goes wrong; several apply one after the other. */
export const responseFaultSchema = z.discriminatedUnion('kind', [
  /** Parameters put over the proper ones; `null` leaves one out. E.g. `state`, `iss`. */
  z.object({ kind: z.literal('change'), parameters: z.record(z.string(), z.string().nullable()) }),
  /** A second parameter of the same name. */
  z.object({ kind: z.literal('repeat'), parameter: z.string(), value: z.string() }),
  /** An OAuth error in place of success. */
  z.object({ kind: z.literal('error'), error: z.string(), description: z.string().optional() }),
  /** By another way than the one asked for. */
  z.object({ kind: z.literal('mode'), mode: z.enum(['query', 'fragment', 'form_post']) }),
  /** To another address than the one asked for, e.g. another organization's callback. */
  z.object({ kind: z.literal('elsewhere'), redirectUri: z.string() }),
  /**
   * Mix-up: no answer, the browser is sent on to another provider's authorization endpoint. `url` is a whole
   * authorization request (one an attacker began); the parameters in `keep` are taken from the arriving request.
   */
  z.object({ kind: z.literal('on-to'), url: z.string(), keep: z.array(z.string()).default(['state', 'redirect_uri']) }),
]);
export type ResponseFault = z.output<typeof responseFaultSchema>;

/** Sends the response as the faults shape it; `asked` is the authorization request it answers. */
export function sendResponse(
  exchange: Exchange,
  asked: URLSearchParams,
  proper: AuthorizationResponse,
  faults: readonly ResponseFault[] = [],
): void {
  const onTo = faults.find((fault) => fault.kind === 'on-to');
  if (onTo !== undefined) {
    const url = new URL(onTo.url);
    for (const name of onTo.keep) url.searchParams.set(name, asked.get(name) ?? '');
    return redirectTo(exchange, url);
  }
  const { redirectUri, mode, parameters } = faults.reduce(misshape, proper);
  if (mode === 'form_post') return sendPage(exchange, 200, formPostPage(redirectUri, parameters));
  const url = new URL(redirectUri);
  if (mode === 'fragment') url.hash = new URLSearchParams(parameters).toString();
  else for (const [name, value] of parameters) url.searchParams.append(name, value);
  return redirectTo(exchange, url);
}

function misshape(response: AuthorizationResponse, fault: ResponseFault): AuthorizationResponse {
  const without = (names: readonly string[]): AuthorizationResponse['parameters'] =>
    response.parameters.filter(([name]) => !names.includes(name));
  switch (fault.kind) {
    case 'change': {
      const set = Object.entries(fault.parameters).flatMap(([name, value]): [string, string][] =>
        value === null ? [] : [[name, value]],
      );
      return { ...response, parameters: [...without(Object.keys(fault.parameters)), ...set] };
    }
    case 'repeat':
      return { ...response, parameters: [...response.parameters, [fault.parameter, fault.value]] };
    case 'error': {
      const kept = without(['code', 'id_token', 'session_state']);
      const description: [string, string][] = fault.description ? [['error_description', fault.description]] : [];
      return { ...response, parameters: [['error', fault.error], ...description, ...kept] };
    }
    case 'mode':
      return { ...response, mode: fault.mode };
    case 'elsewhere':
      return { ...response, redirectUri: fault.redirectUri };
    case 'on-to':
      return response;
  }
}
