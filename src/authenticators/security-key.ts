import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type * as simplewebauthn from '@simplewebauthn/server';
import type { UserId } from '../base/ids.ts';

/** Loaded when the first security key is used: a tenth of what the service weighs, and most logins need none. */
const webauthn = async (): Promise<typeof simplewebauthn> => import('@simplewebauthn/server');

/** A security key, or a device with its fingerprint or face, as stored. */
export interface SecurityKey {
  /** base64url. */
  credentialId: string;
  /** COSE. */
  publicKey: Buffer;
  signatureCount: number;
  transports: string[];
}

/** The relying party: the public URL's host, and its origin, compared exactly (WebAuthn Level 3, 7.1 and 7.2). */
export interface RelyingParty {
  publicUrl: URL;
  productName: string;
}

/** What the browser needs to make a credential. `challenge` (base64url) is kept by the caller and used once. */
export async function registrationOptions(
  party: RelyingParty,
  challenge: string,
  user: { id: UserId; email: string },
  existing: readonly SecurityKey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webauthn();
  return generateRegistrationOptions({
    rpName: party.productName,
    rpID: party.publicUrl.hostname,
    challenge: bytesOf(challenge),
    userName: user.email,
    userID: handleOf(user.id),
    attestationType: 'none',
    excludeCredentials: existing.map(described),
    // A second proof beside the password: presence is enough, and the address is always typed first.
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
  });
}

/** The credential in the browser's answer, or undefined when it proves nothing. `response` is whatever the form held. */
export async function verifyRegistration(
  party: RelyingParty,
  challenge: string,
  response: unknown,
): Promise<SecurityKey | undefined> {
  const { verifyRegistrationResponse } = await webauthn();
  try {
    const answer = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.publicUrl.origin,
      expectedRPID: party.publicUrl.hostname,
      requireUserVerification: false,
    });
    if (!answer.verified) return undefined;
    const { id, publicKey, counter, transports } = answer.registrationInfo.credential;
    return {
      credentialId: id,
      publicKey: Buffer.from(publicKey),
      signatureCount: counter,
      transports: [...(transports ?? [])],
    };
  } catch {
    return undefined; // the library throws on whatever is not as expected
  }
}

/** What the browser needs to prove one of these credentials. */
export async function authenticationOptions(
  party: RelyingParty,
  challenge: string,
  keys: readonly SecurityKey[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({
    rpID: party.publicUrl.hostname,
    challenge: bytesOf(challenge),
    allowCredentials: keys.map(described),
    userVerification: 'preferred',
  });
}

/** The id of the credential a browser's answer is about, or undefined when it is none. Nothing is proved by it. */
export function credentialIdOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('id' in response)) return undefined;
  return typeof response.id === 'string' ? response.id : undefined;
}

/**
 * The key's new signature counter, or undefined when the answer proves nothing: other challenge, origin, host, signature,
 * another user's handle, or a counter that went back (a copied key, WebAuthn Level 3, 7.2 step 22).
 */
export async function verifyAuthentication(
  party: RelyingParty,
  challenge: string,
  response: unknown,
  owner: { userId: UserId; key: SecurityKey },
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await webauthn();
  try {
    const given = response as AuthenticationResponseJSON;
    const handle = given.response.userHandle;
    if (handle !== undefined && handle !== '' && !Buffer.from(handle, 'base64url').equals(handleOf(owner.userId))) {
      return undefined;
    }
    const answer = await verifyAuthenticationResponse({
      response: given,
      expectedChallenge: challenge,
      expectedOrigin: party.publicUrl.origin,
      expectedRPID: party.publicUrl.hostname,
      credential: {
        id: owner.key.credentialId,
        publicKey: new Uint8Array(owner.key.publicKey),
        counter: owner.key.signatureCount,
        transports: owner.key.transports,
      },
      requireUserVerification: false,
    });
    return answer.verified ? answer.authenticationInfo.newCounter : undefined;
  } catch {
    return undefined;
  }
}

function described(key: SecurityKey): { id: string; transports: AuthenticatorTransport[] } {
  return { id: key.credentialId, transports: key.transports as AuthenticatorTransport[] };
}

// The library would encode a challenge given as text once more.
function bytesOf(challenge: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(challenge, 'base64url'));
}

/** The WebAuthn user handle: the id's bytes as text; opaque, and the same at each enrolment. */
function handleOf(id: UserId): Buffer<ArrayBuffer> {
  return Buffer.from(id, 'utf8');
}
