import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApplicationDrive } from '../../program.ts';
import { runCommand, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const program = fileURLToPath(new URL('program', import.meta.url));

export const springSecurity: ApplicationDrive = {
  preset,
  needs: ['Java'],
  async install(folder) {
    await cp(program, folder, { recursive: true });
    await runCommand('mvn', ['-B', '-q', 'package'], { cwd: folder });
  },
  async start({ folder, data, port, app, blocks: [properties = '', configuration = ''] }) {
    await cp(folder, data, { recursive: true });
    await writeFile(join(data, 'src/main/java/example/LogIn.java'), configuration);
    await runCommand('mvn', ['-B', '-q', '-o', 'package'], { cwd: data });
    const file = join(data, 'application.properties');
    await writeFile(file, [properties, 'server.address=127.0.0.1', `server.port=${port}`, ''].join('\n'));
    return startCommand('java', ['-Xmx256m', '-jar', join(data, 'target', 'application-1.jar')], {
      cwd: data, // where it looks for its properties
      answers: app,
      log: join(data, 'spring.log'),
    });
  },
  logIn: async (page, app) => void (await page.goto(app)),
  isIn: async (page, email) => (await page.locator('body').innerText()).includes(`Hello ${email}`),
  async logOut(page) {
    await page.getByRole('link', { name: 'Log out' }).click();
    await page.getByRole('button', { name: /log out/i }).click();
  },
};
