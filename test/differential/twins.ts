/** Long enough to be random: codes, tokens, ids, digests. A reference for people has eight characters. */
const PIECE = /[A-Za-z0-9_-]{8,}/g;
const JWT = /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/;

/**
 * Compares what two services say and store that should be twins: everything is equal, but random values are others in each. So a
 * value of the one stands for one value of the other, the same wherever they come again.
 */
export class Twins {
  readonly #partner = new Map<string, string>();
  readonly #back = new Map<string, string>();

  /** Where two values differ, as sentences; none for twins. */
  differences(one: unknown, other: unknown, where: string): string[] {
    if (typeof one === 'string' && typeof other === 'string') return this.#ofTexts(one, other, where);
    if (Array.isArray(one) && Array.isArray(other)) {
      if (one.length !== other.length) return [told(where, one, other)];
      return one.flatMap((each, i) => this.differences(each, other[i], `${where}[${i}]`));
    }
    if (isObject(one) && isObject(other)) {
      const names = Object.keys(one);
      if (names.join() !== Object.keys(other).join()) return [told(`names of ${where}`, one, other)];
      return names.flatMap((name) => this.differences(one[name], other[name], `${where}.${name}`));
    }
    return Object.is(one, other) ? [] : [told(where, one, other)];
  }

  #ofTexts(one: string, other: string, where: string): string[] {
    if (one === other) return [];
    if (JWT.test(one) && JWT.test(other)) return this.differences(opened(one), opened(other), where);
    const [ours, theirs] = [one.match(PIECE) ?? [], other.match(PIECE) ?? []];
    const isSame = one.replace(PIECE, '•') === other.replace(PIECE, '•') && ours.length === theirs.length;
    if (!isSame) return [told(where, one, other)];
    return ours.every((piece, i) => this.#arePartners(piece, theirs[i]!)) ? [] : [told(where, one, other)];
  }

  #arePartners(one: string, other: string): boolean {
    if (one.length !== other.length) return false;
    const [known, back] = [this.#partner.get(one), this.#back.get(other)];
    if (known !== undefined || back !== undefined) return known === other && back === one;
    // What is equal once is never random.
    if (one === other) return true;
    this.#partner.set(one, other);
    this.#back.set(other, one);
    return true;
  }
}

/** Header and payload of a JWT. */
function opened(jwt: string): unknown[] {
  return jwt
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(where: string, one: unknown, other: unknown): string {
  return `${where}:\n      library ${JSON.stringify(one)}\n      direct  ${JSON.stringify(other)}`;
}
