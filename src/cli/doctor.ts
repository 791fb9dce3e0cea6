import { join } from 'node:path';
import { lockHolder } from '../db/embedded/folder-lock.ts';
import { lookAtDatabase } from './database-findings.ts';
import { refusal } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkMasterKey } from './installation/check-master-key.ts';
import { openInstallation } from './installation/installation.ts';
import type { Installation, InstallationDeps } from './installation/installation.ts';
import { masterKeyFile } from './installation/master-key.ts';
import type { Result } from './terminal.ts';

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
  } catch (error) {
    findings.push(refusal(error, deps));
  }
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

async function lookAtMasterKey(deps: InstallationDeps, installation: Installation, fine: string): Promise<Finding> {
  try {
    await checkMasterKey({ ...deps, db: installation.database.db, secrets: installation.secrets });
    return { check: 'master-key', good: true, message: fine };
  } catch (error) {
    return refusal(error, deps);
  }
}
