import { useState } from 'react';
import type { AuthenticationSettings } from '../../../../src/api/contract/authentication.ts';
import type { Trial } from '../../../../src/api/contract/connections/trials.ts';
import { useAnswer, useChange } from '../../../api/queries.ts';

/** A test begun on this page. */
export interface TrialOnPage {
  /** As the service last told; undefined before one was begun. */
  current: Trial | undefined;
  /** Opens the page of the round trip; for browsers that let no window open by itself. */
  url: string | undefined;
  /** The settings that are tested. */
  settings: AuthenticationSettings | null | undefined;
  beginning: boolean;
  error: unknown;
  /**
   * Begins one in a new window: of settings that are not saved, or (null) of the connection in force, with its next client
   * secret if that is asked for.
   */
  begin(
    settings: AuthenticationSettings | null,
    options?: { nextSecret?: boolean; onError?: (error: unknown) => void },
  ): void;
  /** The test ended, or is no longer of interest. */
  forget(): void;
}

/** Begins a test and follows it until there is a result. */
export function useTrial(organizationId: string): TrialOnPage {
  const [begun, setBegun] = useState<{ id: string; url: string; settings: AuthenticationSettings | null } | null>(null);
  const begin = useChange('beginTrial');
  const { data } = useAnswer(
    'getTrial',
    { params: { organizationId, trialId: begun?.id ?? '' } },
    { enabled: begun !== null, again: isUnderWay },
  );
  return {
    current: begun === null ? undefined : (data ?? begin.data?.trial),
    url: begun?.url,
    settings: begun?.settings,
    beginning: begin.isPending,
    error: begin.error,
    begin(settings, { nextSecret = false, onError } = {}) {
      // Opened by the click itself: later the browser would take it for a pop-up.
      const opened = window.open('about:blank', '_blank');
      // What the provider shows there must not reach this page.
      if (opened !== null) opened.opener = null;
      setBegun(null);
      begin.mutate(
        { params: { organizationId }, body: { settings, nextSecret } },
        {
          onSuccess: ({ trial, url }) => {
            setBegun({ id: trial.id, url, settings });
            if (opened !== null) opened.location.href = url;
          },
          onError: (error) => {
            opened?.close();
            onError?.(error);
          },
        },
      );
    },
    forget() {
      setBegun(null);
      begin.reset();
    },
  };
}

/** Whether a run may still change: nobody is back, or a mailed one is waited for. */
function isUnderWay(trial: Trial | undefined): boolean {
  return trial !== undefined && [trial.run, ...trial.mailed].some(({ state }) => state === 'ready' || state === 'sent');
}
