import { useEffect, useRef, useState, type RefObject } from 'react';
import type { AuthenticationCheck, AuthenticationSettings } from '../../../src/api/contract/authentication.ts';
import { useAsk } from '../../api/queries.ts';

/** Longer than a click takes to come after the field was left. */
const AFTER_A_CLICK_MS = 500;

/** Checks settings against the provider without saving them. */
export interface SettingsCheck {
  /** The result for the current settings; undefined when they were not checked. */
  result: AuthenticationCheck | undefined;
  pending: boolean;
  /** Whether the user asked for the result. */
  awaited: boolean;
  error: unknown;
  /** Checks them after a short delay, unless `now` is called before. */
  soon(): void;
  /** Checks them now, or uses the result for the same settings. */
  now(onAnswer: (answer: AuthenticationCheck) => void, onError: (error: unknown) => void): void;
  reset(): void;
}

export function useSettingsCheck(organizationId: string, settings: AuthenticationSettings): SettingsCheck {
  const check = useAsk('checkAuthentication');
  const [awaited, setAwaited] = useState(false);
  const [checked, setChecked] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pressed = usePressed();
  useEffect(() => () => clearTimeout(timer.current), []);

  const current = JSON.stringify(settings);
  const result = checked === current ? check.data : undefined;
  const input = { params: { organizationId }, body: { settings } };
  return {
    result,
    pending: check.isPending,
    awaited,
    error: check.error,
    soon() {
      clearTimeout(timer.current);
      if (checked === current) return;
      const begin = (): void => {
        // What appears above a button must not move it away while it is being pressed.
        if (pressed.current) {
          timer.current = setTimeout(begin, AFTER_A_CLICK_MS);
          return;
        }
        setChecked(current);
        check.mutate(input);
      };
      timer.current = setTimeout(begin, AFTER_A_CLICK_MS);
    },
    now(onAnswer, onError) {
      clearTimeout(timer.current);
      if (result?.ok === true) {
        onAnswer(result);
        return;
      }
      setChecked(current);
      setAwaited(true);
      check.mutate(input, { onSuccess: onAnswer, onError, onSettled: () => setAwaited(false) });
    },
    reset() {
      clearTimeout(timer.current);
      check.reset();
    },
  };
}

/** Whether a pointer is held down at this moment. */
function usePressed(): RefObject<boolean> {
  const pressed = useRef(false);
  useEffect(() => {
    const follow = ({ type }: Event): void => {
      pressed.current = type === 'pointerdown';
    };
    const kinds = ['pointerdown', 'pointerup', 'pointercancel'];
    for (const kind of kinds) addEventListener(kind, follow, true);
    return () => {
      for (const kind of kinds) removeEventListener(kind, follow, true);
    };
  }, []);
  return pressed;
}
