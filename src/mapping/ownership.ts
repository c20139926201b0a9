import type { FieldOwnership } from '../connect/user.ts';

/**
 * Identity is enforced unless the file says otherwise. Routing profile, hierarchy and phone are followed: a
 * supervisor's change in Connect survives until the rules want another value. Security profiles are always
 * enforced; no key changes that.
 */
export const DEFAULT_OWNERSHIP: FieldOwnership = {
  firstName: 'enforce',
  lastName: 'enforce',
  email: 'enforce',
  secondaryEmail: 'enforce',
  mobile: 'enforce',
  securityProfileIds: 'enforce',
  routingProfileId: 'follow',
  hierarchyGroupId: 'follow',
  phoneType: 'follow',
  deskPhoneNumber: 'follow',
  autoAccept: 'follow',
  afterContactWorkTimeLimit: 'follow',
  persistentConnection: 'follow',
};
