import { inApplications } from './misconfigured-applications.ts';
import { ofClaims } from './misconfigured-claims.ts';
import { ofKeys, ofSettings } from './misconfigured-settings.ts';
import { ofEntra } from './misconfigured-entra-id.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { ours } from './misconfigured-here.ts';
import { atLogin } from './misconfigured-logins.ts';

/** Sections of the page. */
export const MISCONFIGURATIONS: Readonly<Record<string, readonly Misconfiguration[]>> = {
  'The Discovery url and its document': ofSettings,
  'Signing keys': ofKeys,
  'Entra ID': ofEntra,
  'At the identity provider, during a login': atLogin,
  'Claims chosen for address and name': ofClaims,
  'Here: users, domains': ours,
  'In an application': inApplications,
};
