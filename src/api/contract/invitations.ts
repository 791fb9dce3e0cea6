import { z } from 'zod';
import { route } from './route.ts';
import { delivery } from './users.ts';
import { id, inOrganization, instant, pageOf, paging, role, userName } from './wire.ts';

const invitation = z
  .object({
    id,
    user: userName,
    state: z.enum(['open', 'redeemed', 'expired', 'accepted', 'revoked']),
    invitedBy: z.string().nullable().describe('Address of the user who invited; null for a program or the operator.'),
    createdAt: instant,
    expiresAt: instant,
    delivery: delivery.nullable(),
  })
  .meta({ id: 'Invitation' });
/** What became of one pasted address. */
export const invitationResult = z
  .object({
    typed: z.string(),
    outcome: z
      .enum([
        'invited',
        'invited-again',
        'already-verified',
        'disabled',
        'malformed',
        'repeated',
        'too-often',
        'too-many-users',
        'too-many-mails',
      ])
      .describe(
        '`invited-again`: the user was pending, the older link is revoked. `too-many-…`: a limit of the tree is reached.',
      ),
    reached: z
      .string()
      .nullable()
      .describe('Of the last two outcomes: which limit is reached, what is used of it, and who raises it.'),
    invitation: invitation.nullable(),
  })
  .meta({ id: 'InvitationResult' });
export type InvitationResult = z.infer<typeof invitationResult>;

const ofInvitation = z.strictObject({ organizationId: id, invitationId: id });

export const invitationRoutes = {
  inviteUsers: route('POST', '/organizations/{organizationId}/invitations', {
    summary: 'Invite one or many: addresses separated by commas, semicolons, spaces or lines',
    params: inOrganization,
    body: z
      .strictObject({
        addresses: z.string().min(1).max(60_000).describe('At most 200 addresses at once.'),
        role: role.nullable().optional().describe('Console role; needs the right to give roles and a fresh factor.'),
      })
      .meta({ id: 'Invite' }),
    output: z.object({ results: z.array(invitationResult) }).meta({ id: 'InvitationResults' }),
    creates: true,
  }),
  listInvitations: route('GET', '/organizations/{organizationId}/invitations', {
    summary: 'Invitations, the newest first, with the state of their mails',
    params: inOrganization,
    query: z.strictObject({ ...paging, state: z.enum(['open', 'all']).default('open') }),
    output: pageOf(invitation, 'Invitations'),
  }),
  resendInvitation: route('POST', '/organizations/{organizationId}/invitations/{invitationId}/resend', {
    summary: 'A fresh link by mail; the older one is revoked',
    params: ofInvitation,
    output: invitation,
    creates: true,
  }),
  revokeInvitation: route('POST', '/organizations/{organizationId}/invitations/{invitationId}/revoke', {
    summary: 'Revoke the link',
    params: ofInvitation,
    output: invitation,
  }),
};
