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

/** What a redirect URI tells of a program: a scheme of its own, this machine, or an address on the web; without TLS it is taken on this machine alone. */
export function readRedirectUri(typed: string): 'own-scheme' | 'loopback' | 'web' | 'plain-http' | null {
  const url = URL.parse(typed.trim());
  if (url === null) return null;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'own-scheme';
  if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) return 'loopback';
  return url.protocol === 'https:' ? 'web' : 'plain-http';
}

const SUGGESTED = { 'own-scheme': 'native', loopback: 'web', web: 'web', 'plain-http': 'web' } as const;

/** The kind that was chosen, else the one its address suggests. */
export function kindOf({ kind, redirectUri }: OtherValues): Kind {
  if (kind !== '') return kind;
  const told = readRedirectUri(redirectUri);
  return told === null ? 'web' : SUGGESTED[told];
}

/** The redirect URI, as far as it can be taken. */
function takenUri({ redirectUri }: OtherValues): string | undefined {
  const told = readRedirectUri(redirectUri);
  return told === null || told === 'plain-http' ? undefined : redirectUri.trim();
}

/** What will be registered, as answered. What is not known is registered as most programs want it. */
export function otherRegistration(values: OtherValues): Registration {
  const kind = kindOf(values);
  const uri = takenUri(values);
  return {
    kind,
    redirectUris: uri === undefined ? [] : [uri],
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
  else if (takenUri(values) === undefined) {
    const isAddress = readRedirectUri(uri) !== null;
    wrong.redirectUri = isAddress ? t('other.redirect-uri.plain-http') : t('application.uri.malformed', { uri });
  }
  const opens = values.opens.trim();
  if (opens !== '' && readRedirectUri(opens) === null) wrong.opens = t('application.uri.malformed', { uri: opens });
  if (values.name.trim() === '') wrong.name = t('field.required');
  return wrong;
}
