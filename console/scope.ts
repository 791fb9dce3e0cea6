import { useParams } from '@tanstack/react-router';
import { useMe } from './api/queries.ts';

/** Whose users, method and settings a page shows: one's own organization, or a managed one that was opened. */
export interface Scope {
  organizationId: string;
  mine: boolean;
  /** Where its pages stand. */
  home: string;
  section: (name: string) => string;
  users: string;
  user: (id: string) => string;
  /** *Why?* of one login, by its reference. */
  login: (reference: string) => string;
}

export function useScope(): Scope {
  const { organizationId } = useParams({ strict: false });
  const mine = useMe().organization.id;
  const home = organizationId === undefined ? '/my-organization' : `/managed-organizations/${organizationId}`;
  const users = organizationId === undefined ? '/users' : `${home}/users`;
  return {
    organizationId: organizationId ?? mine,
    mine: organizationId === undefined,
    home,
    section: (name) => `${home}/${name}`,
    users,
    user: (id) => `${users}/${id}`,
    login: (reference) => `${home}/why/${reference}`,
  };
}
