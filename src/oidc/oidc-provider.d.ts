/** What `signing-keys.ts` needs of the library beyond what its types say. */
declare module 'oidc-provider/lib/helpers/initialize_keystore.js' {
  import type { ExternalSigningKey, Provider } from 'oidc-provider';

  /** Gives a provider other keys: by these it signs and verifies from now on, and all of them are in its JWKS. */
  export default function initializeKeystore(this: Provider, jwks: { keys: ExternalSigningKey[] }): void;
}
