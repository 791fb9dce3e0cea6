import { generate } from 'otplib';

/**
 * The six digits an authenticator app shows for a seed at an instant (RFC 6238, SHA-1, 30 seconds).
 * Spaces and lower case in the seed are accepted, as people type them.
 */
export async function totpAt(seedBase32: string, at: Date): Promise<string> {
  const secret = seedBase32.replace(/[\s-]/g, '').toUpperCase();
  return generate({ secret, epoch: Math.floor(at.getTime() / 1000) });
}
