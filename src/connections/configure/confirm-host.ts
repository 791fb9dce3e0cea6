import type { ConnectionBefore } from './check-settings.ts';
import { connectorOf } from '../connection-settings.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { CheckedConnection } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import { isWellKnownHost } from '../../connectors/well-known-hosts.ts';
import type { Database } from '../../db/database.ts';
import { findVerifiedDomains } from '../../domains/find-domains.ts';

/** What decides whether a host is known. */
export interface HostDeps {
  connectors: Connectors;
  /** The operator's GATEHOUSE_ALLOWED_PROVIDER_HOSTS: a host named there is known, one in a network is not. */
  allowedProviderHosts: readonly string[];
}

/**
 * The host that an administrator has to type once more before people are sent there: that of the login page, or of the issuer,
 * unless it is well known, under a domain that the organization verified, named by the operator, or in force already. A
 * look-alike of a provider is noticed by who writes its name.
 * @returns null where nothing has to be typed
 */
export async function hostToConfirm(
  deps: HostDeps & { db: Database },
  organizationId: OrganizationId,
  checked: Pick<CheckedConnection<unknown>, 'method' | 'issuer' | 'settings'>,
  before: ConnectionBefore | undefined,
): Promise<string | null> {
  const hosts = hostsOf(deps, checked);
  const inForce = before === undefined ? [] : hostsOf(deps, before.connection);
  const domains = await findVerifiedDomains(deps, organizationId);
  const named = new Set(deps.allowedProviderHosts.map((entry) => entry.trim().toLowerCase()));
  const isKnown = (host: string): boolean => {
    const name = host.replace(/:\d+$/, '');
    return (
      isWellKnownHost(name) ||
      named.has(name) ||
      named.has(host) ||
      inForce.includes(host) ||
      domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
    );
  };
  return hosts.find((host) => !isKnown(host)) ?? null;
}

/**
 * Refuses a save whose host was not typed, or typed otherwise.
 * @throws connection.host-unconfirmed
 */
export function requireConfirmedHost(host: string | null, typed: string | undefined): void {
  if (host === null || typed?.trim().toLowerCase() === host) return;
  throw new AppError('connection.host-unconfirmed', {
    values: { host },
    fields: [fieldError('confirmHost', typed === undefined ? 'required' : 'other-host', { host })],
  });
}

function hostsOf(
  deps: HostDeps,
  { method, issuer, settings }: Pick<CheckedConnection<unknown>, 'method' | 'issuer' | 'settings'>,
): string[] {
  const { host } = connectorOf(deps, method).describe(settings);
  return [host, URL.parse(issuer)?.host ?? host].map((one) => one.toLowerCase());
}
