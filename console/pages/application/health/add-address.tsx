import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Application } from '../../../../src/api/contract/applications.ts';
import { shownError, useChange } from '../../../api/queries.ts';
import { useConsole } from '../../../console-context.ts';
import { Question } from '../../../parts/form/question.tsx';
import { toast } from '../../../parts/toast.ts';
import { t } from '../../../texts/t.ts';
import { newHostOf } from './new-host.ts';

interface AddAddressProps {
  application: Application;
  list: 'redirectUris' | 'postLogoutRedirectUris';
  /** As it came: whoever sent the request wrote it. */
  address: string;
  onAdded: () => void;
}

/** *Add this one*: registers an address that came, after a question. It is checked as one that is typed into the form. */
export function AddAddress({ application, list, address, onAdded }: AddAddressProps) {
  const { unsaved } = useConsole();
  const host = newHostOf(application, address);
  const [asking, setAsking] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const change = useChange('changeApplication', () => {
    setAsking(false);
    toast(t(`application.health.add.${list}.done`));
    onAdded();
  });
  const add = (): void => {
    change.mutate({
      params: { organizationId: application.organization.id, applicationId: application.id },
      body: { [list]: [...application[list], address], version: application.version },
    });
  };
  return (
    <>
      <Button
        variant="default"
        size="sm"
        onClick={() => {
          // The form below would take the address out again when it is saved.
          setBlocked(unsaved.any());
          setAsking(!unsaved.any());
        }}
      >
        {t('application.health.add')}
      </Button>
      {blocked && (
        <span className="small" role="alert">
          {t('application.health.add.unsaved')}
        </span>
      )}
      <Question
        opened={asking}
        title={t(`application.health.add.${list}.title`)}
        confirm={t('application.health.add')}
        {...(host === null ? {} : { typed: host })}
        busy={change.isPending}
        error={shownError(change.error)}
        onConfirm={add}
        onClose={() => {
          change.reset();
          setAsking(false);
        }}
      >
        <div className="asked">
          <code className="address" dir="ltr">
            {address}
          </code>
          <p>{t(`application.health.add.${list}.text`, { name: application.name })}</p>
          {host !== null && (
            <p>
              <strong>{t('application.health.add.new-host', { name: application.name })}</strong>
            </p>
          )}
          {list === 'redirectUris' && <p>{t('application.health.add.redirectUris.mailed')}</p>}
        </div>
      </Question>
    </>
  );
}
