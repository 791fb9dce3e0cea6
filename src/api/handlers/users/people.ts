import type { Handler } from '../handler.ts';
import { show, which } from './user-detail.ts';
import { withdrawConsentOf } from '../../../applications/consent/withdraw-consent.ts';
import { parseId } from '../../../base/ids.ts';
import { changeAddress as change } from '../../../logins/people/change-address.ts';
import {
  confirmAnotherPerson as keepApart,
  confirmSamePerson as join,
} from '../../../logins/people/decide-conflict.ts';
import { resendAddressProof } from '../../../users/address/prove-address.ts';

/** Another address, proven anew. */
export const changeAddress: Handler<'changeAddress'> = async (context) => {
  const { deps, caller, params, body } = context;
  await change(deps, caller, { ...which(params), ...body });
  return show(context, which(params));
};

/** Mails the link that proves the address (again). */
export const sendAddressProof: Handler<'sendAddressProof'> = async (context) => {
  await resendAddressProof(context.deps, context.caller, which(context.params));
  return show(context, which(context.params));
};

/** What the user allowed an application, taken back. */
export const withdrawConsent: Handler<'withdrawConsent'> = async (context) => {
  const { deps, caller, params } = context;
  await withdrawConsentOf(deps, caller, { ...which(params), applicationId: parseId('app', params.applicationId) });
  return show(context, which(params));
};

/** *The same person, made anew*. */
export const confirmSamePerson: Handler<'confirmSamePerson'> = async (context) => {
  const { deps, caller, params, body } = context;
  const conflictId = parseId('cfl', params.conflictId);
  await join(deps, caller, { ...which(params), conflictId, shown: body.shown });
  return show(context, which(params));
};

/** *Another person*. */
export const confirmAnotherPerson: Handler<'confirmAnotherPerson'> = async (context) => {
  const { deps, caller, params, body } = context;
  const conflictId = parseId('cfl', params.conflictId);
  const decision = { ...which(params), conflictId, shown: body.shown, email: body.email };
  const { invited } = await keepApart(deps, caller, decision);
  return { user: await show(context, which(params)), invited };
};
