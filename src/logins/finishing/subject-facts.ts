import type { AuthenticatorFacts } from '../../authenticators/authenticator.ts';
import type { MethodFacts } from '../../connections/facts/method-facts.ts';
import type { User } from '../../users/user.ts';

/** What a step asks that proves a password or factor of ours, read by the statement that reads the login; for that one request alone. */
export interface SubjectFacts {
  /** Null for an address of nobody, for whom the same is read. */
  user: User | null;
  /** How the people of the user's organization log in. */
  methods: MethodFacts | undefined;
  authenticators: AuthenticatorFacts;
}
