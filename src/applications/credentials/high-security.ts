import type { Application, ApplicationKind } from '../application.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { FieldError } from '../../base/field-errors.ts';

/** What *high security* decides for the administrator (FAPI 2.0 Security Profile 5.3.2, 5.4.1). */
const DECIDED = {
  clientAuthentication: 'private_key_jwt',
  signingAlgorithm: 'ES256',
  rotateRefreshTokens: false,
  withoutPkce: false,
} as const;

type Decided = { [Setting in keyof typeof DECIDED]?: Application[Setting] | undefined };

/** The choices with those that *high security* decides filled in, where it is chosen; a contradiction stays and is refused later. */
export function decideHighSecurity<Choices extends Omit<Decided, 'clientAuthentication'>>(
  kind: ApplicationKind,
  chosen: Choices & { highSecurity?: boolean | undefined },
  before: Pick<Application, 'highSecurity'> | undefined,
): Choices {
  if (kind !== 'web' || !(chosen.highSecurity ?? before?.highSecurity ?? false)) return chosen;
  const said = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return { ...chosen, ...DECIDED, ...Object.fromEntries(said) };
}

/**
 * Refuses what does not fit a high-security application: settings that weaken it, keys of other algorithms than PS256,
 * ES256 and EdDSA with Ed25519 (5.4.1), answers over plain http (5.3.2.2).
 * @throws input.malformed
 */
export function requireHighSecurity(application: Application): void {
  if (!application.highSecurity) return;
  const problems: (FieldError | undefined)[] =
    application.kind === 'web'
      ? [
          ...Object.entries(DECIDED).map(([setting, value]) =>
            application[setting as keyof typeof DECIDED] === value ? undefined : fieldError(setting, 'high-security'),
          ),
          ...application.redirectUris.map((uri, i) =>
            uri.startsWith('https://') ? undefined : fieldError(`redirectUris.${i}`, 'uri.https'),
          ),
          isFit(application.clientKeys) ? undefined : fieldError('jwks', 'high-security-keys'),
        ]
      : [fieldError('highSecurity', 'no-place-for-a-secret')];
  const fields = problems.filter((each) => each !== undefined);
  if (fields.length > 0) throw new AppError('input.malformed', { fields });
}

const ALGORITHM_OF: Readonly<Record<string, readonly string[]>> = {
  RSA: ['PS256'],
  'P-256': ['ES256'],
  Ed25519: ['EdDSA', 'Ed25519'],
};

function isFit(jwks: Record<string, unknown> | null): boolean {
  const keys = (jwks?.['keys'] ?? []) as Record<string, string | undefined>[];
  return keys.every(({ kty, crv, alg }) => {
    const algorithms = ALGORITHM_OF[crv ?? kty ?? ''];
    return algorithms !== undefined && (alg === undefined || algorithms.includes(alg));
  });
}
