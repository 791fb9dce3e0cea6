import { z } from 'zod';
import { consentState } from '../../../src/api/contract/connections/templates.ts';
import { loginOutcome } from '../../../src/api/contract/logins.ts';
import { mailState } from '../../../src/api/contract/system/system.ts';
import { userStatus } from '../../../src/api/contract/users.ts';
import { method } from '../../../src/api/contract/wire.ts';

// Search and filters of a list are in its address; an invalid value means no filter.
const listPlace = {
  search: z.string().optional().catch(undefined),
  cursor: z.string().optional().catch(undefined),
  /** How many rows stand before this page. */
  before: z.number().int().min(0).optional().catch(undefined),
};
export const organizationList = z.object({ ...listPlace, method: method.optional().catch(undefined) });
export const userList = z.object({ ...listPlace, status: userStatus.optional().catch(undefined) });
/** Of the mails on a user's page. */
export const userPlace = z.object({ cursor: listPlace.cursor });
export const applicationList = z.object(listPlace);
export const credentialList = z.object({ ...listPlace, within: z.number().int().min(0).optional().catch(undefined) });
export const consentList = z.object({ ...listPlace, state: consentState.optional().catch(undefined) });
export const auditList = z.object({
  cursor: listPlace.cursor,
  kind: z.string().optional().catch(undefined),
  user: z.string().optional().catch(undefined),
});
export const loginList = z.object({
  search: listPlace.search,
  cursor: listPlace.cursor,
  outcome: loginOutcome.optional().catch(undefined),
});
/** `again`: the form starts with what was entered before the connection went back by itself. */
export const settingsPlace = z.object({ again: z.boolean().optional().catch(undefined) });
export const mailList = z.object({
  search: listPlace.search,
  cursor: listPlace.cursor,
  state: mailState.optional().catch(undefined),
});
