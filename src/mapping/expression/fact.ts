import { type Attributes, fillerOf, keyOf, type UserJson } from './attributes.ts';
import type { Reads } from './rules.ts';
import type { Subject } from './subject.ts';

/** Longer values tell a reader of a trace nothing more. */
const MAX_VALUE_LENGTH = 200;

/** What an expression reads, as it is for a user, to be shown as the reason of a value; "" when it reads nothing. */
export function factsText(
  { facts, namedGroups, allGroups }: Reads,
  attributes: Attributes,
  { user, groups }: Subject,
): string {
  return [
    ...namedGroups.map((name) => `${groups.has(name) ? '' : 'not '}member of ${JSON.stringify(name)}`),
    ...(allGroups ? [`groups = ${shortened(shown([...groups].sort()))}`] : []),
    ...facts.map((fact) => factText(fact, attributes, user)),
  ].join(', ');
}

/**
 * What an attribute is for a user: `user.userType = "Agent"`; of a list of values only the values and types:
 * `user.emails = ["ana@acme.test" (work)]`.
 *
 * @param path a declared attribute, beginning with `user.`
 */
function factText(path: string, attributes: Attributes, user: UserJson): string {
  const [, root = '', ...rest] = path.split('.');
  const attribute = attributes[root];
  if (attribute === undefined) throw new Error(`${path} is not declared`);
  let value = fillerOf(attribute, root, () => Plain)(user[keyOf(root, attribute)]);
  for (const name of rest) value = (value as Record<string, unknown>)[name];
  return `${path} = ${shortened(shown(value))}`;
}

/** Facts are shown, so their objects need no type of their own. */
const Plain = Object as unknown as new () => Record<string, unknown>;

function shown(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return `[${value.map(shownElement).join(', ')}]`;
}

function shownElement(element: unknown): string {
  const { value, type } = element as { value?: string; type?: string };
  if (value === undefined) return JSON.stringify(element);
  return JSON.stringify(value) + (type ? ` (${type})` : '');
}

function shortened(text: string): string {
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
