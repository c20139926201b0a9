import { type Ceiling, FORBIDDEN } from './bridge-files.ts';
import type { MappingFile } from './command.ts';

/**
 * The mapping files of the histories, and what each is to mean, said once more in the plainest way: the product's
 * own evaluation is what is under test.
 */
const RULES = `
  - name: supervisors
    when: { group: Connect Supervisors }
    set: { routingProfile: Supervisors, securityProfiles: [CallCenterManager] }
  - name: sales agents
    when: SALES
    set: { routingProfile: Sales, securityProfiles: SALES_PROFILES, hierarchy: [EMEA, London, Sales], tags: { site: london }, proficiencies: { Product: { CRM: 4 } } }
  - name: support agents
    when: SUPPORT
    set: { routingProfile: Support, securityProfiles: [Agent], tags: { site: remote } }
  - name: quality
    when: user.enterprise.department == "Quality"
    set: { routingProfile: Basic Routing Profile, securityProfiles: [QualityAnalyst] }
  - name: asked for by name
    when: size(user.connect.securityProfiles) > 0
    set: { routingProfile: Basic Routing Profile, securityProfiles: [{ cel: 'user.connect.securityProfiles[0]' }] }
  - name: desk phones
    when: { group: Site Leeds }
    set: { phone: { type: DESK_PHONE, number: { cel: 'e164(phone(user, "work"), "GB")' } } }
`;

interface Variant {
  readonly sales: string;
  readonly salesProfiles: string;
  readonly support: string;
  readonly ownership: string;
}

const BASE: Variant = {
  sales: '{ group: Connect Sales }',
  salesProfiles: '[Agent]',
  support: '{ group: Connect Support }',
  ownership: 'lastName: seed, secondaryEmail: enforce, mobile: follow',
};

const VARIANTS: Readonly<Record<MappingFile, Variant>> = {
  base: BASE,
  generous: {
    ...BASE,
    salesProfiles: '[Agent, QualityAnalyst]',
    ownership:
      'firstName: follow, lastName: ignore, mobile: enforce, hierarchy: enforce, routingProfile: enforce',
  },
  strict: {
    ...BASE,
    sales: '{ allGroups: [Connect Sales, Site Leeds] }',
    support: '{ allGroups: [Connect Support, Site Leeds] }',
  },
  broken: { ...BASE, salesProfiles: '[Agnet]' },
};

export function mappingText(file: MappingFile): string {
  const { sales, salesProfiles, support, ownership } = VARIANTS[file];
  const rules = RULES.replace('SALES_PROFILES', salesProfiles)
    .replace('SALES', sales)
    .replace('SUPPORT', support);
  return `version: 1
username: { value: user.userName, invalid: park, rename: ${file === 'generous' ? 'ask' : 'recreate'} }
identity:
  firstName: user.name.givenName
  lastName: user.name.familyName
  secondaryEmail: primary(user.emails)
  mobile: e164(phone(user, "mobile"), "GB")
rules:${rules}
access: { from: user.acme.startDate, until: user.acme.endDate, zone: Europe/London }
unmatched: { new: skip, existing: suspend }
ownership: { ${ownership} }
`;
}

export const FIELDS = [
  'firstName',
  'lastName',
  'secondaryEmail',
  'mobile',
  'routingProfile',
  'hierarchy',
  'phoneType',
  'phoneNumber',
  'site',
  'proficiencies',
] as const;
export type Field = (typeof FIELDS)[number];

type Ownership = 'enforce' | 'follow' | 'seed' | 'ignore';

const OWNERSHIP: Readonly<Record<Field, Ownership>> = {
  firstName: 'enforce',
  lastName: 'seed',
  secondaryEmail: 'enforce',
  mobile: 'follow',
  routingProfile: 'follow',
  hierarchy: 'follow',
  phoneType: 'follow',
  phoneNumber: 'follow',
  site: 'follow',
  proficiencies: 'follow',
};

export function ownershipOf(field: Field, file: MappingFile): Ownership {
  if (file !== 'generous') return OWNERSHIP[field];
  if (field === 'firstName') return 'follow';
  if (field === 'lastName') return 'ignore';
  return field === 'mobile' || field === 'hierarchy' || field === 'routingProfile'
    ? 'enforce'
    : OWNERSHIP[field];
}

