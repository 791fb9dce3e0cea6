import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const CHAT = `@cl.on_chat_start
async def greet():
    await cl.Message("Good morning").send()`;

export const chainlit: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `chainlit==${preset.version}`),
  async start({ folder, data, port, app, blocks: [environment = '', callback = ''] }) {
    await writeFile(join(data, '.env'), `${environment}\n`);
    await writeFile(join(data, 'assistant.py'), `${callback}\n\n\n${CHAT}\n`);
    const words = ['run', 'assistant.py', '--headless', '--host=127.0.0.1', `--port=${port}`];
    return startCommand(join(folder, 'bin', 'chainlit'), words, {
      cwd: data,
      answers: app,
      log: join(data, 'chainlit.log'),
    });
  },
  async logIn(page, app) {
    await page.goto(`${app}/login`).catch(() => undefined); // its own page may be going there already
    const login = page.getByRole('button', { name: /Continue with/ });
    await login.or(page.locator('#chat-input')).first().waitFor();
    if ((await login.count()) > 0) await login.click();
  },
  async isIn(page, email) {
    const answer = await page.request.get(new URL('/user', page.url()).href);
    return answer.ok() && (await answer.text()).includes(email);
  },
  async logOut(page, app) {
    await page.request.post(`${app}/logout`);
    await page.goto(app);
  },
};
