import { join } from 'node:path';
import { lockHolder } from '../db/embedded/folder-lock.ts';
import { lookAtBackups } from './backup/look-at-backups.ts';
import { lookAtDatabase } from './database-findings.ts';
import { refusal } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkMasterKey } from './installation/check-master-key.ts';
import { openInstallation } from './installation/installation.ts';
import type { Installation, InstallationDeps } from './installation/installation.ts';
import { masterKeyFile } from './installation/master-key.ts';
import type { Result } from './terminal.ts';
import { MailRefused } from '../mail/mailer.ts';

/** `gatehouse doctor`: checks what the service depends on; each fault is printed with what to do. */
export async function diagnose(deps: InstallationDeps): Promise<Result> {
  const { config, t } = deps;
  const findings: Finding[] = [
    { check: 'settings', good: true, message: t('cli.doctor.settings', { url: config.publicUrl.origin }) },
  ];
  if (config.databaseUrl === undefined) findings.push(await lookAtService(deps));
  try {
    await using installation = await openInstallation(deps);
    const message =
      config.masterKeys === undefined
        ? t('cli.doctor.key.file', { file: masterKeyFile(config.dataFolder) })
        : t('cli.doctor.key.given');
    findings.push(await lookAtMasterKey(deps, installation, message));
    findings.push(...(await lookAtDatabase(deps, installation.database)));
    findings.push(...(await lookAtBackups(deps, installation.database)));
  } catch (error) {
    findings.push(refusal(error, deps));
  }
  findings.push(await lookAtMailServer(deps));
  const bad = findings.filter(({ good }) => !good).length;
  const lines = findings.map(({ good, message }) => `${good ? '✓' : '✗'} ${message}`);
  const verdict = bad === 0 ? t('cli.doctor.sound') : t('cli.doctor.unsound', { count: bad });
  return { data: { good: bad === 0, findings }, text: [...lines, verdict].join('\n'), good: bad === 0 };
}

async function lookAtService({ config, t }: InstallationDeps): Promise<Finding> {
  const pid = await lockHolder(join(config.dataFolder, 'serve.lock'));
  const message = pid === undefined ? t('cli.doctor.not-serving') : t('cli.doctor.serving', { pid: String(pid) });
  return { check: 'service', good: true, message };
}

/** Speaks to the mail server as before a mail: names no sender and no recipient. */
async function lookAtMailServer({ config, t }: InstallationDeps): Promise<Finding> {
  const { smtpUrl, publicUrl, dataFolder } = config;
  if (smtpUrl === undefined) {
    return { check: 'mail', good: true, message: t('cli.doctor.mail.folder', { folder: join(dataFolder, 'mail') }) };
  }
  const { clientNameOf, tryMailServer } = await import('../mail/smtp-mailer.ts');
  try {
    const { host, encrypted, loggedIn } = await tryMailServer({ url: smtpUrl, clientName: clientNameOf(publicUrl) });
    const how = t(encrypted ? 'cli.doctor.mail.encrypted' : 'cli.doctor.mail.open');
    return {
      check: 'mail',
      good: true,
      message: t(loggedIn ? 'cli.doctor.mail.login' : 'cli.doctor.mail', { host, how }),
    };
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error;
    return { check: 'mail', good: false, message: mailSentence(t, error, new URL(smtpUrl)) };
  }
}

/** What the server said, whose fault that is, and what to do. */
function mailSentence(t: InstallationDeps['t'], { code, said, cause }: MailRefused, { host }: URL): string {
  // Of TLS the message names places in the source of OpenSSL, and its reason stands apart.
  const { message = '', reason = message } = (cause ?? {}) as { message?: string; reason?: string };
  const known = code in MAIL_FAULTS ? MAIL_FAULTS[code as keyof typeof MAIL_FAULTS] : 'cli.doctor.mail.refused';
  return t(known, { host, said: said ?? reason });
}

const MAIL_FAULTS = {
  'server-unreachable': 'cli.doctor.mail.unreachable',
  'server-insecure': 'cli.doctor.mail.insecure',
  'server-login': 'cli.doctor.mail.login-refused',
} as const;

async function lookAtMasterKey(deps: InstallationDeps, installation: Installation, fine: string): Promise<Finding> {
  try {
    await checkMasterKey({ ...deps, db: installation.database.db, secrets: installation.secrets });
    return { check: 'master-key', good: true, message: fine };
  } catch (error) {
    return refusal(error, deps);
  }
}
