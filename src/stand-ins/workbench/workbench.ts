import { type Exchange, readForm, redirectTo, sendJson, sendPage } from '../small-server.ts';
import type { StandIn } from '../stand-in.ts';
import { switchOn } from '../switches/switches.ts';
import { workbenchPage } from './page.ts';

/** What has to be entered where the stand-in is connected: the name of a field, and its value. */
export type ConnectionValues = readonly (readonly [field: string, value: string])[];

/** The page at a stand-in's address: who logs in, people, what goes wrong, the last requests. */
export interface Workbench {
  /** Answers what is the page's own; false: the stand-in answers. */
  answer(exchange: Exchange): Promise<boolean>;
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

/**
 * @param view.title the product it looks like
 * @param view.standIn asked at each request: it starts to listen before it is there
 */
export function createWorkbench(view: {
  title: string;
  values: () => ConnectionValues;
  standIn: () => StandIn;
}): Workbench {
  let on: string[] = [];

  async function change(exchange: Exchange, standIn: StandIn): Promise<string> {
    const form = await readForm(exchange);
    const field = (name: string): string => (form.get(name) ?? '').trim();
    switch (exchange.url.pathname) {
      case '/workbench/choose':
        standIn.choose(field('person') === '' ? undefined : field('person'));
        return 'people';
      case '/workbench/add': {
        const address = field('address');
        if (address.includes('@')) standIn.addPerson({ name: field('name') || address, address });
        return 'people';
      }
      case '/workbench/remove':
        if (standIn.chosen() === field('person')) standIn.choose(undefined);
        standIn.removePerson(field('person'));
        return 'people';
      case '/workbench/end-sessions':
        standIn.endSessions();
        return 'people';
      case '/workbench/rotate-keys':
        await standIn.rotateKeys();
        return 'faults';
      case '/workbench/faults':
        on = switchOn(standIn, form.getAll('on'));
        return 'faults';
      case '/workbench/forget':
        standIn.journal.length = 0;
        return 'requests';
      default:
        return '';
    }
  }

  return {
    async answer(exchange) {
      const { url, method, request, response } = exchange;
      // a name that leads here by DNS (rebinding) is somebody else's page
      if (!LOOPBACK.test(url.hostname)) {
        sendJson(exchange, 421, { error: 'this stand-in answers at loopback addresses alone' });
        return true;
      }
      const isOwn = url.pathname === '/' || url.pathname.startsWith('/workbench/');
      const { origin } = request.headers;
      if (
        method !== 'GET' &&
        (isOwn || url.pathname.startsWith('/__double/')) &&
        origin !== undefined &&
        origin !== url.origin
      ) {
        sendJson(exchange, 403, { error: 'only its own page changes a stand-in' });
        return true;
      }
      if (!isOwn) return false;
      const standIn = view.standIn();
      if (method === 'POST') redirectTo(exchange, `/#${await change(exchange, standIn)}`, 303);
      else {
        response.setHeader(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        );
        sendPage(exchange, 200, workbenchPage({ title: view.title, values: view.values(), standIn, on }));
      }
      return true;
    },
  };
}
