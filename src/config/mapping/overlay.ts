import type { Path, YamlFile } from '../yaml-file.ts';

/** A value with the file and the place it is from; maps and lists hold such values again. */
interface Placed {
  readonly yaml: YamlFile;
  readonly path: Path;
  readonly content:
    | { readonly kind: 'map'; readonly members: ReadonlyMap<string, Placed> }
    | { readonly kind: 'list'; readonly items: readonly Placed[] }
    | { readonly kind: 'plain'; readonly value: unknown };
}

/** Lists whose entries are known by name; of any other list the later file's takes the place of the earlier's. */
const NAMED_LISTS: readonly string[] = ['rules', 'tests'];

/**
 * Several files as one in which later files have precedence. Maps are merged key by key, and what is no map is
 * replaced. A rule or test with the name of an earlier one takes its place; the others of the later file come
 * before all of the earlier ones, since the first rule that sets a field wins.
 *
 * @param files base first; one at least
 */
export function overlaid(files: readonly YamlFile[]): YamlFile {
  const [base, ...others] = files;
  if (base === undefined) throw new Error('a mapping is one file at least');
  if (others.length === 0) return base;
  const problems = files.flatMap((file) => file.problems);
  // Without this, a file that is a list or nothing would take the place of everything before it.
  const odd = files.filter(
    ({ value }) => typeof value !== 'object' || value === null || Array.isArray(value),
  );
  const broken = problems.length > 0 ? null : odd[0];
  if (broken) return broken;
  const merged = files.map((file) => placed(file, [], file.value)).reduce((a, b) => merge(a, b, ''));
  return {
    file: base.file,
    value: plain(merged),
    problems,
    position: (path, offset = null) => {
      const { found, rest } = follow(merged, path);
      return found.yaml.position(found.path, rest.length === 0 ? offset : null);
    },
    keyPosition: (path, key) => {
      const { found } = follow(merged, [...path, key]);
      return found.yaml.keyPosition(found.path.slice(0, -1), key);
    },
  };
}

function placed(yaml: YamlFile, path: Path, value: unknown): Placed {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => placed(yaml, [...path, index], item));
    return { yaml, path, content: { kind: 'list', items } };
  }
  if (typeof value !== 'object' || value === null) return { yaml, path, content: { kind: 'plain', value } };
  const members = Object.entries(value).map(
    ([key, member]) => [key, placed(yaml, [...path, key], member)] as const,
  );
  return { yaml, path, content: { kind: 'map', members: new Map(members) } };
}

function merge(earlier: Placed, later: Placed, key: string): Placed {
  const [before, after] = [earlier.content, later.content];
  if (before.kind === 'map' && after.kind === 'map') {
    const members = new Map(before.members);
    for (const [name, member] of after.members) {
      const known = members.get(name);
      members.set(name, known === undefined ? member : merge(known, member, name));
    }
    return { ...later, content: { kind: 'map', members } };
  }
  if (NAMED_LISTS.includes(key) && before.kind === 'list' && after.kind === 'list')
    return { ...later, content: { kind: 'list', items: byName(before.items, after.items) } };
  return later;
}

function byName(before: readonly Placed[], after: readonly Placed[]): readonly Placed[] {
  const replaced = before.map((item) => after.find((other) => sameName(item, other)) ?? item);
  return [...after.filter((item) => !replaced.includes(item)), ...replaced];
}

function sameName(one: Placed, other: Placed): boolean {
  const name = nameOf(one);
  return name !== undefined && name === nameOf(other);
}

function nameOf({ content }: Placed): unknown {
  const name = content.kind === 'map' ? content.members.get('name')?.content : undefined;
  return name?.kind === 'plain' ? name.value : undefined;
}

function plain({ content }: Placed): unknown {
  switch (content.kind) {
    case 'map':
      return Object.fromEntries([...content.members].map(([key, member]) => [key, plain(member)]));
    case 'list':
      return content.items.map(plain);
    case 'plain':
      return content.value;
    default:
      return content satisfies never;
  }
}

/** As far along a path as there is something. */
function follow(from: Placed, [step, ...rest]: Path): { readonly found: Placed; readonly rest: Path } {
  if (step === undefined) return { found: from, rest: [] };
  const { content } = from;
  const next =
    content.kind === 'map'
      ? content.members.get(String(step))
      : content.kind === 'list'
        ? content.items[Number(step)]
        : undefined;
  return next === undefined ? { found: from, rest: [step, ...rest] } : follow(next, rest);
}
