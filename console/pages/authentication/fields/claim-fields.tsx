import { TextInput } from '@mantine/core';
import { useEffect } from 'react';
import type { MappingPreview } from '../../../../src/api/contract/connections/trials.ts';
import { shownError, useAsk } from '../../../api/queries.ts';
import { Facts } from '../../../parts/card.tsx';
import { ExplainedFailure } from '../../../parts/explained-failure.tsx';
import { fieldErrors } from '../../../parts/form/field-errors.ts';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { moment, t } from '../../../texts/t.ts';
import type { FieldsProps } from './fields-props.ts';

/** Longer than between two keys: the preview follows the name that is typed, not each letter of it. */
const AFTER_A_KEY_MS = 400;

/** Which claims give address and name, and what they make of the person of the last test. With Entra ID the name alone. */
export function ClaimFields({ form, organizationId, testedAt, onLeave }: Omit<FieldsProps, 'secretSetAt'>) {
  const { method, addressClaim: typed, nameClaim } = form.values;
  const addressClaim = method === 'entra-id' ? '' : typed;
  const preview = useAsk('previewMapping');
  const { mutate } = preview;
  useEffect(() => {
    const body = { method, addressClaim, nameClaim, trialId: null };
    const timer = setTimeout(() => mutate({ params: { organizationId }, body }), AFTER_A_KEY_MS);
    return () => clearTimeout(timer);
  }, [mutate, organizationId, method, addressClaim, nameClaim, testedAt]);
  const told = fieldErrors(preview.error);
  const field = { autoComplete: 'off', spellCheck: false };
  return (
    <>
      {method !== 'entra-id' && (
        <TextInput
          label={t('address-claim')}
          description={t('address-claim.help')}
          {...field}
          {...form.getInputProps('addressClaim')}
          error={form.errors['addressClaim'] ?? told['addressClaim']}
          onBlur={onLeave}
        />
      )}
      <TextInput
        label={t('name-claim')}
        description={t('name-claim.help')}
        {...field}
        {...form.getInputProps('nameClaim')}
        error={form.errors['nameClaim'] ?? told['nameClaim']}
        onBlur={onLeave}
      />
      {Object.keys(told).length === 0 && <FormProblem error={shownError(preview.error)} />}
      {preview.data !== undefined && <Preview preview={preview.data} />}
    </>
  );
}

function Preview({ preview: { test, name, address, unmapped, claims } }: { preview: MappingPreview }) {
  const who = test?.who ?? '–';
  const host = URL.parse(test?.issuer ?? '')?.host ?? '–';
  const at = test === null || test.finishedAt === null ? '–' : moment(new Date(test.finishedAt));
  return (
    <section className="mapping-preview" aria-label={t('mapping.preview')} aria-live="polite">
      <h3>{t('mapping.preview')}</h3>
      <p className="soft small">
        {test === null ? t('mapping.preview.none') : t('mapping.preview.of', { who, at, host })}
      </p>
      {test !== null && (
        <>
          <Facts
            rows={[
              [t('mapping.name'), <Stated key="name" value={name} />],
              [t('mapping.address'), <Stated key="address" value={address} />],
            ]}
          />
          {unmapped.map((one) => (
            <ExplainedFailure key={one.code} title={t('mapping.unmapped')} explanation={one} tone="warn" />
          ))}
          {unmapped.length === 0 && claims.length > 0 && (
            <p className="soft small">{t('mapping.came', { names: claims.join(', ') })}</p>
          )}
        </>
      )}
    </section>
  );
}

function Stated({ value }: { value: string | null }) {
  return value === null ? <span className="soft">{t('mapping.nothing')}</span> : <bdi>{value}</bdi>;
}
