import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const run = promisify(execFile);

const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // nothing leaves this machine, whatever a page asks for
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.*',
];

interface Installed {
  executablePath: string;
  /** Where it finds the libraries and fonts that came with it. */
  environment: Record<string, string>;
}

/**
 * Launches real Chromium: the one that `CHROMIUM_PATH` names, else npm's (@sparticuz/chromium, unpacked once).
 * @param options.spki keys whose certificates are accepted (`TestCertificates.spki`); unlike ignored errors, these
 *   leave the page secure enough for WebAuthn
 */
export async function launchChromium(options: { spki?: readonly string[] } = {}): Promise<Browser> {
  const { executablePath, environment } = await findChromium();
  const { spki = [] } = options;
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...environment },
    args: [...FLAGS, ...(spki.length > 0 ? [`--ignore-certificate-errors-spki-list=${spki.join(',')}`] : [])],
  });
}

/** Ends what hangs; nothing is timed in a test, and the machine may be busy. */
const PATIENCE_MS = 60_000;

/**
 * A new person: no cookies, no history. Test certificates are accepted; time and language are fixed, and nothing moves
 * (`prefers-reduced-motion`), so that what is looked at stands still.
 */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** A security key plugged into a page's computer; it is touched whenever a page asks. */
export interface SecurityKey {
  /** Ids of the credentials it holds, base64. */
  credentials(): Promise<string[]>;
  /** The next touches do not come (`false`) or come again. */
  setTouched(isTouched: boolean): Promise<void>;
  unplug(): Promise<void>;
}

/**
 * Plugs a virtual security key in (CDP `WebAuthn`), for this page only.
 * @param options.verifiesUser it has a PIN or reads a fingerprint, and that succeeds
 */
export async function plugInSecurityKey(page: Page, options: { verifiesUser?: boolean } = {}): Promise<SecurityKey> {
  const { verifiesUser = false } = options;
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'usb',
      hasResidentKey: false,
      hasUserVerification: verifiesUser,
      isUserVerified: verifiesUser,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async credentials() {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.map(({ credentialId }) => credentialId);
    },
    setTouched: async (enabled) =>
      void (await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })),
    async unplug() {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      await session.detach();
    },
  };
}

async function findChromium(): Promise<Installed> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return { executablePath: named, environment: {} };
  const description = findPackageJSON('@sparticuz/chromium', import.meta.url);
  if (description === undefined) throw new Error('@sparticuz/chromium is not installed; or name a CHROMIUM_PATH');
  const { version }: { version: string } = JSON.parse(await readFile(description, 'utf8'));
  // beside the package: goes with it, and another version never meets this one
  const folder = join(dirname(description), '..', '..', '.cache', `chromium-${version}`);
  if (!existsSync(join(folder, 'chromium'))) await unpack(folder);
  return {
    executablePath: join(folder, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

/**
 * Unpacks into a folder of our own and moves it into place at once: of several processes that start together one wins,
 * the others throw their copy away, and nobody ever sees half a browser. The package unpacks into the temporary folder
 * and decides by the environment, on import, whether its own libraries are wanted: hence a process for it.
 */
async function unpack(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}.partial-`);
  const program = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();`;
  await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  });
  await writeFile(join(partial, 'fonts.conf'), fontsConfiguration(folder));
  try {
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(join(folder, 'chromium'))) throw error;
  }
}

/** Without the operating system's rules for it, every generic family would be the first font there is. */
function fontsConfiguration(folder: string): string {
  const generic = Object.entries({ 'sans-serif': 'DejaVu Sans', serif: 'DejaVu Serif', monospace: 'DejaVu Sans Mono' });
  const aliases = generic.map(
    ([name, font]) => `<alias><family>${name}</family><prefer><family>${font}</family></prefer></alias>`,
  );
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir>${aliases.join('')}</fontconfig>`;
}
