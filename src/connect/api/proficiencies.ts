import type { UserProficiency as ProficiencyMembers } from '@aws-sdk/client-connect';
import { missingMember } from '../error.ts';
import type { ConnectUserId, UserProficiency } from '../user.ts';
import type { Connection, Turn } from './connection.ts';

/** All of a user, 100 a call. DescribeUser does not have them. */
export async function listUserProficiencies(
  connection: Connection,
  turn: Turn,
  id: ConnectUserId,
): Promise<readonly UserProficiency[]> {
  const InstanceId = connection.instanceId;
  const items = await connection.all(
    'ListUserProficiencies',
    turn,
    (api, NextToken) => api.listUserProficiencies({ InstanceId, UserId: id, MaxResults: 100, NextToken }),
    (page) => page.UserProficiencyList,
  );
  return items.map(proficiency);
}

function proficiency({ AttributeName, AttributeValue, Level }: ProficiencyMembers): UserProficiency {
  if (!AttributeName || !AttributeValue || Level === undefined)
    throw missingMember('ListUserProficiencies', 'AttributeName, AttributeValue or Level');
  return { attributeName: AttributeName, attributeValue: AttributeValue, level: Level };
}

export function proficiencyMembers({ attributeName, attributeValue, level }: UserProficiency) {
  return { AttributeName: attributeName, AttributeValue: attributeValue, Level: level };
}