/** What the identity provider says of somebody. */
export interface Facts {
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly mobile: string;
  readonly email: string;
  readonly department: string;
  readonly grant: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly active: boolean;
}

export const NOBODY: Omit<Facts, 'userName'> = {
  givenName: 'Ada',
  familyName: 'Byron',
  mobile: '',
  email: '',
  department: '',
  grant: '',
  startDate: '',
  endDate: '',
  active: true,
};

export const WORK_PHONE = '+441132960000';

/** What is to be of somebody in Connect. A field that is not there is not managed. */
export type Wish =
  | {
      readonly kind: 'active';
      readonly file: MappingFile;
      readonly username: string;
      readonly profiles: readonly string[];
      readonly fields: Readonly<Partial<Record<Field, string>>>;
    }
  | { readonly kind: 'suspended'; readonly cause: 'access' | 'left' }
  | { readonly kind: 'parked'; readonly profiles: readonly string[] };

export interface Circumstances {
  readonly file: MappingFile;
  /** Whether the routing profile Support has its name. */
  readonly hasSupport: boolean;
  readonly ceiling: Ceiling;
  /** UTC milliseconds. */
  readonly now: number;
}

/** @param groups by the names that the rules use */
export function wish(facts: Facts | null, groups: ReadonlySet<string>, at: Circumstances): Wish {
  if (!facts?.active) return { kind: 'suspended', cause: 'left' };
  const isBefore = facts.startDate !== '' && at.now < Date.parse(facts.startDate);
  const isAfter = facts.endDate !== '' && at.now >= Date.parse(facts.endDate);
  if (isBefore || isAfter) return { kind: 'suspended', cause: 'access' };
  const { file } = at;
  const leeds = groups.has('Site Leeds');
  const sales = groups.has('Connect Sales') && (file !== 'strict' || leeds);
  const support = groups.has('Connect Support') && (file !== 'strict' || leeds);
  const quality = facts.department === 'Quality';
  const supervisors = groups.has('Connect Supervisors');
  const profiles = new Set<string>();
  if (supervisors) profiles.add('CallCenterManager');
  if (sales || support) profiles.add('Agent');
  if (quality || (sales && file === 'generous')) profiles.add('QualityAnalyst');
  if (facts.grant) profiles.add(facts.grant);
  if (profiles.size === 0) return { kind: 'suspended', cause: 'left' };
  const routingProfile = supervisors
    ? 'Supervisors'
    : sales
      ? 'Sales'
      : support
        ? 'Support'
        : 'Basic Routing Profile';
  const forbidden = FORBIDDEN[at.ceiling].filter((name) => profiles.has(name));
  const isParked = forbidden.length > 0 || (routingProfile === 'Support' && !at.hasSupport);
  for (const name of forbidden) profiles.delete(name);
  if (isParked) return { kind: 'parked', profiles: [...profiles].sort() };
  return {
    kind: 'active',
    file,
    username: facts.userName,
    profiles: [...profiles].sort(),
    fields: {
      firstName: facts.givenName,
      lastName: facts.familyName,
      secondaryEmail: facts.email,
      mobile: facts.mobile,
      routingProfile,
      ...(sales && { hierarchy: 'EMEA/London/Sales', proficiencies: 'Product CRM 4' }),
      ...(leeds && { phoneType: 'DESK_PHONE', phoneNumber: WORK_PHONE }),
      ...(sales ? { site: 'london' } : support ? { site: 'remote' } : {}),
    },
  };
}

/** Proficiencies and tags aside: a user who was deleted by hand is given back when anything else is wanted. */
export function isSameWish(wish: Wish, applied: Wish | null): boolean {
  if (wish.kind !== 'active' || applied?.kind !== 'active') return false;
  const { site: _s, proficiencies: _p, ...fields } = wish.fields;
  const { site: _as, proficiencies: _ap, ...before } = applied.fields;
  return (
    wish.username === applied.username &&
    String(wish.profiles) === String(applied.profiles) &&
    JSON.stringify(fields) === JSON.stringify(before)
  );
}
