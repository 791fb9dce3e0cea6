import { Button } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ClientKeys } from '../../../../src/api/contract/connections/client-keys.ts';
import { useAnswer, useChange } from '../../../api/queries.ts';
import { CopyValue } from '../../../parts/copy-value.tsx';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { calendarDateOf, t } from '../../../texts/t.ts';
import { CLOUDS, type Cloud, type SettingsValues } from '../settings-values.ts';

/** A key of ours as the credential: made here, then what the provider has to know of it. */
export function KeyFields({
  form,
  organizationId,
  credential,
}: {
  form: UseFormReturnType<SettingsValues>;
  organizationId: string;
  credential: ClientKeys['credential'];
}) {
  const make = useChange('createClientKeys', (made) => form.setFieldValue('clientKeys', made.id));
  const { clientKeys } = form.values;
  if (clientKeys !== '') return <KeyFacts organizationId={organizationId} id={clientKeys} cloud={form.values.cloud} />;
  return (
    <div className="key-facts">
      <p className="soft small">{t(`client-keys.make.help.${credential}`)}</p>
      <FormProblem error={make.error} />
      <Button
        variant="default"
        loading={make.isPending}
        onClick={() => make.mutate({ params: { organizationId }, body: { credential } })}
      >
        {t('client-keys.make')}
      </Button>
    </div>
  );
}

/**
 * What the provider has to know of a key set, each with a copy button.
 * @param cloud of the directory; all are shown while it is not known
 */
export function KeyFacts({ organizationId, id, cloud }: { organizationId: string; id: string; cloud: Cloud | '' }) {
  const { data, error } = useAnswer('getClientKeys', { params: { organizationId, clientKeysId: id } });
  if (data === undefined) return <FormProblem error={error} />;
  const { jwksUrl, federated } = data;
  const shown: (readonly [string, string])[] = [
    ...(jwksUrl === null ? [] : [[t('client-keys.jwks'), jwksUrl] as const]),
    ...(federated === null
      ? []
      : [
          [t('client-keys.issuer'), federated.issuer] as const,
          [t('client-keys.subject'), federated.subject] as const,
          ...CLOUDS.filter((one) => cloud === '' || cloud === one).map(
            (one) =>
              [
                cloud === '' ? t('client-keys.audience.of', { cloud: t(`cloud.${one}`) }) : t('client-keys.audience'),
                federated.audiences[one],
              ] as const,
          ),
        ]),
  ];
  return (
    <div className="key-facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <p className="small soft">{name}</p>
          <CopyValue value={value} name={name} />
        </div>
      ))}
      {data.keys.map(({ id: key, certificate, state }) =>
        certificate === null || state === 'previous' ? null : <Certificate key={key} certificate={certificate} />,
      )}
    </div>
  );
}

/** A certificate for download, as Entra ID takes it, and what tells it from others. */
export function Certificate({
  certificate: { pem, thumbprint, expiresAt },
}: {
  certificate: NonNullable<ClientKeys['keys'][number]['certificate']>;
}) {
  const href = `data:application/x-pem-file,${encodeURIComponent(pem)}`;
  return (
    <div className="certificate">
      <p className="small">
        {t('client-keys.thumbprint')} <code>{thumbprint}</code> ·{' '}
        {t('client-keys.until', { day: calendarDateOf(expiresAt) })}
      </p>
      <p className="form-actions">
        {(['.cer', '.pem'] as const).map((extension) => (
          <a key={extension} className="button-link" data-quiet href={href} download={`single-sign-on${extension}`}>
            {t('client-keys.download', { extension })}
          </a>
        ))}
      </p>
    </div>
  );
}
