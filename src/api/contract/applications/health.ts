import { z } from 'zod';
import { explanation } from '../authentication.ts';
import { route } from '../route.ts';
import { id, instant } from '../wire.ts';

/** Whether people get into an application. */
export const applicationState = z
  .enum(['unused', 'works', 'fails'])
  .describe(
    '`unused`: nobody has logged in yet; `fails`: requests that proved to be its own were refused since the last login that worked.',
  );
export type ApplicationState = z.infer<typeof applicationState>;

export const applicationFailure = explanation
  .extend({
    count: z.int().describe('Since the last login that worked; of a flood at least so many.'),
    firstAt: instant,
    lastAt: instant,
    isSince: z.boolean().describe('It came after the last login that worked.'),
    isSeen: z
      .boolean()
      .describe(
        'None of them since then authenticated itself or named a registered redirect URI: anybody can have sent them, so they do not make the application fail.',
      ),
    came: z
      .string()
      .nullable()
      .describe(
        'What came the last time, cut. A quotation: whoever sent the request wrote it. Never a secret or code.',
      ),
    place: z
      .object({ where: z.string(), value: z.string().nullable() })
      .describe('Setting of the application or field of the console, and the value to put there.'),
    addTo: z
      .enum(['redirectUris', 'postLogoutRedirectUris'])
      .nullable()
      .describe('The list of the application that takes the address that came, if it is its own.'),
    reference: z.string().describe('Of the newest of them.'),
  })
  .meta({ id: 'ApplicationFailure' });
export type ApplicationFailure = z.infer<typeof applicationFailure>;

export const applicationHealth = z
  .object({
    state: applicationState,
    lastLoginAt: instant.nullable().describe('When somebody last got tokens for it; up to a minute early.'),
    failures: z
      .array(applicationFailure)
      .describe('What requests were refused for in the last 30 days, one entry for each cause, the newest first.'),
  })
  .meta({ id: 'ApplicationHealth' });
export type ApplicationHealth = z.infer<typeof applicationHealth>;

export const applicationHealthRoutes = {
  getApplicationHealth: route('GET', '/organizations/{organizationId}/applications/{applicationId}/health', {
    summary: 'How logins into an application fare: the last one, what was refused since by cause, what to change where',
    params: z.strictObject({ organizationId: id, applicationId: id }),
    output: applicationHealth,
  }),
};
