import type { InstanceSnapshot } from '../../../src/simulator/simulator.ts';
import { type Field, ownershipOf, type Wish } from './rules.ts';

type ActiveWish = Extract<Wish, { kind: 'active' }>;
export type ConnectUserSnapshot = InstanceSnapshot['users'][number];

/** What suspends: of the simulator's example seed. */
export const NO_ACCESS = 'No Access';
const PARKED = 'Parked';

/**
 * One way in which a field of a user can stand. A history leaves several open: whether a wish that lasted for a
 * moment was carried out, nobody can say from outside.
 */
export interface Standing {
  /** What the rules wanted when it was last written or found right; undefined when nothing. */
  readonly applied: string | undefined;
  readonly value: string;
  /** What the bridge can know: an edit by hand is news only to the next resync. */
  readonly seen: string;
  readonly suspended: boolean;
  /** Of the routing profile: what the suspension took. */
  readonly before?: string;
}

/** What Connect has where nothing is set; a routing profile and a name can only be replaced. */
const UNSET: Partial<Record<Field, string>> = {
  secondaryEmail: '',
  mobile: '',
  hierarchy: '',
  phoneType: 'SOFT_PHONE',
  phoneNumber: '',
  site: '',
  proficiencies: '',
};

/** As every field stands once a user was made; Connect needs a name even where the rules ignore it afterwards. */
export function fresh(field: Field, wish: ActiveWish): readonly Standing[] {
  const wanted = wish.fields[field];
  const value = wanted ?? UNSET[field] ?? '';
  return [{ applied: wanted, value, seen: value, suspended: false }];
}

/** How a field can stand after the bridge has carried out a wish. */
export function afterWish(field: Field, standing: Standing, wish: Wish): readonly Standing[] {
  switch (wish.kind) {
    case 'suspended':
      return afterSuspension(field, standing);
    case 'parked':
      // Without any profile left he is suspended, which another field decides.
      return [standing, ...afterSuspension(field, standing)];
    case 'active':
      return afterActive(field, standing, wish);
    default:
      return wish satisfies never;
  }
}

function afterSuspension(field: Field, standing: Standing): readonly Standing[] {
  if (field !== 'routingProfile' || standing.suspended) {
    const value = field === 'routingProfile' ? PARKED : standing.value;
    return [{ ...standing, value, seen: value, suspended: true }];
  }
  // The read before a suspension may fail: what was last seen stands in for it.
  return [standing.value, standing.seen].map((before) => ({
    ...standing,
    value: PARKED,
    seen: PARKED,
    suspended: true,
    before,
  }));
}

function afterActive(field: Field, standing: Standing, wish: ActiveWish): readonly Standing[] {
  const wanted = wish.fields[field];
  const values = targets(field, standing, wanted, ownershipOf(field, wish.file));
  return values.map((value) => ({
    applied: wanted,
    value,
    seen: value === standing.value ? standing.seen : value,
    suspended: false,
  }));
}

function targets(
  field: Field,
  standing: Standing,
  wanted: string | undefined,
  ownership: ReturnType<typeof ownershipOf>,
): readonly string[] {
  const { applied, seen, value, suspended, before } = standing;
  const away = suspended && field === 'routingProfile';
  const kept = away ? (before ?? wanted ?? value) : value;
  if (ownership === 'seed' || ownership === 'ignore') return [kept];
  if (wanted === undefined) {
    const unset = UNSET[field] ?? kept;
    if (applied === undefined) return [kept];
    // An edit that the bridge has not seen cannot be spared.
    return seen === value || away ? [applied === kept ? unset : kept] : [unset, kept];
  }
  // What the bridge believes to be there already is not written.
  const written = wanted === seen && !away ? [wanted, value] : [wanted];
  if (ownership === 'enforce') return written;
  return wanted === applied ? [kept] : written;
}

/** A field of a user, as he is. */
export function valueOf(field: Field, user: ConnectUserSnapshot): string {
  switch (field) {
    case 'hierarchy':
      return user.hierarchy.join('/');
    case 'phoneType':
      return user.phone.type;
    case 'phoneNumber':
      return user.phone.number ?? '';
    case 'site':
      return user.tags['site'] ?? '';
    case 'proficiencies':
      return user.proficiencies
        .map((one) => `${one.AttributeName} ${one.AttributeValue} ${one.Level}`)
        .join(', ');
    case 'routingProfile':
      // Called otherwise for a while, it is the same.
      return user.routingProfile.replace(' (old)', '');
    case 'firstName':
    case 'lastName':
    case 'secondaryEmail':
    case 'mobile':
      return user[field] ?? '';
    default:
      return field satisfies never;
  }
}

export function distinct(standings: readonly Standing[]): readonly Standing[] {
  const byText = new Map(standings.map((one) => [JSON.stringify(one), one]));
  return [...byText.values()];
}

/** As he is, for one whom the bridge takes up: nothing of it counts as applied; or made new. */
export function asFound(
  field: Field,
  user: ConnectUserSnapshot,
  wishes: readonly ActiveWish[],
): readonly Standing[] {
  const value = valueOf(field, user);
  return [
    { applied: undefined, value, seen: value, suspended: false },
    ...wishes.flatMap((wish) => fresh(field, wish)),
  ];
}

/** Hired again: a joiner in a Connect user who has something already. */
export function takenOver(field: Field, standing: Standing, wish: ActiveWish): Standing {
  const { before: _ofTheFormer, ...kept } = standing;
  const wanted = wish.fields[field];
  if (wanted === undefined) return kept;
  const isSeed = ownershipOf(field, wish.file) === 'seed';
  const value = isSeed ? wanted : kept.value;
  return { ...kept, applied: undefined, value, suspended: true };
}

export function isSuspended(user: ConnectUserSnapshot): boolean {
  return String(user.securityProfiles) === NO_ACCESS && user.routingProfile === PARKED;
}
