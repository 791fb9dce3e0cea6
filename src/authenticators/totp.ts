import { generateSecret, generateURI, verify } from 'otplib';

/** Length of a time step, in seconds (RFC 6238 section 4.1). */
export const TIME_STEP = 30;

/** A new seed: 160 bits in base32 (RFC 4226 section 4, R6). */
export function newSeed(): string {
  return generateSecret({ length: 20 });
}

/**
 * The address an authenticator app reads from the QR code. A colon separates issuer and account there, so a product's own
 * is left out: otplib would write it as it is, and apps take what stands before it for the issuer, or refuse the code.
 */
export function enrolmentUri(input: { seed: string; product: string; email: string }): string {
  const issuer = input.product.replaceAll(/\s*:\s*/g, ' ').trim();
  return generateURI({ issuer, label: input.email, secret: input.seed });
}

/** A seed as people type it: groups of four. */
export function inGroups(seed: string): string {
  return seed.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/**
 * The time step whose code this is, by our clock, one step early or late allowed (RFC 6238 section 5.2); undefined when it
 * is none of the three. The caller takes the step, once, by a conditional statement.
 */
export async function timeStepOf(seed: string, typed: string, at: Date): Promise<number | undefined> {
  const token = typed.replaceAll(/[\s-]/g, '');
  if (!/^[0-9]{6}$/.test(token)) return undefined;
  // The answer is an object, so `if (await verify(…))` would let every code pass.
  const answer = await verify({
    secret: seed,
    token,
    epoch: Math.floor(at.getTime() / 1000),
    period: TIME_STEP,
    epochTolerance: TIME_STEP,
  });
  return answer.valid === true && 'timeStep' in answer ? answer.timeStep : undefined;
}
