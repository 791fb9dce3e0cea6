import { checkDomainNow, showDomain, submitDomain } from './domain-page.ts';
import { showGuide, submitGuide } from './guide-page.ts';
import { showHandOver, submitHandOver } from './hand-over-page.ts';
import { proveByCode, sendCode, showMailbox } from './mailbox-page.ts';
import { showProviders, submitCredential, submitProvider } from './provider-page.ts';
import { atChosenStep, atLink, atStep } from './setup-page.ts';
import { RETURN_PATH, returnFromTest, showTest, submitTest } from './test-page.ts';
import { showValues, submitValues } from './values-page.ts';
import { handleRequest } from '../handle-request.ts';
import type { LoginDoor } from '../login-deps.ts';
import type { Server } from '../../http/server.ts';

/**
 * The pages of a setup link: no account and no session, a link and a code mailed to its mailbox.
 *
 *     /setup/<token>          what it is for; POST code mails a code for this browser, POST prove enters it (mailbox-page)
 *     …/provider              the tiles (provider-page, providers: what each is, its guide)
 *     …/domain                the TXT record and what DNS shows (domain-page, dns-hosts)
 *     …/guide                 the provider's guide; sketch draws a picture of each step from its words (guide-page)
 *     …/values                what the provider showed, checked as Save checks it (values-page)
 *     …/test                  a round trip at the provider; /setup/test-return leads back (test-page)
 *     …/hand-over             to the administrators (hand-over-page)
 *
 * setup-page.ts: who may see a page, and its frame. The work is done by `connections/setup`.
 */
export function mountSetup(server: Server, door: LoginDoor): void {
  type Page = ReturnType<typeof atLink>;
  const get = (path: string, page: Page): void => void server.get(`/setup/:token${path}`, handleRequest(door, page));
  const post = (path: string, page: Page): void => void server.post(`/setup/:token${path}`, handleRequest(door, page));
  server.get(RETURN_PATH, handleRequest(door, returnFromTest));
  get('', atLink(showMailbox));
  post('/code', atLink(sendCode));
  post('/prove', atLink(proveByCode));
  get('/provider', atStep(showProviders));
  post('/provider', atStep(submitProvider));
  post('/credential', atChosenStep('guide', submitCredential));
  get('/domain', atChosenStep('domain', showDomain));
  post('/domain', atChosenStep('domain', submitDomain));
  post('/check-domain', atChosenStep('domain', checkDomainNow));
  get('/guide', atChosenStep('guide', showGuide));
  post('/guide', atChosenStep('guide', submitGuide));
  get('/values', atChosenStep('values', showValues));
  post('/values', atChosenStep('values', submitValues));
  get('/test', atChosenStep('test', showTest));
  post('/test', atChosenStep('test', submitTest));
  get('/hand-over', atChosenStep('hand-over', showHandOver));
  post('/hand-over', atChosenStep('hand-over', submitHandOver));
}
