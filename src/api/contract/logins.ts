import { z } from 'zod';
import { explanation } from './authentication.ts';
import { route } from './route.ts';
import {
  id,
  inOrganization,
  instant,
  method,
  organizationName,
  pageOf,
  paging,
  searchOfPeople,
  userName,
} from './wire.ts';

/** How a login ended. */
export const loginOutcome = z
  .enum(['succeeded', 'refused', 'failed', 'unreturned', 'unfinished', 'under-way'])
  .describe(
    '`failed`: at the identity provider, while another way was left; `unreturned`: went there and did not come back within ten minutes; `unfinished`: stopped at a page of ours.',
  );
export type LoginOutcome = z.infer<typeof loginOutcome>;

const reference = z
  .string()
  .regex(/^[0-9A-Za-z]{6,20}$/)
  .describe('As the page shows it to the person.');

export const login = z
  .object({
    reference: z.string(),
    beganAt: instant,
    outcome: loginOutcome,
    email: z.string().nullable().describe('As typed, else of the user.'),
    user: userName.nullable(),
    application: z.string().describe('Where the login leads.'),
    cause: explanation.nullable().describe('What it failed by; null when it succeeded.'),
  })
  .meta({ id: 'Login' });
export type Login = z.infer<typeof login>;

const fact = z.object({ name: z.string(), value: z.string() }).meta({ id: 'LoginFact' });

export const loginStep = z
  .object({
    at: instant.nullable(),
    tone: z.enum(['plain', 'good', 'bad', 'wait']),
    text: z.string(),
    facts: z.array(fact).describe('Parameters that were sent, claims that came back; no token, state or nonce.'),
  })
  .meta({ id: 'LoginStep' });
export type LoginStep = z.infer<typeof loginStep>;

export const loginCause = explanation
  .extend({
    check: z.string().nullable().describe('Which check failed.'),
    place: z
      .object({ where: z.string(), value: z.string().nullable() })
      .nullable()
      .describe('Field of the console or menu of the provider, and the value to put there.'),
    candidates: z
      .array(z.object({ what: z.string(), fix: z.string() }))
      .describe('Likely causes of what ends on the provider’s own page, the likeliest first.'),
    counted: z.boolean().nullable().describe('Whether it counts against the connection.'),
    reverted: z.boolean().describe('Whether it made the connection go back to the method before.'),
    provider: z
      .object({ code: z.string().nullable(), said: z.string().nullable(), correlationId: z.string().nullable() })
      .nullable()
      .describe('What the identity provider said. A quotation: whoever wrote to the address line may have written it.'),
  })
  .meta({ id: 'LoginCause' });
export type LoginCause = z.infer<typeof loginCause>;

export const explainedLogin = z
  .object({
    reference: z.string(),
    organization: organizationName,
    beganAt: instant,
    outcome: loginOutcome,
    email: z.string().nullable(),
    user: userName.nullable(),
    application: z.string().nullable(),
    method: method.nullable(),
    steps: z.array(loginStep),
    cause: loginCause.nullable().describe('Null when the login succeeded.'),
  })
  .meta({ id: 'ExplainedLogin' });
export type ExplainedLogin = z.infer<typeof explainedLogin>;

export const simulatedLogin = z
  .object({
    email: z.string(),
    organization: organizationName
      .nullable()
      .describe(
        'Where the address leads; null outside of what the caller administers, for nobody, and where several are left.',
      ),
    method: method.nullable(),
    steps: z.array(loginStep),
  })
  .meta({ id: 'SimulatedLogin' });
export type SimulatedLogin = z.infer<typeof simulatedLogin>;

export const connectionHealth = z
  .object({
    lastSuccessAt: instant.nullable(),
    since: instant
      .nullable()
      .describe('Failures are counted since the last success, or since the connection was saved.'),
    failures: z
      .array(
        explanation.extend({
          count: z.int(),
          lastAt: instant,
          reference: z.string().describe('Of the newest of them.'),
        }),
      )
      .describe('At the identity provider, by cause, the most frequent first.'),
    logins: z.array(login).describe('The last 20, with their reasons.'),
  })
  .meta({ id: 'ConnectionHealth' });
export type ConnectionHealth = z.infer<typeof connectionHealth>;

export const loginRoutes = {
  listLogins: route('GET', '/organizations/{organizationId}/logins', {
    summary: 'Logins of the last 30 days, the newest first: found by reference, address or name',
    params: inOrganization,
    query: z.strictObject({
      ...paging,
      search: searchOfPeople.describe(
        'A reference, the beginning of the address that was typed, or of a word of the name or address of a user.',
      ),
      userId: id.optional().describe('Logins of this user.'),
      outcome: loginOutcome.optional(),
    }),
    output: pageOf(login, 'Logins'),
  }),
  explainLogin: route('GET', '/organizations/{organizationId}/logins/{reference}', {
    summary: 'Why? One login step by step: where the address led, what was sent, what came back, what to change',
    params: inOrganization.extend({ reference }),
    output: explainedLogin,
  }),
  getHealth: route('GET', '/organizations/{organizationId}/authentication/health', {
    summary: 'How logins fare: last success, failures since by cause, the last 20 logins',
    params: inOrganization,
    output: connectionHealth,
  }),
  simulateLogin: route('POST', '/organizations/{organizationId}/logins/simulation', {
    summary: 'What would happen if somebody logged in now; nothing is written, mailed or remembered',
    params: inOrganization,
    body: z.strictObject({ email: z.string().trim().max(508) }).meta({ id: 'LoginToSimulate' }),
    output: simulatedLogin,
  }),
};
