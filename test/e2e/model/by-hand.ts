import { INSTANCE_ID, type World } from '../world.ts';
import type { Account } from './account.ts';
import type { Edit } from './command.ts';

type Change = Parameters<World['simulator']['operator']['editUser']>[2];

/** Edits a user as somebody in the Connect console does, and notes it in his account. */
export function editByHand(world: World, account: Account, username: string, edit: Edit): void {
  const by = (change: Change) => world.simulator.operator.editUser(INSTANCE_ID, username, change);
  const user = world.connectUser(username)!;
  const withProfile = (name: string) => {
    const securityProfiles = [...new Set([...user.securityProfiles, name])];
    by({ securityProfiles });
    account.editedProfiles(securityProfiles.toSorted());
  };
  switch (edit) {
    case 'addAdmin':
      return withProfile('Admin');
    case 'addAnalyst':
      return withProfile('QualityAnalyst');
    case 'takeProfiles':
      by({ securityProfiles: ['No Access'] });
      return account.editedProfiles(['No Access']);
    case 'moveRouting':
      by({ routingProfile: 'Basic Routing Profile' });
      return account.edited('routingProfile', 'Basic Routing Profile');
    case 'firstName':
    case 'lastName':
      by({ [edit]: 'Edited' });
      return account.edited(edit, 'Edited');
    case 'mobile':
      by({ mobile: '+447700900009' });
      return account.edited('mobile', '+447700900009');
    case 'secondaryEmail':
      by({ secondaryEmail: 'edited@mail.test' });
      return account.edited('secondaryEmail', 'edited@mail.test');
    case 'hierarchy':
      by({ hierarchy: ['EMEA', 'Leeds'] });
      return account.edited('hierarchy', 'EMEA/Leeds');
    case 'deskPhone':
      by({ phone: { type: 'DESK_PHONE', number: '+441139999999' } });
      account.edited('phoneType', 'DESK_PHONE');
      return account.edited('phoneNumber', '+441139999999');
    case 'softPhone':
      by({ phone: { type: 'SOFT_PHONE' } });
      account.edited('phoneType', 'SOFT_PHONE');
      return account.edited('phoneNumber', world.connectUser(username)!.phone.number ?? '');
    case 'tagOff': {
      const { site: _site, ...tags } = user.tags;
      by({ tags });
      return account.edited('site', '');
    }
    default:
      return edit satisfies never;
  }
}

/** Takes off the tag by which the bridge knows him. */
export function disown(world: World, account: Account, username: string): void {
  const { 'scim-bridge:user': _user, ...tags } = world.connectUser(username)!.tags;
  world.simulator.operator.editUser(INSTANCE_ID, username, { tags });
  account.disowned = { text: null };
}

export function reown(world: World, account: Account): void {
  const { users } = world.simulator.operator.snapshot(INSTANCE_ID);
  const user = account.disowned && users.find(({ id }) => id === account.connectId);
  if (!user) return;
  const tags = { ...user.tags, 'scim-bridge:user': account.scimId };
  world.simulator.operator.editUser(INSTANCE_ID, user.username, { tags });
  account.disowned = null;
}
