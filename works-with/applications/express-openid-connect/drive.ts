import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApplicationDrive } from '../../program.ts';
import { installFromNpm } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const program = fileURLToPath(new URL('program', import.meta.url));
const BESIDE = ['express@5.2.1', 'express-session@1.18.2', 'memorystore@1.6.7'];

export const expressOpenidConnect: ApplicationDrive = {
  preset,
  needs: [],
  install: async (folder) => installFromNpm(folder, `express-openid-connect@${preset.version}`, ...BESIDE),
  async start({ folder, data, port, app, blocks: [logIn = ''] }) {
    await cp(program, data, { recursive: true });
    await symlink(join(folder, 'node_modules'), join(data, 'node_modules'));
    await writeFile(join(data, 'log-in.mjs'), logIn);
    const log = join(data, 'server.log');
    return startCommand('node', ['server.mjs', String(port)], { cwd: data, answers: app, log });
  },
  logIn: async (page, app) => void (await page.goto(app)),
  isIn: async (page, email) => (await page.locator('body').innerText()).includes(`Hello ${email}`),
  logOut: async (page) => page.getByRole('link', { name: 'Log out' }).click(),
  async refresh(page, app) {
    await page.goto(`${app}/refresh`);
    return (await page.locator('body').innerText()) === 'renewed';
  },
};
