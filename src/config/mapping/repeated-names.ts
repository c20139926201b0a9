import type { Reader } from './expression-reader.ts';

/** Rules and tests are known by name in explanations, plans, reports and the audit. */
export function refuseRepeatedNames(
  items: readonly { readonly name: string }[],
  key: 'rules' | 'tests',
  { yaml, problems }: Reader,
): void {
  const word = key === 'rules' ? 'rule' : 'test';
  items.forEach(({ name }, index) => {
    const first = items.findIndex((item) => item.name === name);
    if (first === index) return;
    const { line } = yaml.position([key, first, 'name']);
    problems.push({
      ...yaml.position([key, index, 'name']),
      message: `line ${line} has a ${word} "${name}" already. Give each its own name.`,
    });
  });
}
