import { exceededLimit } from './effects.ts';
import { indent } from './indent.ts';

interface Summary {
  /** By instance; counts, with the guard's effects beside them. */
  readonly summaries?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exceeded?: readonly { instance: string; effect: string; users: number; limit: number }[];
}

/** Reply of the admin API to `mapping/versions`, as far as the terminal shows it. */
export interface HistoryReply {
  readonly directory: string;
  readonly items: readonly {
    readonly seq: number;
    readonly hash: string;
    readonly author: string | null;
    readonly state: string;
    readonly proposedAt: number;
    readonly activatedAt: number | null;
    readonly summary: Summary | null;
    readonly error: string | null;
  }[];
}

/** Never refused: then the reply is an error. */
interface Proposed {
  readonly directory: string;
  readonly version: number;
  readonly state: string;
  readonly author: string | null;
  readonly summary: Summary | null;
  /** Whether an instance has security profiles that somebody other than the author has to approve. */
  readonly hasSensitive: boolean;
}

export interface ProposalReply extends Proposed {
  readonly fileSetAside: boolean;
}

export interface RollbackReply extends Proposed {
  readonly textOf: number;
}

export function renderHistory({ directory, items }: HistoryReply): readonly string[] {
  if (items.length === 0) return [`directory ${directory} has no mapping yet`];
  return items.flatMap(({ seq, hash, author, state, proposedAt, activatedAt, summary, error }) => [
    `${seq}  ${state}  ${hash.slice(0, 12)}  proposed ${iso(proposedAt)} by ${author ?? 'the mapping file'}${activatedAt === null ? '' : `, activated ${iso(activatedAt)}`}`,
    ...changes(summary),
    ...exceeded(summary),
    ...(error?.split('\n') ?? []).map((line) => `  ${line}`),
  ]);
}

export function renderRollback(reply: RollbackReply): readonly string[] {
  const { version, textOf, state } = reply;
  return [
    `version ${version}, with the text of version ${textOf}, is ${state}`,
    ...whatHolds(reply),
    ...whoApproves(reply),
    'The mapping file is not read until it changes: correct it before the next edit.',
  ];
}

export function renderProposal(reply: ProposalReply): readonly string[] {
  const { version, author, state, summary, fileSetAside } = reply;
  return [
    `version ${version}, proposed by ${author ?? 'the mapping file'}, is ${state}`,
    ...changes(summary),
    ...whatHolds(reply),
    ...whoApproves(reply),
    ...(fileSetAside
      ? ['The mapping file says something else, and is not read until it changes: then it is proposed.']
      : []),
  ];
}

function whatHolds({ directory, version, state, summary }: Proposed): readonly string[] {
  if (state !== 'held') return [];
  return [...exceeded(summary), `  bridge approve mapping-${directory}-${version}`];
}

/** Said before anybody waits: where there is one account only, nobody could. */
function whoApproves({ author, hasSensitive }: Proposed): readonly string[] {
  if (!hasSensitive || author === null) return [];
  return [`Sensitive security profiles that it grants, now or later, cannot be approved by ${author}.`];
}

/** What it changed, or would; who stays as he is, or out, is not worth a line in a history. */
function changes(summary: Summary | null): readonly string[] {
  return Object.entries(summary?.summaries ?? {}).map(([instance, counts]) => {
    const told = Object.entries(counts).filter(([key, count]) => !QUIET.includes(key) && Number(count) > 0);
    return `  ${instance}: ${told.map(([key, count]) => `${Number(count)} ${key}`).join(', ') || 'nobody changes'}`;
  });
}

const QUIET = ['effects', 'unmatched', 'unchanged'];

function exceeded(summary: Summary | null): readonly string[] {
  return indent((summary?.exceeded ?? []).map(exceededLimit));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
