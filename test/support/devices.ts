import type { HttpBrowser } from './http-browser.ts';
import type { Page } from './page.ts';
import type { TokenAnswer } from './relying-application.ts';
import type { TestService } from './start-service.ts';

/** What a device was given to wait with (RFC 8628 3.2). */
export interface WaitingDevice {
  device_code: string;
  user_code: string;
}

/** A device asks for codes; its application is a public client. */
export async function askForDevice(
  service: Pick<TestService, 'url'>,
  clientId: string,
  more: Record<string, string> = {},
): Promise<WaitingDevice> {
  const answer = await fetch(`${service.url}/oauth2/device`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, scope: 'openid', ...more }),
  });
  if (answer.status !== 200) throw new Error(`the device was refused: ${await answer.text()}`);
  return (await answer.json()) as WaitingDevice;
}

/** A device asks whether somebody has logged in. */
export async function pollOnce(
  service: Pick<TestService, 'url'>,
  clientId: string,
  { device_code }: Pick<WaitingDevice, 'device_code'>,
): Promise<TokenAnswer> {
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: clientId, device_code };
  const answer = await fetch(`${service.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] };
}

/** The page *Is this your device?* for a code. */
export async function confirmPage(
  browser: HttpBrowser,
  service: Pick<TestService, 'url'>,
  { user_code }: Pick<WaitingDevice, 'user_code'>,
): Promise<Page> {
  return browser.submit(await browser.open(`${service.url}/device?user_code=${user_code}`), {});
}
