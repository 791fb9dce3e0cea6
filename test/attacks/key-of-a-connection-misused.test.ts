import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { after, DAY } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { formatId } from '../../src/base/ids.ts';
import { privateKeysPlace } from '../../src/connections/keys/client-keys.ts';
import { claimKeySet } from '../../src/connections/keys/client-key-store.ts';
import { addNextKey, createKeySet, readKeySet, useClientKey } from '../../src/connections/keys/manage-client-keys.ts';
import type { KeySetWithKeys } from '../../src/connections/keys/manage-client-keys.ts';
import { publishedIssuer, publishedKeys } from '../../src/connections/keys/publish-client-keys.ts';
import { readClientKey } from '../../src/connections/keys/read-client-key.ts';
import { tendClientKeys } from '../../src/connections/keys/tend-client-keys.ts';
import { signedAuthentication } from '../../src/connectors/openid-connect/client-assertion.ts';
import type { ProviderSettings } from '../../src/connectors/openid-connect/settings.ts';
import type { Caller } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { eventsOf } from '../support/federation.ts';
import { administratorOf, makeManaged, makeRoot } from '../support/fixtures.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: whoever makes the key, sees the key or says which key holds is the client at the customer's provider.

const ISSUER = 'https://login.contoso.example';

let service: TestService;
let root: Organization;
let contoso: Organization;
let fabrikam: Organization;
const deps = (at = service.clock.now()) => ({
  db: service.database.db,
  clock: { now: () => at },
  secrets: service.secrets,
  publicUrl: service.url,
});

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  fabrikam = await makeManaged(service, root, 'Fabrikam');
});
afterAll(async () => service?.close());

const by = (organization: Organization): Caller => administratorOf(organization, service);
const make = async (
  organization: Organization,
  credential: 'private-key' | 'certificate' | 'federated' = 'private-key',
) => createKeySet(deps(), by(organization), { organizationId: organization.id, credential });
const nameOf = ({ id }: KeySetWithKeys): string => formatId('cks', id);
async function kidsOf(set: KeySetWithKeys): Promise<unknown[]> {
  const found = (await publishedKeys(deps(), nameOf(set))) as { keys: { kid: string }[] } | null;
  return found?.keys.map(({ kid }) => kid) ?? [];
}
async function statesOf(organization: Organization, { id }: KeySetWithKeys): Promise<string[]> {
  const { keys } = await readKeySet(deps(), by(organization), { organizationId: organization.id, id });
  return keys.map(({ state }) => state);
}

/** The assertion that a connection with this set would send. */
async function assertionOf(organization: Organization, { id }: KeySetWithKeys) {
  const key = await readClientKey(deps(), { organizationId: organization.id, clientKeySetId: id });
  if (key === null) return null;
  const metadata = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
  const body = new URLSearchParams();
  const settings = { issuer: ISSUER, metadata } as ProviderSettings;
  await signedAuthentication(settings, key)({ issuer: ISSUER }, { client_id: 'gatehouse' }, body, new Headers());
  const assertion = body.get('client_assertion') ?? '';
  return { header: decodeProtectedHeader(assertion), payload: decodeJwt(assertion) };
}

test('who may not configure the connection makes no key, and says of none that it holds', async () => {
  const set = await make(contoso);
  const { keys } = await addNextKey(deps(), by(contoso), { organizationId: contoso.id, id: set.id });
  const next = keys.find(({ state }) => state === 'next')!;
  const events = await eventsOf(service, contoso);
  const callers: [Caller, string][] = [
    [{ ...by(contoso), role: 'viewer' }, 'caller.denied'],
    [{ ...by(contoso), role: 'editor' }, 'caller.denied'],
    [by(fabrikam), 'organization.not-found'],
  ];
  const inSet = { organizationId: contoso.id, id: set.id };
  for (const [caller, code] of callers) {
    const wanted = { organizationId: contoso.id, credential: 'private-key' } as const;
    await expect(createKeySet(deps(), caller, wanted)).rejects.toMatchObject({ code });
    await expect(addNextKey(deps(), caller, inSet)).rejects.toMatchObject({ code });
    await expect(useClientKey(deps(), caller, { ...inSet, keyId: next.id })).rejects.toMatchObject({ code });
  }
  await expect(readKeySet(deps(), by(fabrikam), inSet)).rejects.toMatchObject({ code: 'organization.not-found' });
  expect(await statesOf(contoso, set)).toEqual(['in-use', 'next']);
  expect(await eventsOf(service, contoso)).toEqual(events);
});

