import { takeCallback } from './callback.ts';
import { strayPage } from './pages.ts';
import { faultPage } from '../pages/message-pages.ts';
import { readBrowser, send } from '../handle-request.ts';
import { shellFor } from '../login-deps.ts';
import type { LoginDeps, LoginDoor } from '../login-deps.ts';
import { asAppError, statusOf } from '../../http/problem.ts';
import { logRefusal } from '../../http/server.ts';
import type { Server } from '../../http/server.ts';

/** Largest callback that is read, in bytes: more than an ID token may have, to name what is too large of it. */
const LARGEST = 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Where identity providers send the browser back to: the shared address takes a posted ID token, every code comes to the
 * address of its organization. No CSRF check but the transaction's own: these requests come from other sites.
 */
export async function mountCallback(server: Server, door: LoginDoor): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // As text: the door itself sees that no parameter is given twice.
    scope.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: LARGEST }, (_request, body, done) => {
      done(null, body);
    });
    scope.setErrorHandler(async (thrown: unknown, request, reply) => {
      const error = asAppError(thrown);
      logRefusal(error, request);
      const malformed = error.kind === 'invalid';
      const shell = shellFor(door, request);
      const page = malformed
        ? strayPage(shell, shell.t('login.stray.lead'), request.id)
        : faultPage(shell, error, request.id);
      send(door, reply, { status: malformed ? 400 : statusOf(error), page });
    });
    const depsFor = (request: Parameters<typeof readBrowser>[1]): LoginDeps => ({
      ...door,
      shell: shellFor(door, request),
      log: request.log,
    });
    const path = { shared: '/login/callback', organization: '/login/callback/:organization' };
    const call = (request: Parameters<typeof readBrowser>[1], posted: boolean, parameters: string) => ({
      path: request.url.split('?')[0]!,
      posted,
      parameters,
      browser: readBrowser(door, request),
      reference: request.id,
    });
    for (const url of [path.shared, path.organization]) {
      // A code is never asked for by form_post; that it came so is explained like any other wrong answer.
      scope.post(url, { bodyLimit: LARGEST }, async (request, reply) => {
        const body = typeof request.body === 'string' ? request.body : '';
        send(door, reply, await takeCallback(depsFor(request), call(request, true, body)));
      });
      scope.get(url, { exposeHeadRoute: false }, async (request, reply) => {
        send(door, reply, await takeCallback(depsFor(request), call(request, false, request.url.split('?')[1] ?? '')));
      });
    }
  });
}
