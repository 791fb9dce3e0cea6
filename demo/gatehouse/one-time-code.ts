import { generate } from 'otplib';

/** What an authenticator app shows for a seed now. */
export async function oneTimeCode(seed: string, at = new Date()): Promise<string> {
  return generate({ secret: seed.replaceAll(/\s/g, ''), epoch: Math.floor(at.getTime() / 1000) });
}
