import '../../../texts/applications/add-applications.ts';
import type { Registration } from '../../../../works-with/preset.ts';
import { t } from '../../../texts/t.ts';

type Kind = Registration['kind'];

/** What is asked of a program there is no preset for; an answer that is not needed for its kind is left aside. */
export interface OtherValues {
  redirectUri: string;
  /** Where people open it; empty for one that is opened on a device. */
  opens: string;
  /** As the address suggests, until the person chooses. */
  kind: Kind | '';
  authentication: 'client_secret_basic' | 'client_secret_post' | 'unknown';
  pkce: 'sends' | 'cannot' | 'unknown';
  algorithm: 'RS256' | 'ES256' | 'unknown';
  name: string;
  firstParty: boolean;
}

export function emptyOther(isRootAdministrator: boolean): OtherValues {
  return {
    redirectUri: '',
    opens: '',
    kind: '',
    authentication: 'unknown',
    pkce: 'unknown',
    algorithm: 'unknown',
    name: '',
    firstParty: isRootAdministrator,
  };
}

/** What a redirect URI tells of a program: a scheme of its own, this machine, or an address on the web. */
export function readRedirectUri(typed: string): 'own-scheme' | 'loopback' | 'web' | null {
  const url = URL.parse(typed.trim());
  if (url === null) return null;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'own-scheme';
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) ? 'loopback' : 'web';
}

const SUGGESTED = { 'own-scheme': 'native', loopback: 'web', web: 'web' } as const;

/** The kind that was chosen, else the one its address suggests. */
export function kindOf({ kind, redirectUri }: OtherValues): Kind {
  if (kind !== '') return kind;
  const told = readRedirectUri(redirectUri);
  return told === null ? 'web' : SUGGESTED[told];
}

/** What will be registered, as answered. What is not known is registered as most programs want it. */
export function otherRegistration(values: OtherValues): Registration {
  const kind = kindOf(values);
  return {
    kind,
    redirectUris: [values.redirectUri.trim()],
    ...(values.opens.trim() === '' ? {} : { initiateLoginUri: values.opens.trim() }),
    ...(values.algorithm === 'ES256' ? { signingAlgorithm: 'ES256' } : {}),
    ...(kind === 'web' && values.authentication === 'client_secret_post'
      ? { clientAuthentication: 'client_secret_post' }
      : {}),
    ...(kind === 'web' && values.pkce === 'cannot' ? { withoutPkce: true } : {}),
  };
}

/** What can be seen without asking; the service knows the full rules. */
export function problemsOfOther(values: OtherValues): Partial<Record<keyof OtherValues, string>> {
  const wrong: Partial<Record<keyof OtherValues, string>> = {};
  const uri = values.redirectUri.trim();
  if (uri === '') wrong.redirectUri = t('other.redirect-uri.missing');
  else if (readRedirectUri(uri) === null) wrong.redirectUri = t('application.uri.malformed', { uri });
  const opens = values.opens.trim();
  if (opens !== '' && readRedirectUri(opens) === null) wrong.opens = t('application.uri.malformed', { uri: opens });
  if (values.name.trim() === '') wrong.name = t('field.required');
  return wrong;
}
