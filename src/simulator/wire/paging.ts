import { createHmac } from 'node:crypto';
import { invalidParameter } from './errors.ts';

/** What a page is cut from: `order` grows with every new item and is never used again. */
export interface Ordered {
  readonly order: number;
}

export interface PageRequest {
  /** Binds the token to its operation and instance: another list's token is refused. */
  readonly scope: string;
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

/**
 * One page, and the token of the next one if there is more. The token holds the last item's `order`, so an item
 * that is deleted between two pages makes no other one be left out.
 *
 * @throws InvalidParameterException for a token that this list did not give out
 */
export function page<T extends Ordered>(
  items: Iterable<T>,
  request: PageRequest,
): { items: T[]; NextToken?: string } {
  const after = request.nextToken === undefined ? -1 : readToken(request.scope, request.nextToken);
  const rest = [...items].filter((item) => item.order > after);
  const taken = rest.slice(0, request.maxResults);
  const last = taken.at(-1);
  return rest.length > taken.length && last
    ? { items: taken, NextToken: writeToken(request.scope, last.order) }
    : { items: taken };
}

/** Gives plain values, such as permissions, the order of their position. */
export const byPosition = <T>(values: readonly T[]): (Ordered & { value: T })[] =>
  values.map((value, order) => ({ order, value }));

function writeToken(scope: string, order: number): string {
  const text = String(order);
  return Buffer.from(`${text}.${signature(scope, text)}`).toString('base64url');
}

function readToken(scope: string, token: string): number {
  const [text = '', signed] = Buffer.from(token, 'base64url').toString().split('.');
  if (signed !== signature(scope, text)) throw invalidParameter('NextToken');
  return Number(text);
}

function signature(scope: string, text: string): string {
  return createHmac('sha256', 'connect-simulator')
    .update(`${scope} ${text}`)
    .digest('base64url')
    .slice(0, 22);
}
