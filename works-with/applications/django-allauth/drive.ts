import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const program = fileURLToPath(new URL('program', import.meta.url));

export const djangoAllauth: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) =>
    installFromPip(folder, `django-allauth[socialaccount]==${preset.version}`, 'Django==5.2.19'),
  async start({ folder, data, port, app, blocks: [settings = '', urls = ''] }) {
    await cp(program, data, { recursive: true });
    await writeFile(join(data, 'settings.py'), `from base import *\n\n${settings}\n`);
    await writeFile(
      join(data, 'urls.py'),
      `from django.urls import path\n\nfrom papers import urlpatterns\n\n${urls}\n`,
    );
    const environment = { DJANGO_SETTINGS_MODULE: 'settings', SITE_DATA: data, PYTHONPATH: data };
    const django = join(folder, 'bin', 'django-admin');
    await runCommand(django, ['migrate'], { cwd: data, environment });
    return startCommand(django, ['runserver', '--noreload', `127.0.0.1:${port}`], {
      cwd: data,
      environment,
      answers: app,
      log: join(data, 'django.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(app);
    const login = page.getByRole('link', { name: 'Log in' });
    if ((await login.count()) === 0) return;
    await login.click();
    await page.getByRole('link', { name: 'Single sign-on' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  },
  isIn: async (page, email) => (await page.getByText(email).count()) > 0,
  logOut: async (page) => page.getByRole('button', { name: 'Log out' }).click(),
};
