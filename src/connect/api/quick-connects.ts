import type { QuickConnect as QuickConnectMembers } from '@aws-sdk/client-connect';
import { missingMember } from '../error.ts';
import type { ConnectUserId, QuickConnect } from '../user.ts';
import type { Connection, Turn } from './connection.ts';

/**
 * The quick connects that lead to a user. By search, 100 a call: ListQuickConnects does not say whom they lead to, so
 * that each would cost a call of its own.
 */
export async function quickConnectsTo(
  connection: Connection,
  turn: Turn,
  userId: ConnectUserId,
): Promise<readonly QuickConnect[]> {
  const all = await connection.all(
    'SearchQuickConnects',
    turn,
    (api, NextToken) =>
      api.searchQuickConnects({ InstanceId: connection.instanceId, MaxResults: 100, NextToken }),
    (page) => page.QuickConnects,
  );
  return all.filter((one) => one.QuickConnectConfig?.UserConfig?.UserId === userId).map(quickConnect);
}

function quickConnect({ QuickConnectId, Name, QuickConnectConfig }: QuickConnectMembers): QuickConnect {
  const contactFlowId = QuickConnectConfig?.UserConfig?.ContactFlowId;
  if (!QuickConnectId || contactFlowId === undefined)
    throw missingMember('SearchQuickConnects', 'QuickConnectId or ContactFlowId');
  return { id: QuickConnectId, name: Name ?? QuickConnectId, contactFlowId };
}
