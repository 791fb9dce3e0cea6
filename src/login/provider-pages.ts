import type { IncomingMessage } from 'node:http';
import type { AppError } from '../base/errors.ts';
import type { Texts } from '../texts/catalog.ts';
import { shellFor } from './login-deps.ts';
import type { Assets } from './pages/layout.ts';
import { confirmDevicePage, deviceDonePage, enterCodePage } from './device/device-pages.ts';
import { expiredPage, faultPage, loggedOutPage, logoutPage } from './pages/message-pages.ts';
import { refusedRequestPage } from './pages/refused/refused-request-page.ts';
import type { RefusedRequest } from './pages/refused/refused-request-page.ts';

/** The pages a person meets at the OpenID Provider, each in the language of its request. */
export function createProviderPages(door: { texts: Texts; assets: Assets }) {
  return {
    error: (request: IncomingMessage, refused: RefusedRequest) => refusedRequestPage(shellFor(door, request), refused),
    logout: (request: IncomingMessage, logout: { formMarkup: string; applicationName: string | null }) =>
      logoutPage(shellFor(door, request), logout),
    loggedOut: (request: IncomingMessage, after: { federated: boolean }) =>
      loggedOutPage(shellFor(door, request), after),
    device: {
      enter: (request: IncomingMessage, form: Parameters<typeof enterCodePage>[1]) =>
        enterCodePage(shellFor(door, request), form),
      confirm: (request: IncomingMessage, form: Parameters<typeof confirmDevicePage>[1]) =>
        confirmDevicePage(shellFor(door, request), form),
      done: (request: IncomingMessage, about: { application: string }) =>
        deviceDonePage(shellFor(door, request), about),
    },
    expired: (request: IncomingMessage) => expiredPage(shellFor(door, request)),
    fault: (request: IncomingMessage, error: AppError, reference: string) =>
      faultPage(shellFor(door, request), error, reference),
  };
}
