import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { t } from '../../texts/t.ts';

/** A client secret as it is typed: hidden, kept by no password manager, shown for a moment by its button. */
export function SecretInput(props: Omit<PasswordInputProps, 'autoComplete' | 'visibilityToggleButtonProps'>) {
  return (
    <PasswordInput
      {...props}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('client-secret.show') }}
    />
  );
}
