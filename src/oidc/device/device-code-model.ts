import { errors } from 'oidc-provider';
import type { Adapter } from 'oidc-provider';
import { epochSeconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { Payload } from '../storage/write.ts';
import type { DeviceCodeRow } from './device-code-store.ts';

/**
 * oidc-provider's storage of device codes (RFC 8628), on the request's `UnitOfWork`.
 *
 *     pending ──(a person confirms the code)──> claimed ──(login, consent)──> approved ──(the device)──> consumed
 *        └──────────────(a session is there: at once)────────────────────────────┘
 *        └───────(not mine)───> refused <───(not allowed)────┘
 *
 * Each arrow is one conditional update: of two browsers one claims a code, of two polls one redeems it.
 *
 * device-code-store.ts: the SQL; device-pages.ts: the pages, which the login door makes.
 */
export function deviceCodeModel(secrets: SecretBox): Partial<Adapter> {
  const macOf = (userCode: string): Buffer => secrets.mac('device user codes', userCode);
  return {
    /** By the code that a device presents, or, in the login that decides it, by the name that stands there. */
    async find(value) {
      const work = UnitOfWork.current();
      if (work.login() !== null) {
        const id = HANDLE.exec(value)?.[1];
        const code = id === undefined ? undefined : await work.deviceCode(id);
        return code && toPayload(code, value);
      }
      const polled = await work.pollDeviceCode(value);
      if (polled === undefined) return undefined;
      const { code, tooSoon } = polled;
      const waits = (code.state === 'pending' || code.state === 'claimed') && code.expiresAt > work.now;
      if (waits && tooSoon) throw new errors.SlowDown();
      return toPayload(code, value);
    },
    async findByUserCode(userCode) {
      const macs = secrets.macs('device user codes', userCode);
      const code = await UnitOfWork.current().enterUserCode(macs);
      return code && { ...toPayload(code, `#${code.id}`), userCode };
    },
    async upsert(value, { jti: _value, kind: _kind, exp: _exp, userCode, deviceInfo, ...payload }, lifetime) {
      const work = UnitOfWork.current();
      const id = HANDLE.exec(value)?.[1];
      if (id === undefined) {
        if (lifetime === undefined) throw new Error('the library stored a device code without a lifetime');
        const { network } = (deviceInfo ?? {}) as { network?: string };
        work.write({
          kind: 'device-insert',
          value,
          lifetime,
          userCodeMac: macOf(String(userCode)),
          clientId: String(payload['clientId']),
          network: network ?? null,
          payload: toStored(payload),
        });
        return;
      }
      // Claimed before, where the login was another request.
      const from = work.login() === null ? 'pending' : 'claimed';
      if (payload['error'] !== undefined) {
        work.write({ kind: 'device-refuse', id, from, error: String(payload['error']) });
      } else if (payload['accountId'] === undefined) work.write({ kind: 'device-claim', id });
      else work.write({ kind: 'device-approve', id, from, payload: toStored(payload) });
    },
    async consume(value) {
      UnitOfWork.current().write({ kind: 'device-consume', value });
    },
    async revokeByGrantId() {
      const token = UnitOfWork.current().presentedToken();
      if (token !== null) UnitOfWork.current().write({ kind: 'family-revoke', familyId: token.familyId });
    },
  };
}

/** How a login names the code it decides: nothing that could be redeemed. */
const HANDLE = /^#([0-9a-f-]{36})$/;

/** Columns of their own are left out. */
function toStored({ clientId: _client, accountId: _account, inFlight: _flight, ...payload }: Payload): Payload {
  return payload;
}

function toPayload(code: DeviceCodeRow, jti: string): Payload {
  return {
    ...code.payload,
    jti,
    kind: 'DeviceCode',
    clientId: code.clientId,
    // By the clock of the service: the library has the machine's.
    exp: code.expiresAt > UnitOfWork.current().now ? epochSeconds(code.expiresAt) : 1,
    deviceInfo: { network: code.network },
    ...(code.state === 'claimed' ? { inFlight: true } : {}),
    ...(code.userId === null ? {} : { accountId: formatId('usr', code.userId) }),
    ...(code.sessionUid === null ? {} : { sessionUid: code.sessionUid }),
    ...(code.error === null ? {} : { error: code.error }),
    ...(code.consumedAt === null ? {} : { consumed: epochSeconds(code.consumedAt) }),
  };
}
