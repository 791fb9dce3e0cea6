import { Button, NativeSelect, Radio, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { t } from '../../texts/t.ts';
import { newScope, type ApiResourceValues } from './api-resource-values.ts';

const FORMATS = ['jwt', 'opaque'] as const;
const ALGORITHMS = ['RS256', 'ES256'] as const;

interface FieldsProps {
  form: UseFormReturnType<ApiResourceValues>;
  /** The identifier is chosen once. */
  chooseAudience: boolean;
}

/** The fields of an API resource, for adding and for changing it. */
export function ApiResourceFields({ form, chooseAudience }: FieldsProps) {
  return (
    <>
      <TextInput
        label={t('api-resource.name')}
        description={t('api-resource.name.help')}
        maxLength={120}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      {chooseAudience && (
        <TextInput
          label={t('api-resource.audience')}
          description={t('api-resource.audience.help')}
          placeholder="https://api.northwind.example"
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('audience')}
        />
      )}
      <Radio.Group label={t('api-resource.tokens')} {...form.getInputProps('tokenFormat')}>
        <div className="choices choices-below">
          {FORMATS.map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`api-resource.format.${value}`)}
              description={t(`api-resource.format.${value}.help`)}
            />
          ))}
        </div>
      </Radio.Group>
      {form.values.tokenFormat === 'jwt' && (
        <NativeSelect
          label={t('api-resource.signing')}
          description={t('api-resource.signing.help')}
          data={ALGORITHMS.map((value) => ({ value, label: t(`api-resource.signing.${value}`) }))}
          {...form.getInputProps('signingAlgorithm')}
        />
      )}
      <TextInput
        label={t('api-resource.lifetime')}
        description={t('api-resource.lifetime.help')}
        inputMode="numeric"
        maxLength={3}
        autoComplete="off"
        {...form.getInputProps('lifetime')}
        error={form.errors['lifetime'] ?? form.errors['tokenLifetime']}
      />
      <ScopeFields form={form} least={chooseAudience ? 1 : 0} />
      <Switch
        label={t('api-resource.unregistered')}
        description={t('api-resource.unregistered.help')}
        {...form.getInputProps('unregisteredApplications', { type: 'checkbox' })}
      />
    </>
  );
}

/** What may be done at the API, one line each; `least` of them stay. */
function ScopeFields({ form, least }: Pick<FieldsProps, 'form'> & { least: number }) {
  const { scopes } = form.values;
  return (
    <fieldset className="form-part">
      <legend>{t('api-resource.scopes')}</legend>
      <p className="soft small">{t('api-resource.scopes.help')}</p>
      {scopes.map(({ key }, index) => (
        <fieldset className="scope-line" key={key}>
          <legend className="unseen">{t('api-resource.scope.number', { number: index + 1 })}</legend>
          <TextInput
            label={t('api-resource.scope')}
            placeholder="orders:read"
            maxLength={80}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps(`scopes.${index}.scope`)}
          />
          <TextInput
            label={t('api-resource.sentence')}
            placeholder={t('api-resource.sentence.placeholder')}
            maxLength={120}
            autoComplete="off"
            {...form.getInputProps(`scopes.${index}.description`)}
          />
          {scopes.length > least && (
            <Button
              variant="default"
              aria-label={t('api-resource.scope.remove', { number: index + 1 })}
              onClick={() => form.removeListItem('scopes', index)}
            >
              {t('remove')}
            </Button>
          )}
        </fieldset>
      ))}
      <p>
        <Button variant="default" size="sm" onClick={() => form.insertListItem('scopes', newScope())}>
          {t('api-resource.scope.add')}
        </Button>
      </p>
    </fieldset>
  );
}
