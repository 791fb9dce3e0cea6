import type { Application } from '../../../src/api/contract/applications.ts';
import { t } from '../../texts/t.ts';

/** What the form of an application holds; addresses one in a line. */
export interface ApplicationValues {
  name: string;
  kind: Application['kind'];
  redirectUris: string;
  postLogoutRedirectUris: string;
  backchannelLogoutUri: string;
  initiateLoginUri: string;
  refreshTokens: boolean;
  firstParty: boolean;
}

export const EMPTY_APPLICATION: ApplicationValues = {
  name: '',
  kind: 'web',
  redirectUris: '',
  postLogoutRedirectUris: '',
  backchannelLogoutUri: '',
  initiateLoginUri: '',
  refreshTokens: false,
  firstParty: false,
};

export function valuesOf(application: Application): ApplicationValues {
  return {
    name: application.name,
    kind: application.kind,
    redirectUris: application.redirectUris.join('\n'),
    postLogoutRedirectUris: application.postLogoutRedirectUris.join('\n'),
    backchannelLogoutUri: application.backchannelLogoutUri ?? '',
    initiateLoginUri: application.initiateLoginUri ?? '',
    refreshTokens: application.refreshTokens,
    firstParty: application.firstParty,
  };
}

/** The lines that hold something. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What is sent, but the kind, which never changes. `firstParty` only from those who may set it. */
export function settingsOf(values: ApplicationValues, maySetFirstParty: boolean) {
  return {
    name: values.name.trim(),
    redirectUris: lines(values.redirectUris),
    postLogoutRedirectUris: lines(values.postLogoutRedirectUris),
    backchannelLogoutUri: values.backchannelLogoutUri.trim() || null,
    initiateLoginUri: values.initiateLoginUri.trim() || null,
    refreshTokens: values.refreshTokens,
    ...(maySetFirstParty ? { firstParty: values.firstParty } : {}),
  };
}

/** What can be seen without asking: missing fields, addresses that are none. The service knows the full rules. */
export function validate(values: ApplicationValues): Partial<Record<keyof ApplicationValues, string>> {
  const wrong: Partial<Record<keyof ApplicationValues, string>> = {};
  if (values.name.trim() === '') wrong.name = t('field.required');
  const redirects = lines(values.redirectUris);
  if (redirects.length === 0) wrong.redirectUris = t('application.redirect-uris.missing');
  for (const field of ['redirectUris', 'postLogoutRedirectUris'] as const) {
    const broken = lines(values[field]).find((uri) => !URL.canParse(uri));
    if (broken !== undefined) wrong[field] = t('application.uri.malformed', { uri: broken });
  }
  for (const field of ['backchannelLogoutUri', 'initiateLoginUri'] as const) {
    const uri = values[field].trim();
    if (uri !== '' && !URL.canParse(uri)) wrong[field] = t('application.uri.malformed', { uri });
  }
  return wrong;
}
