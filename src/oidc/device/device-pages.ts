import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/** Why a person is asked for a code again. */
export type DeviceProblem = 'wrong' | 'expired' | 'used' | 'refused' | 'fault';

/** The pages of the device authorization grant, made by the login door. */
export interface DevicePages {
  /** *Connect a device*: the code that the device shows. */
  enter(request: KoaContextWithOIDC['req'], form: DeviceForm & { problem: DeviceProblem | null }): string;
  /** *Is it your device?*: names application and owner, shows the code; nothing has happened yet. */
  confirm(
    request: KoaContextWithOIDC['req'],
    form: DeviceForm & { application: string; owner: string; otherNetwork: boolean },
  ): string;
  /** The device is logged in. */
  done(request: KoaContextWithOIDC['req'], about: { application: string }): string;
}

/** What a form of these pages posts. */
export interface DeviceForm {
  action: string;
  xsrf: string;
  /** As it is shown on the device, `BDWP-HQPK`; empty when nobody gave it. */
  userCode: string;
}

/** The path of the pages, short enough to be typed. */
export const DEVICE_PATH = '/device';

/** What the library's errors on these pages mean to a person. */
const PROBLEMS: Readonly<Record<string, DeviceProblem>> = {
  NoCodeError: 'wrong',
  NotFoundError: 'wrong',
  ExpiredError: 'expired',
  AlreadyUsedError: 'used',
  AbortedError: 'refused',
  AccessDenied: 'refused',
};

/** oidc-provider's `deviceFlow`: codes of 8 consonants (34 bits), which spell nothing and are hard to misread. */
export function deviceFlow(pages: DevicePages) {
  const formOf = (ctx: KoaContextWithOIDC, userCode: string): DeviceForm => {
    const { secret } = (ctx.oidc.session?.state ?? {}) as { secret?: string };
    return { action: DEVICE_PATH, xsrf: secret ?? '', userCode };
  };
  return {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    deviceInfo: () => ({ network: UnitOfWork.current().network() }),
    async userCodeInputSource(
      ctx: KoaContextWithOIDC,
      _form: string,
      _out?: object,
      error?: Error & { userCode?: string },
    ) {
      const { session } = ctx.oidc;
      // A form of a session that ended, or of none: there is nowhere to keep the secret of another form.
      if (session !== undefined && session.exp === undefined && error !== undefined) {
        Object.assign(session, { touched: false });
        ctx.status = 303;
        ctx.redirect(DEVICE_PATH);
        return;
      }
      const problem = error === undefined ? null : (PROBLEMS[error.name] ?? 'fault');
      // Who sent a right code and refused, or met a fault, starts over.
      const typed = problem === null ? String(ctx.state['userCode'] ?? '') : (error?.userCode ?? '');
      ctx.type = 'html';
      ctx.body = pages.enter(ctx.req, { ...formOf(ctx, typed), problem });
    },
    async userCodeConfirmSource(
      ctx: KoaContextWithOIDC,
      _form: string,
      client: Client,
      deviceInfo: object,
      userCode: string,
    ) {
      const { network } = deviceInfo as { network?: string | null };
      ctx.type = 'html';
      ctx.body = pages.confirm(ctx.req, {
        ...formOf(ctx, userCode),
        application: client.clientName ?? client.clientId,
        owner: typeof client['owner_name'] === 'string' ? client['owner_name'] : '',
        otherNetwork: network !== UnitOfWork.current().network(),
      });
    },
    async successSource(ctx: KoaContextWithOIDC) {
      const { client } = ctx.oidc;
      ctx.type = 'html';
      ctx.body = pages.done(ctx.req, { application: client?.clientName ?? '' });
    },
  };
}

/**
 * A code in the address (`verification_uri_complete`, RFC 8628 3.3.1) fills the form and no more: the person still sends it
 * and confirms. The library would send it by a script at once.
 */
export function prefillUserCode(provider: Provider): void {
  provider.use(async (ctx, next) => {
    if (ctx.path === DEVICE_PATH && ctx.method === 'GET') {
      const { user_code: userCode } = ctx.query;
      ctx.state['userCode'] = typeof userCode === 'string' ? userCode.slice(0, 20) : '';
      ctx.query = {};
    }
    await next();
  });
}
