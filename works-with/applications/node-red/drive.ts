import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromNpm } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

export const nodeRed: ApplicationDrive = {
  preset,
  needs: [],
  install: async (folder) => installFromNpm(folder, `node-red@${preset.version}`, 'passport-openidconnect@0.1.2'),
  async start({ folder, data, port, app, blocks: [, adminAuth = ''] }) {
    const modules = join(folder, 'node_modules');
    await symlink(modules, join(data, 'node_modules'));
    await writeFile(join(data, 'package.json'), '{}'); // its settings are no ES module
    const own = `uiHost: '127.0.0.1', uiPort: ${port}, telemetry: { enabled: false }, editorTheme: { tours: false },`;
    await writeFile(join(data, 'settings.js'), `module.exports = {\n${adminAuth}\n${own}\n};\n`);
    const words = [join(modules, 'node-red', 'red.js'), '--userDir', data, '--settings', join(data, 'settings.js')];
    return startCommand('node', words, { cwd: data, answers: app, log: join(data, 'node-red.log') });
  },
  async logIn(page, app) {
    await page.goto(app);
    const button = page.getByText('Log in with Gatehouse');
    await button.or(page.locator('#red-ui-header-button-user')).first().waitFor();
    if (await button.isVisible()) await button.click();
  },
  async isIn(page, email) {
    const menu = page.locator('#red-ui-header-button-user');
    return (await menu.isVisible()) && (await page.content()).includes(email);
  },
  async logOut(page) {
    await page.locator('#red-ui-header-button-user').click();
    await page.locator('#red-ui-header-button-user-submenu a, #usermenu-item-logout').last().click();
  },
};
