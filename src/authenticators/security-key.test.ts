import { describe, expect, it } from 'vitest';
import { registrationOptions, verifyAuthentication, verifyRegistration } from './security-key.ts';
import type { SecurityKey } from './security-key.ts';
import type { UserId } from '../base/ids.ts';
import { randomSecret, randomUuid } from '../base/random.ts';
import { createSoftwareSecurityKey } from '../../test/support/software-security-key.ts';
import type { Bent } from '../../test/support/software-security-key.ts';

const party = { publicUrl: new URL('https://gate.example'), productName: 'Gatehouse' };
const site = { origin: 'https://gate.example', rpId: 'gate.example' };
const userId = randomUuid() as UserId;

async function enrolled() {
  const device = createSoftwareSecurityKey(site);
  const challenge = randomSecret();
  const key = await verifyRegistration(party, challenge, device.register(challenge));
  if (key === undefined) throw new Error('not enrolled');
  return { device, owner: { userId, key } };
}

const BENT: [string, Bent][] = [
  ['another challenge', { challenge: randomSecret() }],
  ['a site whose name ends in ours', { origin: 'https://badgate.example' }],
  ['our name without https', { origin: 'http://gate.example' }],
  ['our host on another port', { origin: 'https://gate.example:8443' }],
  ['another relying party id', { rpId: 'badgate.example' }],
  ['no touch', { untouched: true }],
];

describe('a security key', () => {
  it('is asked for the challenge we keep, as it is', async () => {
    const challenge = randomSecret();
    const options = await registrationOptions(party, challenge, { id: userId, email: 'maria@contoso.example' }, []);
    expect(options.challenge).toBe(challenge);
    expect(options.rp).toEqual({ id: 'gate.example', name: 'Gatehouse' });
  });

  it('is enrolled and proves itself, its counter going up', async () => {
    const { device, owner } = await enrolled();
    const challenge = randomSecret();
    expect(await verifyAuthentication(party, challenge, device.authenticate(challenge), owner)).toBe(2);
  });

  it.each(BENT)('is not enrolled by %s', async (_what, bent) => {
    const challenge = randomSecret();
    const device = createSoftwareSecurityKey(site);
    expect(await verifyRegistration(party, challenge, device.register(challenge, bent))).toBeUndefined();
  });

  it.each([
    ...BENT,
    ['a flipped signature', { badSignature: true }],
    ['another user’s handle', { userHandle: 'b21hcg' }],
  ] as [string, Bent][])('proves nothing by %s', async (_what, bent) => {
    const { device, owner } = await enrolled();
    const challenge = randomSecret();
    expect(await verifyAuthentication(party, challenge, device.authenticate(challenge, bent), owner)).toBeUndefined();
  });

  it('proves nothing when its counter goes back: the key was copied', async () => {
    const { device, owner } = await enrolled();
    const later: SecurityKey = { ...owner.key, signatureCount: 40 };
    const challenge = randomSecret();
    const answer = device.authenticate(challenge, { counter: 39 });
    expect(await verifyAuthentication(party, challenge, answer, { userId, key: later })).toBeUndefined();
  });

  it('proves nothing for another key', async () => {
    const { owner } = await enrolled();
    const { device } = await enrolled();
    const challenge = randomSecret();
    expect(await verifyAuthentication(party, challenge, device.authenticate(challenge), owner)).toBeUndefined();
  });

  it.each([undefined, null, 'text', {}, { id: 'x' }, { id: 'x', response: {} }, []])(
    'takes %j for no answer',
    async (answer) => {
      const { owner } = await enrolled();
      expect(await verifyRegistration(party, randomSecret(), answer)).toBeUndefined();
      expect(await verifyAuthentication(party, randomSecret(), answer, owner)).toBeUndefined();
    },
  );
});
