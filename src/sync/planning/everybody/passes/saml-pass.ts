import { expressionCompiler } from '../../../../mapping/expression.ts';
import type { Expression } from '../../../../mapping/expression.ts';
import { userAttributes } from '../../../../mapping/expression/attributes.ts';
import type { UserJson } from '../../../../mapping/expression/attributes.ts';
import { ExpressionError } from '../../../../mapping/expression/error.ts';
import { foldCase } from '../../../../scim/value/text.ts';
import type { PlannedDirectory } from '../../context.ts';
import { planAll } from '../../plan-all.ts';
import type { UserPlan } from '../../plan-for-user.ts';
import type { Everybody } from './everybody.ts';

/** Why a user cannot sign in. */
type Mismatch = 'noValue' | 'illegal' | 'case' | 'different' | 'notInConnect';

interface SamlFinding {
  readonly userId: string;
  readonly userName: string;
  readonly instance: string;
  readonly reason: Mismatch;
  /** What the IdP would send; null when the expression has no value. */
  readonly roleSessionName: string | null;
  /** In Connect, or the one that he is to be created with; null when the rules make none. */
  readonly username: string | null;
  /** In words, and what to do. */
  readonly detail: string;
}

/** A reply that a person can still read; the counts are of all. */
const MAX_LISTED = 1_000;

/** How many users sign in with their Connect username, and who does not. */
export async function samlPass(everybody: Everybody, options: { readonly expression: string }) {
  const { context, db, directory, mapping } = everybody;
  const expression = sessionNameExpression(directory, options.expression);
  const counts = { equal: 0, noValue: 0, illegal: 0, case: 0, different: 0, notInConnect: 0 };
  const findings: SamlFinding[] = [];
  for await (const user of planAll(context, db, directory, mapping)) {
    if (!signsIn(context, user)) continue;
    const finding = judged(user, sessionName(expression, user));
    counts[finding?.reason ?? 'equal'] += 1;
    if (finding && findings.length < MAX_LISTED) findings.push(finding);
  }
  return { counts, findings };
}

/**
 * With the tables of the active mapping.
 *
 * @throws ExpressionError
 */
export function sessionNameExpression(
  { config, mapping }: Pick<PlannedDirectory, 'config' | 'mapping'>,
  text: string,
): Expression {
  return expressionCompiler(userAttributes(config.extensions), mapping?.mapping.tables ?? {})(text, {
    expects: 'string',
    groups: false,
  });
}

function signsIn({ instances }: Everybody['context'], { key, user, link, input }: UserPlan): boolean {
  const saml = instances.get(key.instance)?.catalog?.contents.identityManagementType === 'SAML';
  return saml && user?.active === true && (link?.linked != null || input.wanted.kind !== 'skip');
}

type SessionName = { readonly value: string } | { readonly failed: string };

function sessionName(expression: Expression, { user }: UserPlan): SessionName {
  try {
    const subject = { user: JSON.parse(user!.doc) as UserJson, groups: new Set<string>() };
    const value = expression.evaluate(subject) as string;
    return value === '' ? { failed: 'It is empty for this user.' } : { value };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { failed: error.message };
  }
}

/** STS AssumeRoleWithSAML takes no other RoleSessionName. */
const ROLE_SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

function judged({ key, user, link, input, plan }: UserPlan, sent: SessionName): SamlFinding | null {
  const linked = link?.linked?.lifecycle === 'deleted' ? null : link?.linked;
  const wanted = input.wanted.kind === 'active' ? input.wanted.user.username : null;
  const username = linked?.username ?? wanted;
  const found = { userId: key.userId, userName: user!.userName, instance: key.instance, username };
  if ('failed' in sent) return { ...found, reason: 'noValue', roleSessionName: null, detail: sent.failed };
  const { value } = sent;
  const finding = (reason: Mismatch, detail: string) => ({
    ...found,
    reason,
    roleSessionName: value,
    detail,
  });
  if (!ROLE_SESSION_NAME.test(value)) return finding('illegal', ILLEGAL);
  if (username === null)
    return finding('notInConnect', plan.parked ? `Parked: ${plan.parked.detail}` : 'Nothing makes him one.');
  if (username !== value)
    return foldCase(username) === foldCase(value) ? finding('case', CASE) : finding('different', DIFFERENT);
  return linked ? null : finding('notInConnect', 'He is still to be created, with this name.');
}

const ILLEGAL = 'AWS refuses it at sign-in: 2 to 64 of A-Z a-z 0-9 _ + = , . @ - are allowed.';
const CASE = 'Connect tells upper from lower case: let the identity provider send it as Connect has it.';
const DIFFERENT = 'Let the identity provider send what `username.value` of the mapping reads.';