test('a factor proved long ago rotates no key', async () => {
  const set = await make(contoso);
  const stale = { ...by(contoso), kind: 'user', factorAt: after(service.clock.now(), -3600) } as const;
  const inSet = { organizationId: contoso.id, id: set.id };
  const code = 'caller.stale-factor';
  await expect(addNextKey(deps(), stale, inSet)).rejects.toMatchObject({ code });
  const keyId = set.keys[0]!.id;
  await expect(useClientKey(deps(), stale, { ...inSet, keyId })).rejects.toMatchObject({ code });
  expect(await statesOf(contoso, set)).toEqual(['in-use']);
});

test('keys of another organization, or of another set, are found in none', async () => {
  const theirs = await make(fabrikam);
  const own = await make(contoso);
  const inTheirs = { organizationId: contoso.id, id: theirs.id };
  const code = 'client-keys.not-found';
  await expect(readKeySet(deps(), by(contoso), inTheirs)).rejects.toMatchObject({ code });
  await expect(addNextKey(deps(), by(contoso), inTheirs)).rejects.toMatchObject({ code });
  const keyId = theirs.keys[0]!.id;
  await expect(useClientKey(deps(), by(contoso), { ...inTheirs, keyId })).rejects.toMatchObject({ code });
  const another = { organizationId: contoso.id, id: own.id, keyId };
  await expect(useClientKey(deps(), by(contoso), another)).rejects.toMatchObject({ code });
  // Not even the service signs for one organization with the key of another, whatever a row says.
  expect(await readClientKey(deps(), { organizationId: contoso.id, clientKeySetId: theirs.id })).toBeNull();
  expect(await claimKeySet(service.database.db, contoso.id, { ...theirs, issuer: ISSUER })).toBe(false);
});

test('a set is for one provider and one kind of credential, for good', async () => {
  const { id, credential } = await make(contoso);
  const { db } = service.database;
  expect(await claimKeySet(db, contoso.id, { id, credential: 'certificate', issuer: ISSUER })).toBe(false);
  expect(await claimKeySet(db, contoso.id, { id, credential, issuer: ISSUER })).toBe(true);
  expect(await claimKeySet(db, contoso.id, { id, credential, issuer: 'https://login.fabrikam.example' })).toBe(false);
  expect(await claimKeySet(db, contoso.id, { id, credential, issuer: ISSUER })).toBe(true);
});

