import { onTestFinished } from 'vitest';
import { createBudget } from '../../src/connect/budget.ts';
import type { ConnectInstance } from '../../src/connect/instance.ts';
import type { IdentityManagementType } from '../../src/connect/user.ts';
import { createSimulator, parseSeed, type Simulator } from '../../src/simulator/simulator.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { instanceAt, UK_ID } from './reply-server.ts';

export interface Simulated {
  readonly simulator: Simulator;
  readonly instance: ConnectInstance;
  readonly clock: FakeClock;
  readonly url: string;
}

/** One simulated instance `uk` and the bridge's view of it. Neither has a quota to speak of. */
export async function simulated(
  identityManagementType: IdentityManagementType = 'SAML',
  extra = '',
): Promise<Simulated> {
  const clock = createFakeClock();
  const seed = parseSeed(seedYaml(identityManagementType) + extra);
  const simulator = createSimulator({ clock, seed, rate: { perSecond: 1_000, burst: 1_000 } });
  const { url } = await simulator.listen();
  const budget = createBudget({ clock, perSecond: 1_000, burst: 1_000 });
  const instance = instanceAt(url, { clock, budget });
  onTestFinished(async () => {
    instance.close();
    await simulator.close();
  });
  return { simulator, instance, clock, url };
}

export const IDS = {
  agent: 'aaaaaaaa-0000-0000-0000-000000000001',
  noAccess: 'aaaaaaaa-0000-0000-0000-000000000002',
  supervisor: 'aaaaaaaa-0000-0000-0000-000000000003',
  sales: 'bbbbbbbb-0000-0000-0000-000000000001',
  parked: 'bbbbbbbb-0000-0000-0000-000000000002',
  available: 'cccccccc-0000-0000-0000-000000000001',
  offline: 'cccccccc-0000-0000-0000-000000000002',
} as const;

export function seedYaml(identityManagementType: IdentityManagementType): string {
  return `
region: eu-west-2
instances:
  - id: ${UK_ID}
    alias: acme-uk
    identityManagementType: ${identityManagementType}
    securityProfiles:
      - { name: Agent, id: ${IDS.agent}, permissions: [BasicAgentAccess, OutboundCallAccess] }
      - { name: No Access, id: ${IDS.noAccess} }
      - { name: Supervisor, id: ${IDS.supervisor}, permissions: [BasicAgentAccess] }
    routingProfiles:
      - { name: Sales, id: ${IDS.sales}, queues: [BasicQueue, SalesQueue] }
      - { name: Parked, id: ${IDS.parked} }
    hierarchy:
      levels: [Region, Site, Team]
      groups: { EMEA: { London: { Sales: {} }, Leeds: {} }, APAC: { Sales: {} } }
    agentStatuses:
      - { name: Available, id: ${IDS.available}, type: ROUTABLE }
      - { name: Offline, id: ${IDS.offline}, type: OFFLINE }
    predefinedAttributes:
      - { name: Product, values: [CRM, Billing] }
      - { name: Language, values: [French] }
`;
}
