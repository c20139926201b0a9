import { expressionCompiler } from '../../mapping/expression.ts';
import type { Expression } from '../../mapping/expression.ts';
import { userAttributes } from '../../mapping/expression/attributes.ts';
import type { UserJson } from '../../mapping/expression/attributes.ts';
import { ExpressionError } from '../../mapping/expression/error.ts';
import { foldCase } from '../../scim/value/text.ts';
import { planAll } from '../planning/plan-all.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';
import { directoryOf } from './plan.ts';

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

/**
 * Whether the RoleSessionName that the IdP will send at sign-in is the Connect username, for every active user whom
 * the rules want in an instance with SAML. Connect compares them letter by letter, in their case.
 *
 * @param request.expression CEL over `user`, without the tables of the mapping file
 */
export async function samlCheck(runtime: Runtime, request: { directory?: string; expression: string }) {
  const directory = directoryOf(runtime, request.directory);
  const expression = compiled(directory, request.expression);
  const counts = { equal: 0, noValue: 0, illegal: 0, case: 0, different: 0, notInConnect: 0 };
  const findings: SamlFinding[] = [];
  for await (const user of planAll(
    runtime,
    runtime.store.read,
    directory,
    directory.mapping?.mapping ?? null,
  )) {
    if (!signsIn(runtime, user)) continue;
    const finding = judged(user, sessionName(expression, user));
    counts[finding?.reason ?? 'equal'] += 1;
    if (finding && findings.length < MAX_LISTED) findings.push(finding);
  }
  return { directory: directory.alias, otherInstances: withoutSaml(runtime, directory), counts, findings };
}

function withoutSaml({ instances }: Runtime, { config }: DirectoryRuntime): readonly string[] {
  return config.instances.filter(
    (alias) => instances.get(alias)?.catalog?.contents.identityManagementType !== 'SAML',
  );
}

function compiled({ config }: DirectoryRuntime, text: string): Expression {
  try {
    return expressionCompiler(userAttributes(config.extensions), {})(text, {
      expects: 'string',
      groups: false,
    });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new AdminError(
      422,
      'expressionInvalid',
      `${text}\n${' '.repeat(error.start)}^ ${error.message}`,
      'Write it as in `username.value` of the mapping file, for example user.userName.',
    );
  }
}

function signsIn({ instances }: Runtime, { key, user, link, input }: UserPlan): boolean {
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
