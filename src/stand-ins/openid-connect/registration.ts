import type { RegistrationMistake } from '../stand-in.ts';
import type { RegisteredClient } from './configuration.ts';

/** A registration with the mistakes in it; none when the application is not registered at all. */
export function spoilRegistration(
  client: RegisteredClient,
  mistakes: ReadonlySet<RegistrationMistake>,
): RegisteredClient[] {
  if (mistakes.has('unknown') || mistakes.has('disabled')) return [];
  const { clientSecret, ...rest } = client;
  const hasSecret = clientSecret !== undefined && !mistakes.has('no-secret-allowed');
  const isWrong = mistakes.has('secret') || mistakes.has('secret-expired');
  return [
    {
      ...rest,
      ...(hasSecret ? { clientSecret: isWrong ? `${clientSecret} was replaced` : clientSecret } : {}),
      ...(mistakes.has('redirect-uri') ? { redirectUris: ['https://another.example/callback'] } : {}),
      ...(mistakes.has('id-tokens-off') ? { responseTypes: ['code'] } : {}),
    },
  ];
}
