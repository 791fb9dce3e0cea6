import './mantine.css';
import '@fontsource-variable/inter';
import './console.css';
import './parts/parts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi } from './api/api-client.ts';
import { App, Kit } from './app.tsx';
import { keepFocus } from './parts/frame/keep-focus.ts';
import { Failure } from './parts/frame/failure.tsx';
import { ApiProblem, isProblem, sentenceOf } from './api/problem.ts';
import { createQueryClient } from './api/queries.ts';
import { CALLBACK_PATH, createSession, LoginNeeded, LoginRefused } from './api/session.ts';
import { setProductName, t } from './texts/t.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// Mantine's dialogs lock scrolling with a style element of their own and read the nonce for it here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

keepFocus(document);

const session = createSession(location.origin);
const api = createApi(session);
const client = createQueryClient();

/** Logs in where needed and loads the user before any page is shown. Undefined while the browser navigates away. */
async function start(): Promise<React.ReactNode> {
  const isCallback = location.pathname === CALLBACK_PATH;
  if (isCallback) {
    const returnTo = await session.finishLogIn(new URL(location.href));
    history.replaceState(null, '', returnTo);
  }
  try {
    const me = await api.call('getMe', {});
    setProductName(me.product.name);
    client.setQueryData(['getMe', {}], me);
    return <App session={session} api={api} client={client} />;
  } catch (error) {
    if (!(error instanceof LoginNeeded) || isCallback) throw error; // the callback brought no login: another redirect would loop
    await session.logIn();
    return undefined;
  }
}

function failure(error: unknown): React.ReactNode {
  if (error instanceof LoginRefused || isProblem(error, 'caller.denied')) {
    return <Failure title={t('start.no-role.title')} text={t('start.no-role')} />;
  }
  const title = t('start.failed.title');
  if (error instanceof ApiProblem) {
    const again = { label: t('try-again'), onClick: () => location.reload() };
    return <Failure title={title} text={sentenceOf(error)} next={again} />;
  }
  const logIn = { label: t('login-again.confirm'), onClick: () => void session.logIn({ returnTo: '/console/' }) };
  return <Failure title={title} text={t('start.failed')} next={logIn} />;
}

const root = createRoot(document.querySelector('#console')!);
const show = (page: React.ReactNode): void => {
  root.render(
    <StrictMode>
      <Kit nonce={nonce}>{page}</Kit>
    </StrictMode>,
  );
};
try {
  const page = await start();
  if (page !== undefined) show(page);
} catch (error) {
  if (!(error instanceof ApiProblem || error instanceof LoginRefused)) console.error(error);
  show(failure(error));
}
