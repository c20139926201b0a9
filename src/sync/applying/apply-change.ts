import type { ConnectInstance } from '../../connect/instance.ts';
import type { ConnectUserId } from '../../connect/user.ts';
import type { Change } from '../../plan/plan.ts';

/**
 * Makes one Connect call.
 *
 * @returns the id of the user that a createUser made, else null
 * @throws ConnectError
 */
export async function applyChange(connect: ConnectInstance, change: Change): Promise<ConnectUserId | null> {
  switch (change.kind) {
    case 'createUser':
      return connect.createUser({ ...change, fields: change.to });
    case 'updateUserIdentityInfo':
      await connect.updateUserIdentityInfo(change.userId, change.to, change.from);
      return null;
    case 'updateUserPhoneConfig':
      await connect.updateUserPhoneConfig(change.userId, change.to);
      return null;
    case 'updateUserRoutingProfile':
      await connect.updateUserRoutingProfile(change.userId, change.to);
      return null;
    case 'updateUserSecurityProfiles':
      await connect.updateUserSecurityProfiles(change.userId, change.to);
      return null;
    case 'updateUserHierarchy':
      await connect.updateUserHierarchy(change.userId, change.to);
      return null;
    case 'tagResource':
      await connect.tagResource(change.userId, change.to);
      return null;
    case 'untagResource':
      await connect.untagResource(change.userId, Object.keys(change.from));
      return null;
    case 'associateUserProficiencies':
      await connect.associateUserProficiencies(change.userId, change.to);
      return null;
    case 'updateUserProficiencies':
      await connect.updateUserProficiencies(change.userId, change.to);
      return null;
    case 'disassociateUserProficiencies':
      await connect.disassociateUserProficiencies(change.userId, change.from);
      return null;
    case 'putUserStatus':
      await connect.putUserStatus(change.userId, change.to);
      return null;
    case 'updateQuickConnectConfig':
      await connect.updateQuickConnectConfig(change.quickConnect, change.to);
      return null;
    case 'deleteQuickConnect':
      await connect.deleteQuickConnect(change.quickConnect.id);
      return null;
    case 'deleteUser':
      await connect.deleteUser(change.userId);
      return null;
    default:
      return change satisfies never;
  }
}
