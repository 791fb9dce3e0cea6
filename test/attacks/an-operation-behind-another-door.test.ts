import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { addUser, operatorAt } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { DAY, after } from '../../src/base/clock.ts';
import type { ConflictId, TemplateId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import { askConsent } from '../../src/connections/template/ask-consent.ts';
import { takeEffectNow } from '../../src/domains/wait/take-effect.ts';
import { confirmSamePerson } from '../../src/logins/people/decide-conflict.ts';
import type { Caller } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';

// Lesson: the table of routes asks for a right and a fresh factor before an operation runs. An operation that is reached by
// another door one day must ask by itself.

let service: TestService;
let root: Organization;
let organization: Organization;
beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  organization = await makeManaged(service, root, 'Contoso');
});
afterAll(async () => service?.close());

const deps = () => ({ ...service, db: service.database.db, texts: createTexts('Gatehouse') });
const person = (role: Caller['role'], factorAt: Date | null): Caller => ({
  ...operatorAt(root),
  kind: 'user',
  role,
  factorAt,
});

test('a consent link is made for nobody whose factor was proved too long ago', async () => {
  const place = { ownerId: root.id, templateId: randomUuid() as TemplateId, organizationId: organization.id };
  const asked = askConsent(deps(), person('administrator', null), {
    ...place,
    email: 'it@contoso.example',
    send: false,
  });
  await expect(asked).rejects.toMatchObject({ code: 'caller.stale-factor' });
});

test('the wait of a claim is ended by nobody whose factor was proved too long ago', async () => {
  const domain = 'claimed.example';
  const now = service.clock.now();
  const about = { organizationId: organization.id, domain, state: 'waiting', token: 't'.repeat(32) } as const;
  const dates = { startedAt: now, createdAt: now, foundAt: now, takesEffectAt: after(now, 3 * DAY) };
  await service.database.db
    .insertInto('domainVerification')
    .values({ ...about, ...dates, usersElsewhere: 1 })
    .execute();
  const place = { organizationId: organization.id, domain };
  const stale = after(now, -DAY);
  for (const factorAt of [null, stale]) {
    const asked = takeEffectNow(deps(), person('administrator', factorAt), place);
    await expect(asked).rejects.toMatchObject({ code: 'caller.stale-factor' });
  }
  const fresh = takeEffectNow(deps(), person('administrator', now), place);
  await expect(fresh).resolves.toMatchObject({ state: 'verified' });
});

test('one person gets no other’s identity by somebody who may not give roles', async () => {
  const user = await addUser(deps(), organization, 'maria@contoso.example');
  const moved = confirmSamePerson(
    { ...deps(), publicUrl: new URL(service.url) } as never,
    person('editor', service.clock.now()),
    {
      organizationId: organization.id,
      userId: user.id,
      conflictId: randomUuid() as ConflictId,
      shown: 'whatever',
    },
  );
  await expect(moved).rejects.toMatchObject({ code: 'caller.denied' });
});
