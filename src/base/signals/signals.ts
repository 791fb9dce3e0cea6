import { channel } from 'node:diagnostics_channel';

/**
 * What happens in this process, told to whoever listens: the metrics, a test, a profiler. Who tells knows nobody of them, and a
 * fact nobody listens to costs one look. Built on the diagnostics channels of Node.
 *
 * Facts carry words of our own code and numbers; where one carries what a request said (`method`, `grantType`), who listens keeps
 * to a closed list.
 */
export interface Signal<T> {
  /** Whether somebody listens: for facts that have to be made first. */
  readonly isHeard: boolean;
  tell(fact: T): void;
  /** Calls `hear` for each fact, at once; it must not throw. Returns what ends that. */
  listen(hear: (fact: T) => void): () => void;
}

function signal<T>(name: string): Signal<T> {
  const facts = channel(`gatehouse:${name}`);
  return {
    get isHeard() {
      return facts.hasSubscribers;
    },
    tell(fact) {
      if (facts.hasSubscribers) facts.publish(fact);
    },
    listen(hear) {
      const listener = (fact: unknown): void => hear(fact as T);
      facts.subscribe(listener);
      return () => {
        facts.unsubscribe(listener);
      };
    },
  };
}

/** A request was answered, or its connection was lost: as its line in the log says it. */
export const REQUEST_ANSWERED = signal<{
  /** `route` is the pattern it matched; undefined where nothing is there. */
  req: { method: string; route: string | undefined };
  res: { status: number };
  /** Milliseconds. */
  responseTime: number;
}>('request-answered');

/** A login came to a step, by an event that is written. */
export const LOGIN_MOVED = signal<{
  step: string;
  /** How it goes on or ended: its method, `session` where the session was enough, `emergency`, `none` before that is known. */
  method: string;
  /** Why it was refused; null unless it was. */
  refusal: string | null;
}>('login-moved');

/** Somebody came to a login that was over before it succeeded. */
export const LOGIN_EXPIRED = signal<null>('login-expired');

/** An application's request for a code or for tokens was answered. */
export const APPLICATION_ANSWERED = signal<{
  endpoint: 'authorize' | 'token';
  /** At the token endpoint, as it was sent. */
  grantType: string | null;
  status: number;
  /** Answered without the library. */
  isDirect: boolean;
}>('application-answered');

/** A request that left the service: `answered`, or the category of its failure. */
export const CALL_ENDED = signal<string>('call-ended');

/** A login at an identity provider failed: the category of its failure, or `ours` where the connection changed meanwhile. */
export const PROVIDER_FAILED = signal<{ method: string; category: string }>('provider-failed');

/** A mail was handed to the mail server: `sent`, or the code of its failure. */
export const MAIL_TRIED = signal<string>('mail-tried');

/** A job was run. */
export const JOB_RUN = signal<{ kind: string; result: 'done' | 'again' | 'postponed' | 'given-up' }>('job-run');

/** A statement left, for so many requests. */
export const STATEMENT_SENT = { reads: signal<number>('read-sent'), writes: signal<number>('write-sent') };
