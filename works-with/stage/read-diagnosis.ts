import { setTimeout as pause } from 'node:timers/promises';
import type { BodyOf } from '../../src/api/contract/route.ts';
import type { Contract } from '../../src/api/contract/all-routes.ts';
import { openContext } from '../../test/support/chromium.ts';
import { travel } from './log-in.ts';
import type { Visit } from './log-in.ts';
import type { Stage } from './set-stage.ts';

type Settings = BodyOf<Contract['saveAuthentication']>['settings'];

/** What an administrator was told of a login that failed. */
export interface Told {
  by: 'Test' | 'Why?' | 'Authentication';
  code: string;
  what: string;
  fix: string | null;
  place: string | null;
  value: string | null;
  /** Cause, and where to change what. */
  complete: boolean;
}

const LOOK_MS = 300;
const LOOKS = 30;

/** *Test* of settings that are not saved: a round trip at the provider, and what it says of it. */
export async function readTest(visit: Visit, organizationId: string, settings: Settings): Promise<Told> {
  const { api, browser } = visit.stage;
  const begun = await api.call('beginTrial', { params: { organizationId }, body: { settings } });
  const context = await openContext(browser);
  try {
    const page = await context.newPage();
    await page.goto(begun.url);
    await page.locator('main form button[type=submit]').first().click();
    const params = { organizationId, trialId: begun.trial.id };
    await travel(visit, page);
    let { run } = await api.call('getTrial', { params });
    for (let looks = 0; looks < LOOKS && run.state === 'sent' && run.problem === null; looks += 1) {
      await pause(LOOK_MS);
      ({ run } = await api.call('getTrial', { params }));
    }
    if (run.problem === null) return nothing('Test', run.state);
    const { code, what, fix } = run.problem;
    const value = run.concernsRedirectUrl ? begun.trial.redirectUrl : null;
    return { by: 'Test', code, what, fix, place: null, value, complete: fix !== null };
  } finally {
    await context.close();
  }
}

/** *Why?* of the newest login of an organization. */
export async function readWhy(stage: Stage, organizationId: string, page: string): Promise<Told> {
  const { items } = await stage.api.call('listLogins', { params: { organizationId } });
  const [newest] = items;
  if (newest === undefined) return nothing('Why?', `no login; the page said: ${page}`);
  const params = { organizationId, reference: newest.reference };
  const { cause, outcome } = await stage.api.call('explainLogin', { params });
  if (cause === null) return nothing('Why?', `${outcome}; the page said: ${page}`);
  const { code, what, fix, place, candidates } = cause;
  const complete = place !== null || candidates.length > 0;
  return { by: 'Why?', code, what, fix, place: place?.where ?? null, value: place?.value ?? null, complete };
}

/** What *Authentication* notes of a connection whose logins succeed. */
export async function readNotes(stage: Stage, organizationId: string): Promise<Told[]> {
  const { connection } = await stage.api.call('getAuthentication', { params: { organizationId } });
  return (connection?.notes ?? []).map(({ code, what, fix }) => ({
    by: 'Authentication',
    code,
    what,
    fix,
    place: null,
    value: null,
    complete: fix !== null,
  }));
}

function nothing(by: Told['by'], what: string): Told {
  return { by, code: 'nothing', what, fix: null, place: null, value: null, complete: false };
}
