import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { t } from '../../../texts/t.ts';
import { kindOf, readRedirectUri, type OtherValues } from './other-values.ts';
import { QuestionField } from './question-field.tsx';

const KINDS = ['web', 'browser', 'native'] as const;
const AUTHENTICATIONS = ['unknown', 'client_secret_basic', 'client_secret_post'] as const;
const PKCE = ['unknown', 'sends', 'cannot'] as const;
const ALGORITHMS = ['unknown', 'RS256', 'ES256'] as const;

/** What a developer can answer of a program; what does not concern its kind is not asked. */
export function OtherQuestions({ form }: { form: UseFormReturnType<OtherValues> }) {
  const { redirectUri, authentication, pkce, algorithm } = form.values;
  const kind = kindOf(form.values);
  const told = readRedirectUri(redirectUri);
  return (
    <>
      <TextInput
        label={t('other.redirect-uri')}
        description={told === null ? t('other.redirect-uri.help') : t(`other.redirect-uri.${told}`)}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('redirectUri')}
      />
      <TextInput
        label={t('other.opens')}
        description={t('other.opens.help')}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('opens')}
      />
      <QuestionField
        label={t('other.kind')}
        help={t('other.kind.help')}
        value={kind}
        onChange={(value) => form.setFieldValue('kind', value)}
        answers={KINDS.map((value) => ({
          value,
          label: t(`other.kind.${value}`),
          means: t(`other.kind.${value}.means`),
        }))}
      />
      {kind === 'web' && (
        <>
          <QuestionField
            label={t('other.authentication')}
            help={t('other.authentication.help')}
            value={authentication}
            onChange={(value) => form.setFieldValue('authentication', value)}
            answers={AUTHENTICATIONS.map((value) => ({
              value,
              label: t(`other.authentication.${value}`),
              means: t(`other.authentication.${value}.means`),
            }))}
          />
          <QuestionField
            label={t('other.pkce')}
            help={t('other.pkce.help')}
            value={pkce}
            onChange={(value) => form.setFieldValue('pkce', value)}
            answers={PKCE.map((value) => ({
              value,
              label: t(`other.pkce.${value}`),
              means: t(`other.pkce.${value}.means`),
            }))}
          />
        </>
      )}
      <QuestionField
        label={t('other.algorithm')}
        help={t('other.algorithm.help')}
        value={algorithm}
        onChange={(value) => form.setFieldValue('algorithm', value)}
        answers={ALGORITHMS.map((value) => ({
          value,
          label: t(`other.algorithm.${value}`),
          means: t(`other.algorithm.${value}.means`),
        }))}
      />
    </>
  );
}
