import type { MappingVersion } from '../../../store/mapping-versions.ts';
import { AdminError } from '../admin-error.ts';

/** Who says yes, for the audit. */
export interface Approver {
  readonly actor: string;
  /** His word that he did not write the mapping, where the bridge does not know who did. */
  readonly notTheAuthor: boolean;
}

/**
 * Sensitive grants take two people: who wrote the mapping cannot approve what it gives. A mapping file does not say
 * who wrote it; then the approver has to, and the audit keeps it.
 *
 * @throws AdminError
 */
export function requireAnotherPerson(version: MappingVersion, { actor, notTheAuthor }: Approver): void {
  const { seq, author, directory } = version;
  const which = `Mapping version ${seq} of directory "${directory}"`;
  if (author === actor)
    throw new AdminError(
      409,
      'approverIsAuthor',
      `${which} was proposed by ${actor}, and sensitive security profiles need somebody else to approve them.`,
      'Let somebody approve it under another account. Where the bridge has one account only, what grants them has to come by the mapping file: change it there.',
    );
  if (author === null && !notTheAuthor)
    throw new AdminError(
      409,
      'authorUnknown',
      `${which} is from the mapping file, which does not say who wrote it, and sensitive security profiles need an approver who did not.`,
      'If it was not you: bridge approve BATCH --not-the-author. The audit log keeps that you said so.',
    );
}
