import { readFile } from 'node:fs/promises';
import type { Assets } from '../pages/layout.ts';
import { sha256 } from '../../base/random.ts';

/** A file of the pages, as it is sent. */
export interface AssetFile {
  /** Below `/login/assets/`. */
  name: string;
  type: string;
  body: Buffer;
}

export interface LoginAssets {
  files: AssetFile[];
  /** Addresses that change with the content, so that browsers may keep them for good. */
  addresses: Assets;
}

/** Reads the pages' own files once: style, font, scripts. All are served by us; no page loads anything from elsewhere. */
export async function readLoginAssets(): Promise<LoginAssets> {
  const own = async (name: string): Promise<Buffer> => readFile(new URL(`./${name}`, import.meta.url));
  const font = await readFile(
    new URL('files/inter-latin-wght-normal.woff2', import.meta.resolve('@fontsource-variable/inter/package.json')),
  );
  const library = await readFile(
    new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser')),
  );
  const files: AssetFile[] = [
    { name: 'login-pages.css', type: 'text/css; charset=utf-8', body: await own('login-pages.css') },
    { name: 'mark.svg', type: 'image/svg+xml', body: await own('mark.svg') },
    { name: 'inter.woff2', type: 'font/woff2', body: font },
    {
      name: 'security-key.js',
      type: 'text/javascript; charset=utf-8',
      body: Buffer.concat([library, Buffer.from('\n'), await own('security-key.js')]),
    },
    { name: 'conveniences.js', type: 'text/javascript; charset=utf-8', body: await own('conveniences.js') },
  ];
  const address = (name: string): string => {
    const file = files.find((one) => one.name === name)!;
    return `/login/assets/${name}?${sha256(file.body.toString('latin1')).toString('base64url').slice(0, 12)}`;
  };
  return {
    files,
    addresses: {
      styles: address('login-pages.css'),
      securityKey: address('security-key.js'),
      conveniences: address('conveniences.js'),
      icon: address('mark.svg'),
    },
  };
}
