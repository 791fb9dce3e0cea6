import { readOutsideText } from '../../../base/outside-text.ts';

const DOWN = new Set(['server_error', 'temporarily_unavailable']);

/** Whether an OAuth error code tells of a fault of the provider's own (RFC 6749 4.1.2.1). */
export function isDown(code: string): boolean {
  return DOWN.has(code);
}

/** An OAuth error code as far as it has the form of one: it may come from anybody. */
export function shortCode(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : 'unknown_error';
}

/** Longest text of a provider that is kept, in code points. */
const MAX_SAID = 300;

/** What the provider calls its error and says of it, and what its support asks for: Entra ID's number (AADSTS…) and correlation id. */
export function providerCodeOf(
  code: string,
  description: string,
  body: Record<string, unknown> = {},
): { providerCode: string; correlationId: string | null; said: string | null } {
  const numbers: unknown = body['error_codes'];
  const first: unknown = Array.isArray(numbers) ? numbers[0] : undefined;
  const number = typeof first === 'number' ? String(first) : /^AADSTS(\d{5,7})/.exec(description)?.[1];
  const stated: unknown = body['correlation_id'] ?? /Correlation ID: ([0-9a-f-]{36})/i.exec(description)?.[1];
  const correlationId = typeof stated === 'string' && /^[0-9a-f-]{36}$/i.test(stated) ? stated : null;
  const said = readOutsideText(description, MAX_SAID);
  return { providerCode: number ?? shortCode(code), correlationId, said: said === '' ? null : said };
}

/** An endpoint's address as a sentence may show it. */
export function endpointText(endpoint: string): string {
  return readOutsideText(endpoint, 200);
}
