import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const program = fileURLToPath(new URL('program', import.meta.url));

export const djangoAllauth: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `django-allauth[socialaccount]==${preset.version}`),
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    await cp(program, data, { recursive: true });
    const base = await readFile(join(program, 'base.py'), 'utf8');
    await writeFile(join(data, 'own_settings.py'), `${base}\n${settings}\n`);
    return startCommand(join(folder, 'bin', 'python'), ['serve.py', `127.0.0.1:${port}`], {
      cwd: data,
      answers: app,
      log: join(data, 'site.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(app);
    if (!(await page.locator('body').innerText()).includes('Hello stranger')) return;
    await page.goto(`${app}/accounts/login/`);
    await page.getByRole('link', { name: 'Gatehouse' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  },
  isIn: async (page, email) => (await page.locator('body').innerText()).includes(`Hello ${email}`),
  async logOut(page) {
    await page.getByRole('link', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Sign Out' }).click();
  },
};
