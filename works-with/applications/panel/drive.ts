import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { readEnvironment, startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const PAGE = `import panel as pn

pn.pane.Markdown(f'Hello {pn.state.user}').servable()
`;

export const panel: ApplicationDrive = {
  preset,
  needs: ['Python'],
  install: async (folder) => installFromPip(folder, `panel==${preset.version}`),
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    await writeFile(join(data, 'page.py'), PAGE);
    const words = [
      '-m',
      'panel',
      'serve',
      'page.py',
      '--index',
      'page',
      '--address',
      '127.0.0.1',
      '--port',
      String(port),
    ];
    return startCommand(join(folder, 'bin', 'python'), words, {
      cwd: data,
      environment: { ...readEnvironment(settings), BOKEH_RESOURCES: 'server' },
      answers: `${app}/login`,
      log: join(data, 'panel.log'),
    });
  },
  logIn: async (page, app) => void (await page.goto(`${app}/page`)),
  isIn: async (page, email) => (await page.getByText(`Hello ${email}`).count()) > 0,
  async logOut(page, app) {
    await page.goto(`${app}/logout`);
  },
};
