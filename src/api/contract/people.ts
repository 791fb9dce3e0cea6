import { z } from 'zod';
import { route } from './route.ts';
import { id, instant, pageOf, paging } from './wire.ts';
import { userDetail } from './users.ts';

const ofUser = z.strictObject({ organizationId: id, userId: id });
const ofConflict = z.strictObject({ organizationId: id, userId: id, conflictId: id });
const shown = z
  .string()
  .max(100)
  .describe('`shown` of the conflict, as it was read: refused (`version.conflict`) once anything of it changed.');
const email = z.string().trim().max(508);

const userMail = z
  .object({
    id,
    kind: z.string().describe('Which mail, as `invitation`; never what it says.'),
    recipient: z.string().describe('The address it is sent to, which may be one from before.'),
    state: z
      .enum(['waiting', 'sent', 'failed', 'bounced', 'withdrawn'])
      .describe(
        '`sent`: the mail server took it. `bounced`: it wrote later that it could not deliver it. `withdrawn`: its link was replaced or revoked before it was sent.',
      ),
    createdAt: instant,
    sentAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    lastError: z.string().nullable().describe('Why it was not taken: whose fault it is.'),
    canBeSentAgain: z.boolean().describe('Failed, and its link or code is still valid.'),
  })
  .meta({ id: 'UserMail' });
export type UserMail = z.infer<typeof userMail>;

/** Who somebody is: two persons behind one address, a user's address itself, and what became of mails there. */
export const peopleRoutes = {
  changeAddress: route('PUT', '/organizations/{organizationId}/users/{userId}/address', {
    summary:
      'Another address, at once. It is proven anew by a link mailed there (a pending user is invited there); the user is told at the address before',
    params: ofUser,
    body: z.strictObject({ email, version: z.int() }).meta({ id: 'AddressChange' }),
    output: userDetail,
    freshFactor: true,
  }),
  sendAddressProof: route('POST', '/organizations/{organizationId}/users/{userId}/address-proof', {
    summary:
      'Mail a link that proves the address, once the user, logged in, opens it. Nothing happens when it is proven',
    params: ofUser,
    output: userDetail,
  }),
  listUserMails: route('GET', '/organizations/{organizationId}/users/{userId}/mails', {
    summary: 'The mails sent to a user, with their delivery states, the newest first',
    params: ofUser,
    query: z.strictObject(paging),
    output: pageOf(userMail, 'UserMails'),
  }),
  sendUserMailAgain: route('POST', '/organizations/{organizationId}/users/{userId}/mails/{mailId}/send-again', {
    summary: 'Send a failed mail to a user again, to the same address, while its link or code is valid',
    params: z.strictObject({ organizationId: id, userId: id, mailId: id }),
  }),
  withdrawConsent: route('DELETE', '/organizations/{organizationId}/users/{userId}/consents/{applicationId}', {
    summary:
      'Withdraw what the user allowed an application: its tokens end, it is told, and the next login there asks anew',
    params: z.strictObject({ organizationId: id, userId: id, applicationId: id }),
    output: userDetail,
  }),
  confirmSamePerson: route(
    'POST',
    '/organizations/{organizationId}/users/{userId}/conflicts/{conflictId}/same-person',
    {
      summary:
        'Who came is this user, made anew at the identity provider: from now on that person logs in as this user',
      params: ofConflict,
      body: z.strictObject({ shown }).meta({ id: 'SamePerson' }),
      output: userDetail,
      freshFactor: true,
    },
  ),
  confirmAnotherPerson: route(
    'POST',
    '/organizations/{organizationId}/users/{userId}/conflicts/{conflictId}/another-person',
    {
      summary: 'Who came is another person: the user takes another address, who came is invited',
      params: ofConflict,
      body: z
        .strictObject({
          shown,
          email: email
            .optional()
            .describe("The address this user takes; needed where the other person has the user's."),
        })
        .meta({ id: 'AnotherPerson' }),
      output: z
        .object({ user: userDetail, invited: z.string().nullable().describe('The address that was invited.') })
        .meta({ id: 'KeptApart' }),
      freshFactor: true,
    },
  ),
};
