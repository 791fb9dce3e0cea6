import { Button } from '@mantine/core';
import type { Authentication, Connection } from '../../../src/api/contract/authentication.ts';
import { useChange } from '../../api/queries.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';

/** The setting that mends a connection's last failure, saved by one click. */
export function Offer({ connection, start }: { connection: Connection; start: Authentication }) {
  const save = useChange('saveAuthentication', () => toast(t('offer.done')));
  const { offer } = connection;
  if (offer === null) return null;
  const { method, credential, settings } = connection;
  const { setting, value } = offer;
  const flow = setting === 'flow';
  const take = (): void =>
    save.mutate({
      params: { organizationId: start.organization.id },
      body: {
        settings: { method, credential, ...settings, [setting]: value },
        endSessions: 'within-12-hours',
        routeDomains: [],
        version: start.version,
      },
    });
  return (
    <>
      {flow && (
        <>
          <p>{t('offer.flow.register')}</p>
          <CopyValue value={start.redirectUrls[value === 'code' ? 'secret' : 'none']} name={t('redirect-url')} />
        </>
      )}
      <FormProblem error={save.error} />
      <p>
        <Button size="sm" variant="default" loading={save.isPending} onClick={take}>
          {buttonText(setting, value, settings[setting] ?? '')}
        </Button>
      </p>
    </>
  );
}

function buttonText(setting: string, value: string, before: string): string {
  if (setting === 'flow') return t(`offer.flow.${value === 'code' ? 'code' : 'id-token'}`);
  if (setting === 'clientAuthentication') return t('offer.client-authentication');
  return trustText(before, value);
}

/** *Trust …*: what is new about the list. */
function trustText(before: string, after: string): string {
  const known = before.split(' ');
  const further = after.split(' ').filter((one) => !known.includes(one));
  return t('offer.trusted-audiences', { value: further.join(', ') });
}
