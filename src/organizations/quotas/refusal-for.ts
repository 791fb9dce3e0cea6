import { AppError } from '../../base/errors.ts';
import type { Caller } from '../access.ts';
import { reaches } from '../organization.ts';

/**
 * An error as a caller is told it: whoever reaches the limit of a tree above their own does not learn what that tree holds, for
 * it is of other organizations, too.
 */
export function refusalFor(caller: Caller, error: AppError): AppError {
  if (error.code !== 'quota.reached') return error;
  if (reaches(caller.organizationPath, String(error.values['path']))) return error;
  return new AppError('quota.reached-above', { values: { kind: error.values['kind'] ?? '' }, cause: error });
}
