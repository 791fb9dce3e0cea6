import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Api } from './api/api-client.ts';
import { ConsoleProvider } from './console-context.ts';
import { Question } from './parts/form/question.tsx';
import { isProblem } from './api/problem.ts';
import { createConsoleRouter } from './router.tsx';
import { LoginNeeded, type Session } from './api/session.ts';
import { t } from './texts/t.ts';
import { systemScheme, theme, tokens } from './theme.ts';
import { createUnsavedForms } from './parts/form/unsaved-forms.ts';

/** Mantine's provider around every page, also around the one that says why the console could not start. */
export function Kit({ nonce, children }: { nonce: string; children: React.ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={tokens}
      colorSchemeManager={systemScheme}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  );
}

/** `fresh`: a change needs a fresh login; `ended`: nobody is logged in any more. */
type LoginReason = 'fresh' | 'ended';

/** The console once it knows who is there. */
export function App({ session, api, client }: { session: Session; api: Api; client: QueryClient }) {
  const [reason, setReason] = useState<LoginReason | null>(null);
  const [router] = useState(createConsoleRouter);
  const value = useMemo(() => {
    // The values of a form are kept in this tab (sessionStorage) until the user is back from the login page; never a secret.
    const unsaved = createUnsavedForms(sessionStorage);
    const leave = (fresh: boolean): void => {
      unsaved.release();
      void session.logIn({ fresh });
    };
    const onFailure = (error: unknown): void => {
      if (isProblem(error, 'caller.stale-factor')) setReason('fresh');
      else if (error instanceof LoginNeeded) {
        if (unsaved.any()) setReason('ended');
        else leave(false);
      }
    };
    return { console: { session, api, unsaved, onFailure }, leave };
  }, [session, api]);
  return (
    <QueryClientProvider client={client}>
      <ConsoleProvider value={value.console}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
        <Question
          opened={reason !== null}
          title={reason === 'ended' ? t('login-again.ended.title') : t('login-again.fresh.title')}
          confirm={reason === 'ended' ? t('login-again.confirm') : t('login-again.fresh.confirm')}
          onConfirm={() => value.leave(reason === 'fresh')}
          onClose={() => setReason(null)}
        >
          {reason === 'ended' ? t('login-again.ended.text') : t('login-again.fresh.text')}
        </Question>
      </ConsoleProvider>
    </QueryClientProvider>
  );
}
