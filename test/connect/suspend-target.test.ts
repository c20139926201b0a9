import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../src/connect/catalog.ts';
import { checkSuspendTarget, type SuspendNames } from '../../src/connect/suspend-target.ts';
import { IDS, simulated } from './simulated.ts';

const NAMES: SuspendNames = {
  securityProfile: 'No Access',
  routingProfile: 'Parked',
  agentStatus: 'Offline',
};

async function check(names: SuspendNames) {
  const { instance } = await simulated();
  return checkSuspendTarget(instance, createCatalog(await instance.readCatalog()), names);
}

describe('the profiles of suspended users', () => {
  test('are usable when they exist and permit nothing', async () => {
    expect(await check(NAMES)).toEqual({
      kind: 'usable',
      target: { securityProfileId: IDS.noAccess, routingProfileId: IDS.parked, agentStatusId: IDS.offline },
    });
  });

  test('need no agent status', async () => {
    expect(await check({ ...NAMES, agentStatus: null })).toMatchObject({ target: { agentStatusId: null } });
  });

  const cases: { name: string; names: Partial<SuspendNames>; problems: string[] }[] = [
    {
      name: 'a permission',
      names: { securityProfile: 'Agent' },
      problems: [
        'Security profile "Agent" still permits BasicAgentAccess, OutboundCallAccess. Remove every permission from it.',
      ],
    },
    {
      name: 'a queue',
      names: { routingProfile: 'Sales' },
      problems: ['Routing profile "Sales" still serves BasicQueue, SalesQueue. Remove every queue from it.'],
    },
    {
      name: 'unknown names',
      names: { securityProfile: 'No Acess', routingProfile: 'parked', agentStatus: 'Ofline' },
      problems: [
        'No security profile named "No Acess" in this instance. Closest: "No Access". Create it, or correct leavers.suspend.',
        'No routing profile named "parked" in this instance. Closest: "Parked". Create it, or correct leavers.suspend.',
        'No agent status named "Ofline" in this instance. Closest: "Offline". Create it, or correct leavers.suspend.',
      ],
    },
  ];
  test.each(cases)('are refused for $name, with the way out', async ({ names, problems }) => {
    expect(await check({ ...NAMES, ...names })).toEqual({ kind: 'unusable', problems });
  });

  test('are neither while Connect cannot be read', async () => {
    const { instance, simulator } = await simulated();
    const catalog = createCatalog(await instance.readCatalog());
    simulator.addFault({ kind: 'serverError', operation: 'ListSecurityProfilePermissions' });
    await expect(checkSuspendTarget(instance, catalog, NAMES)).rejects.toMatchObject({ kind: 'retryable' });
  });
});