test('what is published holds public parts alone, and nothing of a set that is uploaded instead', async () => {
  const members = async (set: KeySetWithKeys) => {
    const found = (await publishedKeys(deps(), nameOf(set))) as { keys: object[] } | null;
    return new Set(found?.keys.flatMap((key) => Object.keys(key)));
  };
  const [one, federated, certificate] = [
    await make(contoso),
    await make(contoso, 'federated'),
    await make(contoso, 'certificate'),
  ];
  expect([...(await members(one))].toSorted()).toEqual(
    ['crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y', 'alg'].toSorted(),
  );
  expect([...(await members(federated))].toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  expect(await publishedKeys(deps(), nameOf(certificate))).toBeNull();
  expect(await publishedIssuer(deps(), nameOf(certificate))).toBeNull();
  expect(await publishedIssuer(deps(), nameOf(one))).toBeNull();
  expect(await publishedIssuer(deps(), nameOf(federated))).toMatchObject({ issuer: expect.any(String) as string });
});

test('a next key signs nothing before its time, a previous one nothing after it', async () => {
  const set = await make(contoso);
  const inSet = { organizationId: contoso.id, id: set.id };
  const first = (await assertionOf(contoso, set))?.header.kid;
  const { keys } = await addNextKey(deps(), by(contoso), inSet);
  expect((await assertionOf(contoso, set))?.header.kid).toBe(first);
  await tendClientKeys(deps(after(service.clock.now(), DAY - 60)));
  expect((await assertionOf(contoso, set))?.header.kid).toBe(first);
  const keyId = keys.find(({ state }) => state === 'next')!.id;
  await useClientKey(deps(), by(contoso), { ...inSet, keyId });
  const second = (await assertionOf(contoso, set))?.header.kid;
  expect(second).not.toBe(first);
  // Still verifiable for assertions under way, then gone from what providers read and from here.
  expect(await kidsOf(set)).toContain(first);
  await claimKeySet(service.database.db, contoso.id, { ...set, issuer: ISSUER });
  await tendClientKeys(deps(after(service.clock.now(), 8 * DAY)));
  expect(await kidsOf(set)).not.toContain(first);
  expect(await statesOf(contoso, set)).toEqual(['in-use']);
});

test('of two servers one takes a next key into use, and a certificate waits for a person', async () => {
  const set = await make(contoso);
  const certificate = await make(contoso, 'certificate');
  for (const { id } of [set, certificate]) await addNextKey(deps(), by(contoso), { organizationId: contoso.id, id });
  const before = (await eventsOf(service, contoso)).filter((kind) => kind === 'client-key.taken-into-use').length;
  const later = deps(after(service.clock.now(), 2 * DAY));
  await Promise.all([tendClientKeys(later), tendClientKeys(later), tendClientKeys(later)]);
  const now = (await eventsOf(service, contoso)).filter((kind) => kind === 'client-key.taken-into-use').length;
  expect(now - before).toBe(1);
  expect(await statesOf(contoso, set)).toEqual(['in-use', 'previous']);
  expect(await statesOf(contoso, certificate)).toEqual(['in-use', 'next']);
});

test('an assertion is for one provider, for minutes, and never the same twice', async () => {
  const set = await make(contoso);
  const [one, other] = [await assertionOf(contoso, set), await assertionOf(contoso, set)];
  expect(one?.payload).toMatchObject({ iss: 'gatehouse', sub: 'gatehouse', aud: ISSUER });
  expect((one?.payload.exp ?? Infinity) - (one?.payload.iat ?? 0)).toBeLessThanOrEqual(300);
  expect(one?.payload.jti).toBeDefined();
  expect(one?.payload.jti).not.toBe(other?.payload.jti);
});

test('a sealed key that is put into another row, or another organization’s, opens there for nobody', async () => {
  const litware = await makeManaged(service, root, 'Litware');
  const [mine, other] = [await make(litware), await make(litware)];
  const { db } = service.database;
  const sealed = await db
    .selectFrom('clientKey')
    .select('sealedPrivateKeys')
    .where('clientKeySetId', '=', mine.id)
    .executeTakeFirstOrThrow();
  await db.updateTable('clientKey').set(sealed).where('clientKeySetId', '=', other.id).execute();
  const moved = readClientKey(deps(), { organizationId: litware.id, clientKeySetId: other.id });
  await expect(moved).rejects.toThrow('cannot open');
  const place = privateKeysPlace({ id: mine.keys[0]!.id, organizationId: fabrikam.id });
  expect(() => service.secrets.open(sealed.sealedPrivateKeys, place)).toThrow('cannot open');
});

test('of many that are made at once no more wait than of those made one by one', async () => {
  const alpine = await makeManaged(service, root, 'Alpine');
  for (let before = 0; before < 7; before += 1) await make(alpine, 'federated');
  const made = await Promise.allSettled(Array.from({ length: 6 }, async () => make(alpine, 'federated')));
  const refused = made.flatMap((one) =>
    one.status === 'rejected' ? [one.reason instanceof AppError ? one.reason.code : String(one.reason)] : [],
  );
  expect(refused).toEqual(Array.from({ length: 3 }, () => 'client-keys.too-many'));
});

test('sets that nobody saved are few, and go; saved ones stay', async () => {
  const tailspin = await makeManaged(service, root, 'Tailspin');
  const saved = await make(tailspin, 'federated');
  await claimKeySet(service.database.db, tailspin.id, { ...saved, issuer: ISSUER });
  const sets: KeySetWithKeys[] = [];
  for (let made = 0; made < 10; made += 1) sets.push(await make(tailspin, 'federated'));
  const error = await make(tailspin, 'federated').catch((caught: unknown) => caught);
  expect(error instanceof AppError && error.code).toBe('client-keys.too-many');
  await tendClientKeys(deps(after(service.clock.now(), 91 * DAY)));
  expect(await kidsOf(sets[0]!)).toEqual([]);
  expect(await kidsOf(saved)).toHaveLength(1);
});
