import { indent } from './indent.ts';

/** Reply of the admin API to `saml-check`. */
export interface SamlCheckReply {
  readonly directory: string;
  readonly otherInstances: readonly string[];
  readonly counts: Readonly<Record<'equal' | Mismatch, number>>;
  readonly findings: readonly {
    readonly userName: string;
    readonly instance: string;
    readonly reason: Mismatch;
    readonly roleSessionName: string | null;
    readonly username: string | null;
    readonly detail: string;
  }[];
}

type Mismatch = 'noValue' | 'illegal' | 'case' | 'different' | 'notInConnect';

const REASONS: Readonly<Record<Mismatch, string>> = {
  case: 'differ in upper and lower case',
  different: 'differ',
  illegal: 'would send what AWS refuses as RoleSessionName',
  noValue: 'would send nothing',
  notInConnect: 'are not in Connect',
};

export function renderSamlCheck({
  directory,
  otherInstances,
  counts,
  findings,
}: SamlCheckReply): readonly string[] {
  const reasons = (Object.keys(REASONS) as Mismatch[]).filter((reason) => counts[reason] > 0);
  return [
    `directory ${directory}: ${counts.equal} equal, ${mismatches(counts)} not`,
    ...(otherInstances.length > 0 ? [`without SAML, so not asked: ${otherInstances.join(', ')}`] : []),
    ...reasons.flatMap((reason) => {
      const those = findings.filter((one) => one.reason === reason);
      const more = counts[reason] - those.length;
      return [
        `${counts[reason]} ${REASONS[reason]}:`,
        ...indent(those.map(finding)),
        ...(more > 0 ? [`  and ${more} more`] : []),
      ];
    }),
  ];
}

/** Users for whom sign-in would fail. */
export function mismatches(counts: SamlCheckReply['counts']): number {
  return (Object.keys(REASONS) as Mismatch[]).reduce((sum, reason) => sum + counts[reason], 0);
}

function finding({
  userName,
  instance,
  roleSessionName,
  username,
  detail,
}: SamlCheckReply['findings'][number]) {
  return `${userName} in ${instance}: sent ${quoted(roleSessionName)}, username ${quoted(username)}. ${detail}`;
}

/** So that blanks at the ends are seen. */
function quoted(name: string | null): string {
  return name === null ? 'none' : JSON.stringify(name);
}
