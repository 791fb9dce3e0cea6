/** Audiences of Microsoft's token exchange by the host of the login service; one for each cloud. */
const AUDIENCES: Readonly<Record<string, string>> = {
  'login.microsoftonline.us': 'api://AzureADTokenExchangeUSGov',
  'login.partner.microsoftonline.cn': 'api://AzureADTokenExchangeChina',
};

/**
 * The audience of a federated credential for a directory.
 * @param issuer of the directory; null while it is not known: the global cloud's
 */
export function federatedAudience(issuer: string | null): string {
  return (issuer === null ? undefined : AUDIENCES[new URL(issuer).host]) ?? 'api://AzureADTokenExchange';
}
