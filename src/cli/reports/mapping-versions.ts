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

export interface RollbackReply {
  readonly directory: string;
  readonly version: number;
  readonly textOf: number;
  readonly state: string;
  readonly error: string | null;
  readonly summary: Summary | null;
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
  const { directory, version, textOf, state, summary } = reply;
  const now = `version ${version}, with the text of version ${textOf}, is ${state}`;
  if (state === 'refused') return [now];
  const held =
    state === 'held' ? [...exceeded(summary), `  bridge approve mapping-${directory}-${version}`] : [];
  return [now, ...held, 'The mapping file is not read until it changes: correct it before the next edit.'];
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
