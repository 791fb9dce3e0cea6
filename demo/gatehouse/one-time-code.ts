import { generate } from 'otplib';

/** What an authenticator app shows for a seed now, and for how many more seconds. */
export async function oneTimeCode(seed: string, at = new Date()): Promise<{ code: string; secondsLeft: number }> {
  const epoch = Math.floor(at.getTime() / 1000);
  return { code: await generate({ secret: seed.replaceAll(/\s/g, ''), epoch }), secondsLeft: 30 - (epoch % 30) };
}
