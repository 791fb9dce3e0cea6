import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAsk } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { t } from '../../texts/t.ts';
import { LoginSteps } from './login-steps.tsx';

/** *What would happen if somebody logged in now?* */
export function Simulation({ organizationId }: { organizationId: string }) {
  const [email, setEmail] = useState('');
  const ask = useAsk('simulateLogin');
  const { data } = ask;
  return (
    <Card title={t('why.simulate')}>
      <p className="soft">{t('why.simulate.text')}</p>
      <form
        className="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate({ params: { organizationId }, body: { email } });
        }}
      >
        <TextInput
          label={t('why.simulate.email')}
          type="email"
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Button type="submit" loading={ask.isPending} disabled={email.trim() === ''}>
          {t('why.simulate.ask')}
        </Button>
        <FormProblem error={ask.error} />
      </form>
      <div role="status">
        {data !== undefined && (
          <>
            <h3>
              {data.organization === null
                ? data.email
                : t('why.simulate.leads', { email: data.email, organization: data.organization.name })}
            </h3>
            <LoginSteps steps={data.steps} />
          </>
        )}
      </div>
    </Card>
  );
}
