import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const apacheAirflow: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) =>
    installFromPip(
      folder,
      `apache-airflow==${preset.version}`,
      'apache-airflow-providers-fab==3.10.2',
      'authlib==1.9.10',
    ),
  async start({ folder, data, port, app, blocks: [settings = '', webserver = ''] }) {
    await writeFile(join(data, 'airflow.cfg'), `${settings}\n`);
    await writeFile(join(data, 'webserver_config.py'), `${webserver}\n`);
    const environment = {
      AIRFLOW_HOME: data,
      AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
      AIRFLOW__API_AUTH__JWT_SECRET: 'of-a-site-on-loopback-and-nowhere-else-0123456789abcdef0123456789',
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    };
    const airflow = join(folder, 'bin', 'airflow');
    await runCommand(airflow, ['db', 'migrate'], { cwd: data, environment });
    const words = ['api-server', '--host=127.0.0.1', `--port=${port}`, '--workers=1'];
    return startCommand(airflow, words, {
      cwd: data,
      environment,
      answers: `${app}/api/v2/version`,
      log: join(data, 'airflow.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(`${app}/auth/login/`);
    // An anchor without an address.
    if (page.url().includes('/login')) await page.getByText('Sign In with gatehouse').click();
  },
  async isIn(page, email) {
    const answer = await page.request.get(new URL('/auth/users/userinfo/', page.url()).href);
    return answer.ok() && (await answer.text()).includes(email);
  },
  logOut: async (page, app) => void (await page.goto(`${app}/auth/logout`)),
};
