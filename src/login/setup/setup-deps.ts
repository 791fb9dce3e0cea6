import type { LoginDeps } from '../login-deps.ts';

/** The door's dependencies as the operations of setup links take them. */
export function setupDeps(deps: LoginDeps): Omit<LoginDeps, 'publicUrl'> & {
  publicUrl: string;
  config: { publicUrl: URL };
} {
  const { publicUrl } = deps;
  return { ...deps, publicUrl: publicUrl.href, config: { publicUrl } };
}
