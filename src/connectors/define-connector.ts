import type { Connector, StoredConnection } from './connector.ts';

/**
 * Gives a typed connector the form in which connections hold it: what was stored is parsed before the connector sees it.
 * A row that does not parse is a fault of ours and throws.
 */
export function defineConnector<Entered, Settings, State>(typed: Connector<Entered, Settings, State>): Connector {
  const settingsOf = (stored: unknown): Settings => typed.settings.parse(stored);
  const read = (connection: StoredConnection<unknown>): StoredConnection<Settings> => ({
    ...connection,
    settings: settingsOf(connection.settings),
  });
  const { adapt, consentUrl, logoutUrl, readLogoutToken, offer, repeat, reread, ...rest } = typed;
  return {
    ...rest,
    ...(consentUrl === undefined
      ? {}
      : {
          consentUrl: ({ settings, redirectUri }) => consentUrl({ settings: settingsOf(settings), redirectUri }),
        }),
    ...(logoutUrl === undefined
      ? {}
      : { logoutUrl: ({ settings }, request) => logoutUrl({ settings: settingsOf(settings) }, request) }),
    ...(readLogoutToken === undefined
      ? {}
      : {
          readLogoutToken: async (connection, token, calls) => readLogoutToken(read(connection), token, calls),
        }),
    ...(reread === undefined ? {} : { reread: async (connection) => reread(read(connection)) }),
    check: async (entered, callbacks, before) =>
      typed.check(typed.entered.parse(entered), callbacks, before === null ? null : read(before)),
    describe: (settings) => typed.describe(settingsOf(settings)),
    credentialExpiresAt: (settings) => typed.credentialExpiresAt(settingsOf(settings)),
    withSecretExpiry: (settings, day) => typed.withSecretExpiry(settingsOf(settings), day),
    sharesSubjects: (one, other) => typed.sharesSubjects(settingsOf(one), settingsOf(other)),
    begin: async (connection, request) => typed.begin(read(connection), request),
    finish: async (connection, callback) =>
      typed.finish(read(connection), { ...callback, state: typed.state.parse(callback.state) }),
    adapt: (connection, failure, state) => adapt?.(read(connection), failure, typed.state.parse(state)) ?? null,
    repeat: (state) => repeat?.(typed.state.parse(state)) ?? {},
    offer: (settings, failure, credential) => offer?.(settingsOf(settings), failure, credential) ?? null,
  };
}
