/*
 * Load without a person behind a browser.
 *
 *   machine-token.ts     an application asks for an access token of its own; device-poll.ts: a device asks again
 *   machine-rounds.ts    Gatehouse and its rivals in turns, and what they send to PostgreSQL
 *   machine-section.ts   what was seen, as a part of docs/performance.md
 */

/** The applications of such load: one that acts for itself, and one on a device. */
export interface Machines {
  machine: { clientId: string; secret: string };
  device: { clientId: string };
}

/** The API that a machine's access tokens are for (RFC 8707), and what it asks to do there: the same everywhere. */
export const ORDERS = 'https://orders.northwind.example/api';
export const SCOPE = 'orders:read';
