import { listAudit } from '../../store/audit.ts';
import type { AuditQuery } from '../../store/audit.ts';
import type { Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';
import { resolveUser } from './users.ts';

/**
 * What was done, by whom, newest first.
 *
 * @param query.user userName or SCIM id; an id also of a user of whom nothing else is left
 */
export async function audit(runtime: Runtime, query: AuditQuery & { readonly user?: string | undefined }) {
  const { user, ...rest } = query;
  if (user === undefined) return listAudit(runtime.store.read, rest);
  return listAudit(runtime.store.read, { ...rest, userId: await idOf(runtime, user) });
}

async function idOf(runtime: Runtime, idOrUserName: string): Promise<string> {
  try {
    return (await resolveUser(runtime, idOrUserName)).userId;
  } catch (error) {
    if (error instanceof AdminError) return idOrUserName;
    throw error;
  }
}
