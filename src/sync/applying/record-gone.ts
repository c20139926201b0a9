import type { LinkedUser } from '../../plan/plan.ts';
import { enqueueUsername } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import type { Tx } from '../../store/schema.ts';
import { saveLink } from '../planning/save-link.ts';
import type { Runtime } from '../runtime.ts';

/** Somebody deleted him in Connect; whoever waits for his name is looked at again. */
export async function recordGone(tx: Tx, { clock }: Runtime, link: Link, linked: LinkedUser): Promise<void> {
  const at = clock.now();
  await saveLink(tx, link, { linked: { ...linked, lifecycle: 'deleted' } }, at);
  await enqueueUsername(tx, { ...link, username: linked.username }, at);
}
