/** What bridge.yaml says in turn while a history goes on. */
export const BRIDGE_FILES = ['usual', 'narrow', 'sensitive', 'ceiling', 'observe'] as const;
export type BridgeFile = (typeof BRIDGE_FILES)[number];

/** How much `grants.never` forbids. */
export type Ceiling = 'usual' | 'lower';

export const FORBIDDEN: Readonly<Record<Ceiling, readonly string[]>> = {
  usual: ['Admin'],
  lower: ['Admin', 'QualityAnalyst'],
};

export function ceilingOf(file: BridgeFile): Ceiling {
  return file === 'ceiling' ? 'lower' : 'usual';
}

/** @param yaml the example's */
export function bridgeText(yaml: string, file: BridgeFile): string {
  const never = `never: [${FORBIDDEN[ceilingOf(file)].join(', ')}]`;
  const grants = file === 'sensitive' ? `${never}, sensitive: [QualityAnalyst, CallCenterManager]` : never;
  const text = yaml
    .replace('resyncMinutes: 60', 'resyncMinutes: 20')
    .replace('deleteAfterDays: null', 'deleteAfterDays: 1')
    .replace(/# grants: .*/, `grants: { ${grants} }`)
    .replace(/# extensions: .*/, EXTENSIONS);
  if (file === 'observe') return text.replace('mode: live', 'mode: observe');
  return file === 'narrow' ? text.replaceAll(/\{ count: \d+, percent: \d+/g, '{ count: 0, percent: 0') : text;
}

const EXTENSIONS =
  'extensions: { acme: { urn: "urn:acme:1.0:User", attributes: { startDate: string, endDate: string } } }';
