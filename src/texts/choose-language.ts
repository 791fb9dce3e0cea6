/** Of a header, so much is looked at: nobody reads more languages. */
const MOST_CHARACTERS = 500;

/**
 * The language of ours that suits an `Accept-Language` header best (RFC 9110, section 12.5.4): by weight, then by the
 * order in the header; `de-AT` also takes `de` (lookup, RFC 4647, section 3.4), and `en` takes `en-XA`.
 * @returns undefined when none of ours is asked for, or the header cannot be read
 */
export function chooseLanguage(acceptLanguage: string | undefined, languages: readonly string[]): string | undefined {
  const ranges = (acceptLanguage ?? '')
    .slice(0, MOST_CHARACTERS)
    .split(',')
    .map(readRange)
    .filter((range) => range.weight > 0)
    .toSorted((one, other) => other.weight - one.weight);
  for (const { tag } of ranges) {
    for (let wanted = tag; wanted !== ''; wanted = wanted.slice(0, Math.max(0, wanted.lastIndexOf('-')))) {
      const found = languages.find((language) => language.toLowerCase() === wanted);
      if (found !== undefined) return found;
    }
    const wider = languages.find((language) => language.toLowerCase().startsWith(`${tag}-`));
    if (wider !== undefined) return wider;
  }
  return undefined;
}

/**
 * The region in which a request writes a language of ours, for its dates: the first `en-GB` of `en-GB, en-US;q=0.8`.
 * @returns undefined when it names none
 */
export function chooseRegion(acceptLanguage: string | undefined, language: string): string | undefined {
  const found = (acceptLanguage ?? '')
    .slice(0, MOST_CHARACTERS)
    .split(',')
    .map(readRange)
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .find(({ tag }) => tag === language || new RegExp(`^${language}-[a-z]{2}$`).test(tag));
  if (found === undefined || found.tag === language) return undefined;
  return `${language}-${found.tag.slice(-2).toUpperCase()}`;
}

/** One language range with its weight, as `de-AT;q=0.8`; weight 0 where it is none. */
function readRange(text: string): { tag: string; weight: number } {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return { tag, weight: /^[a-z0-9-]{1,35}$/.test(tag) && weight >= 0 && weight <= 1 ? weight : 0 };
}
