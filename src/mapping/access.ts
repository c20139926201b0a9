import { boundaryOf } from './access/boundary.ts';
import type { Zone } from './access/zone.ts';
import type { UserJson } from './expression/attributes.ts';
import { ExpressionError } from './expression/error.ts';
import type { Subject } from './expression/subject.ts';
import type { Expression } from './expression.ts';
import { failure, readText } from './identity/identity.ts';
import { quoted } from './identity/username.ts';
import type { Mapping, MappingProblem } from './mapping.ts';

export interface Access {
  readonly active: boolean;
  /** Why not; null when active. */
  readonly cause: 'notYet' | 'ended' | 'suspendWhen' | null;
  /** The facts it rests on; "" when nothing is asked. */
  readonly because: string;
  /** When dates will next change the answer, in UTC milliseconds; null when they never will. */
  readonly nextBoundaryAt: number | null;
  /** What cannot be read; access is then as if it was not asked, and the user is to wait. */
  readonly problem: MappingProblem | null;
}

/**
 * Whether a user has access at a time.
 *
 * @param now UTC milliseconds
 */
export function accessOf(user: UserJson, { access }: Mapping, now: number): Access {
  if (access === null) return ALWAYS;
  const subject = { user, groups: NO_GROUPS };
  const from = readBoundary(access.from, 'from', subject, access.zone);
  const until = readBoundary(access.until, 'until', subject, access.zone);
  const suspended = readFlag(access.suspendWhen, subject);
  const problem = [from, until, suspended].find((reading) => reading.problem !== null)?.problem ?? null;
  if (problem !== null) return { ...ALWAYS, problem };
  const boundaries = [from.at, until.at].filter((at) => at !== null && at > now) as number[];
  const nextBoundaryAt = boundaries.length > 0 ? Math.min(...boundaries) : null;
  const closed = (cause: NonNullable<Access['cause']>, expression: Expression | null): Access => ({
    active: false,
    cause,
    because: expression === null ? '' : expression.factText(subject) || expression.text,
    nextBoundaryAt,
    problem: null,
  });
  if (suspended.holds) return closed('suspendWhen', access.suspendWhen);
  if (from.at !== null && now < from.at) return closed('notYet', access.from);
  if (until.at !== null && now >= until.at) return closed('ended', access.until);
  return { ...ALWAYS, nextBoundaryAt };
}

const ALWAYS: Access = { active: true, cause: null, because: '', nextBoundaryAt: null, problem: null };
const NO_GROUPS: ReadonlySet<string> = new Set();

function readBoundary(
  expression: Expression | null,
  side: 'from' | 'until',
  subject: Subject,
  zone: Zone,
): { readonly at: number | null; readonly problem: MappingProblem | null } {
  if (expression === null) return NO_BOUNDARY;
  const read = readText(expression, subject);
  if (read.kind === 'failed') return { at: null, problem: failure(read.message, null) };
  if (read.text === '') return NO_BOUNDARY;
  const at = boundaryOf(read.text, side, zone);
  return at === null ? { at, problem: notADate(read.text, side) } : { at, problem: null };
}

const NO_BOUNDARY = { at: null, problem: null };

function notADate(text: string, side: 'from' | 'until'): MappingProblem {
  return {
    code: 'dateInvalid',
    field: null,
    detail: `access.${side} is ${quoted(text)}, which is no date like 2026-03-31 and no time like 2026-03-31T18:00:00Z.`,
    remedy: 'Correct the attribute in the identity provider, or empty it.',
  };
}

function readFlag(expression: Expression | null, subject: Subject) {
  if (expression === null) return { holds: false, problem: null };
  try {
    return { holds: expression.evaluate(subject) === true, problem: null };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = `\`${expression.text}\` has no value for this user: ${error.message}`;
    return { holds: false, problem: failure(message, null) };
  }
}
