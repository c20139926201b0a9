import type { AttributePath } from '../../scim/schema/attribute-path.ts';

/** One name on the way into a document. */
export interface Step {
  readonly key: string;
  readonly multiValued: boolean;
}

export function stepsOf({ keys, extension, attribute, subAttribute }: AttributePath): readonly Step[] {
  const top = extension === undefined ? 0 : 1;
  return keys.map((key, index) => {
    const owner = index === top ? attribute : index > top ? subAttribute : undefined;
    return { key, multiValued: owner?.multiValued ?? false };
  });
}
