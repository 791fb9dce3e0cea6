import { expect, it } from 'vitest';
import { federatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';
import { toLoginResult } from './login-state.ts';
import { begin, transition } from './login.ts';

it('keeps what the provider stated, and its connection, when a factor of ours is added', () => {
  const at = new Date('2026-03-02T09:00:00Z');
  const later = new Date('2026-03-02T09:01:00Z');
  const subject = { userId: 'maria' as UserId, organizationId: 'contoso' as OrganizationId };
  const connection = {
    connectionId: 'connection of contoso' as ConnectionId,
    organizationId: subject.organizationId,
    method: federatedMethod('openid-connect'),
    invitationId: null,
    anotherWay: false,
  };
  const federated = { amr: ['pwd'], acr: 'urn:contoso:2', authTime: at, factorAt: null, providerSession: null };
  const through = { connection, federated };
  const first = begin({ kind: 'step-up', mode: 'ordinary', subject, email: null, at, through });
  const last = transition(first, { kind: 'factor-proved', factor: 'otp', at: later }, subject);
  expect(toLoginResult(last)).toEqual({
    ...subject,
    connectionId: connection.connectionId,
    method: 'openid-connect',
    emergency: false,
    amr: ['pwd', 'otp'],
    acr: 'urn:contoso:2',
    authTime: at,
    factorAt: later,
    providerSession: null,
    withinSession: true,
  });
});
