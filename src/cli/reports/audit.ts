/** Reply of the admin API to `audit`, as far as the terminal shows it. */
export interface AuditReply {
  readonly items: readonly {
    readonly at: number;
    readonly directory: string;
    readonly actor: string;
    readonly action: string;
    readonly userId: string | null;
    readonly groupId: string | null;
    readonly instance: string | null;
    readonly detail: Readonly<Record<string, unknown>>;
  }[];
  readonly nextCursor: number | null;
}

export function renderAudit({ items, nextCursor }: AuditReply): readonly string[] {
  if (items.length === 0) return ['nothing is recorded'];
  const lines = items.map(line);
  return nextCursor === null ? lines : [...lines, `there are older ones: --cursor ${nextCursor}`];
}

function line({
  at,
  directory,
  actor,
  action,
  userId,
  groupId,
  instance,
  detail,
}: AuditReply['items'][number]) {
  const subject = [
    ...(userId === null ? [] : [`user ${userId}`]),
    ...(groupId === null ? [] : [`group ${groupId}`]),
    instance === null ? `in ${directory}` : `in ${directory}/${instance}`,
  ];
  const more = Object.keys(detail).length > 0 ? ` ${JSON.stringify(detail)}` : '';
  return `${new Date(at).toISOString()}  ${action}  ${subject.join(' ')} by ${actor}${more}`;
}
