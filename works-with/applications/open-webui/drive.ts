import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { ApplicationDrive } from '../../program.ts';
import { installFromPip } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

/** No models are fetched and nobody outside is asked. */
const ALONE = {
  OFFLINE_MODE: 'true',
  HF_HUB_OFFLINE: '1',
  ENABLE_VERSION_UPDATE_CHECK: 'false',
  ENABLE_OLLAMA_API: 'false',
  ENABLE_OPENAI_API: 'false',
  RAG_EMBEDDING_ENGINE: 'openai',
  BYPASS_EMBEDDING_AND_RETRIEVAL: 'true',
  ANONYMIZED_TELEMETRY: 'false',
  DO_NOT_TRACK: 'true',
};

export const openWebui: ApplicationDrive = {
  preset,
  needs: ['Python'],
  // It brings PyTorch with the libraries of graphics cards, of which there is no smaller build in the same index.
  bounds: { gigabytes: 9, minutes: 30 },
  async install(folder) {
    await installFromPip(folder, 'torch==2.15.0'); // in two steps: each has its own bound
    await installFromPip(folder, `open-webui==${preset.version}`);
  },
  async start({ folder, data, port, app, blocks: [settings = ''] }) {
    await writeFile(join(data, '.env'), settings);
    const pasted = parseEnv(settings) as Record<string, string>;
    const words = ['serve', '--host=127.0.0.1', `--port=${port}`];
    return startCommand(join(folder, 'bin', 'open-webui'), words, {
      cwd: data,
      environment: { ...ALONE, ...pasted, DATA_DIR: data, WEBUI_SECRET_KEY: 'of-a-site-on-loopback' },
      answers: `${app}/health`,
      log: join(data, 'open-webui.log'),
      minutes: 5,
    });
  },
  // What its button *Continue with …* does; on an empty installation a welcome lies over it.
  logIn: async (page, app) => void (await page.goto(`${app}/oauth/oidc/login`)),
  async isIn(page, email) {
    const answer = await page.request.get(new URL('/api/v1/auths/', page.url()).href);
    return answer.ok() && (await answer.text()).includes(email);
  },
  async logOut(page, app) {
    const answer = await page.request.post(`${app}/api/v1/auths/signout`);
    await page.evaluate(() => localStorage.removeItem('token')); // as its page does
    const { redirect_url: next } = (await answer.json()) as { redirect_url?: string };
    await page.goto(next ?? app);
  },
};
