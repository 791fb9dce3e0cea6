/** Audiences of Microsoft's token exchange, one for each cloud. */
export const FEDERATED_AUDIENCES = {
  global: 'api://AzureADTokenExchange',
  'us-government': 'api://AzureADTokenExchangeUSGov',
  china: 'api://AzureADTokenExchangeChina',
} as const;

const CLOUD_BY_HOST: Readonly<Record<string, keyof typeof FEDERATED_AUDIENCES>> = {
  'login.microsoftonline.us': 'us-government',
  'login.partner.microsoftonline.cn': 'china',
};

/** The audience of a federated credential for a directory, by its issuer. */
export function federatedAudience(issuer: string): string {
  return FEDERATED_AUDIENCES[CLOUD_BY_HOST[new URL(issuer).host] ?? 'global'];
}
