import type { Tx } from '../../store/schema.ts';
import { appendAudit } from '../../store/audit.ts';
import type { ScimRequest } from './endpoint.ts';

/** Records who did what to which resource: ids only, so that erasing a person leaves the record whole. */
export async function audit(
  tx: Tx,
  { runtime, directory, client, requestId }: ScimRequest,
  what: { readonly action: string; readonly userId?: string; readonly groupId?: string },
): Promise<void> {
  await appendAudit(tx, {
    at: runtime.clock.now(),
    directory: directory.alias,
    actor: `client:${client}`,
    requestId,
    ...what,
  });
}
