import { Button, Modal } from '@mantine/core';
import type { Application } from '../../../src/api/contract/applications.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';

export interface ShownSecret {
  application: Application;
  clientSecret: string;
}

/** A client secret, shown this once: only the button closes it, so that a click beside the dialog does not lose it. */
export function SecretDialog({ secret, onClose }: { secret: ShownSecret | null; onClose: () => void }) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={t('secret.title')}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      size={560}
    >
      {secret !== null && (
        <div className="question">
          <Notice tone="warn">{t('secret.once', { name: secret.application.name })}</Notice>
          <div>
            <div className="label">{t('client-id')}</div>
            <CopyValue value={secret.application.clientId} name={t('client-id')} />
          </div>
          <div>
            <div className="label">{t('client-secret')}</div>
            <CopyValue value={secret.clientSecret} name={t('client-secret')} />
          </div>
          <div className="question-actions">
            <Button onClick={onClose}>{t('secret.kept')}</Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
