import '../../texts/connections/add-templates.ts';
import { Modal } from '@mantine/core';
import { t } from '../../texts/t.ts';
import { AskConsents } from './ask-consents.tsx';
import { TurnOnConsents } from './turn-on-consents.tsx';
import type { ConsentsProps } from './use-batches.ts';

const DIALOGS = { ask: { Body: AskConsents, size: 640 }, 'turn-on': { Body: TurnOnConsents, size: 560 } } as const;

/** The dialogs *Ask for consent* and *Turn on*. */
export function ConsentsDialog({
  doing,
  opened,
  ...props
}: ConsentsProps & { doing: keyof typeof DIALOGS; opened: boolean }) {
  const { Body, size } = DIALOGS[doing];
  return (
    <Modal
      opened={opened}
      onClose={props.onClose}
      title={t(`consents.${doing}.title`, { count: props.lines.length })}
      size={size}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Body {...props} />
    </Modal>
  );
}
