import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client, ProviderDrive } from '../../program.ts';
import { installFromDebian } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { settings } from './settings.ts';

const program = fileURLToPath(new URL('program/portal.psgi', import.meta.url));
/** The portal, the libraries that it loads in any case though its package depends on none of them, its scripts, a server. */
const PACKAGES = [
  'liblemonldap-ng-portal-perl',
  'libemail-sender-perl',
  'libio-string-perl',
  'libmime-tools-perl',
  'libstring-random-perl',
  'libjs-bootstrap4',
  'libjs-jquery',
  'starman',
];
const STATE = '/var/lib/lemonldap-ng';

export const lemonldapNg: ProviderDrive = {
  settings,
  install: async (folder) => installFromDebian(folder, ...PACKAGES),
  async start({ folder, data, port, clients, people }) {
    const origin = `http://127.0.0.1:${port}`;
    for (const name of ['conf', 'cache', 'sessions/lock', 'psessions/lock', 'notifications']) {
      await mkdir(join(data, name), { recursive: true });
    }
    const share = join(folder, 'usr/share');
    const conf = 'lemonldap-ng.ini';
    const sample = await readFile(join(folder, 'etc/lemonldap-ng', conf), 'utf8');
    const moved = sample.replaceAll(STATE, data).replaceAll('/usr/share', share);
    await writeFile(join(data, conf), moved);
    const initial = await readFile(join(folder, STATE, 'conf/lmConf-1.json'), 'utf8');
    const configured = {
      ...(JSON.parse(initial.replaceAll(STATE, data)) as object),
      ...configuration(origin, clients),
    };
    await writeFile(join(data, 'conf/lmConf-1.json'), JSON.stringify(configured));
    const accounts = people.map((person) => ({
      uid: person.userName,
      cn: `${person.givenName} ${person.familyName}`,
      mail: person.email,
    }));
    await writeFile(join(data, 'people.json'), JSON.stringify(accounts));
    const server = join(folder, 'usr/bin/starman');
    const { stop } = await startCommand('perl', [server, '--listen', new URL(origin).host, '--workers', '3', program], {
      cwd: data,
      environment: {
        PERL5LIB: [join(share, 'perl5'), join(folder, 'usr/lib/x86_64-linux-gnu/perl5/5.36')].join(':'),
        LLNG_DEFAULTCONFFILE: join(data, conf),
        LLNG_DEFAULTLOGGER: 'Lemonldap::NG::Common::Logger::Std',
        WORKS_WITH_PEOPLE: join(data, 'people.json'),
        WORKS_WITH_SHARE: share,
      },
      answers: `${origin}/.well-known/openid-configuration`,
      log: join(data, 'portal.log'),
    });
    return { discoveryUrl: origin, origin, stop };
  },
  async act(page, person) {
    const password = page.locator('input[name=password]:visible');
    if ((await password.count()) > 0) {
      await page.locator('input[name=user]').fill(person.userName);
      await password.fill(person.userName); // as its demonstration backend has it
    }
    await page.locator('button[type=submit]:visible').first().click();
  },
  ways: { usual: 'client_secret_basic', other: null },
  not: {
    'the other authentication way': 'both ways are taken from every application.',
    'wrong authentication way': 'both ways are taken from every application.',
    'missing scope': 'every application may ask for every scope.',
  },
  expected: {},
};

/** What an administrator enters in its Manager. */
function configuration(origin: string, clients: readonly Client[]): object {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const by = <Value>(valueOf: (client: Client) => Value): Record<string, Value> =>
    Object.fromEntries(clients.map((client) => [client.id, valueOf(client)]));
  return {
    portal: `${origin}/`,
    domain: new URL(origin).hostname,
    captcha: 'WorksWith::NoCaptcha',
    portalDisplayResetPassword: 0,
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: origin,
    oidcServiceAllowAuthorizationCodeFlow: 1,
    oidcServiceAllowImplicitFlow: 1,
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'of-this-run',
    oidcRPMetaDataExportedVars: by(() => ({ email: 'mail', name: 'cn' })),
    oidcRPMetaDataOptions: by(({ id, secret, redirectUri, idToken }) => ({
      oidcRPMetaDataOptionsClientID: id,
      ...(secret === null
        ? { oidcRPMetaDataOptionsPublic: 1, oidcRPMetaDataOptionsRequirePKCE: idToken ? 0 : 1 }
        : { oidcRPMetaDataOptionsClientSecret: secret }),
      oidcRPMetaDataOptionsRedirectUris: redirectUri,
      oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
      oidcRPMetaDataOptionsDisplayName: 'Gatehouse',
    })),
  };
}
