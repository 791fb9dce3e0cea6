import { defineConfig } from 'vitest/config';
import config from '../../vitest.config.ts';
import { projectFolder } from '../project.ts';
import { instrument } from './instrument.ts';

/** Tests that start no browser and no process of their own, with the protecting conditions of the product wrapped. */
const PROJECTS = ['unit', 'flows', 'attacks'];

type Project = { test: { name: string } };

export default defineConfig({
  root: projectFolder,
  test: {
    ...config.test,
    projects: [
      ...(config.test!.projects as Project[]).map(({ test }) => test).filter(({ name }) => PROJECTS.includes(name)),
      { name: 'attempts', include: ['tools/mutants/attempts.ts'], pool: 'forks', maxWorkers: 1 },
    ].map((test) => ({
      root: projectFolder,
      plugins: [instrument()],
      // The conditions are wrapped by vite, which has to read the sources for it.
      test: { ...test, experimental: { viteModuleRunner: true }, setupFiles: ['tools/mutants/in-the-worker.ts'] },
    })),
  },
});
