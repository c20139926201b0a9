import { join } from 'node:path';
import { askBridge } from '../../src/cli/admin-client.ts';
import type { WhatIfReply } from '../../src/cli/reports/what-if.ts';
import type { Server } from './servers.ts';

/** How long a bridge takes to say what another mapping would do to everybody it has. */
export interface WhatIfTime {
  readonly users: number;
  readonly seconds: number;
  /** Of the bridge's processor time: it varies less on a machine that is shared. */
  readonly cpuSeconds: number;
  /** Resident memory of the bridge before, and the most while it planned, in MiB. */
  readonly rss: { readonly before: number; readonly most: number };
}

/** Often enough to see what a thread takes that lives for a second. */
const LOOK_MS = 50;

/** @param folder in which the bridge was started */
export async function measureWhatIf(bridge: Server, folder: string): Promise<WhatIfTime> {
  const socketPath = join(folder, 'admin.sock');
  const cpuMs = bridge.cpuMs();
  const rss = { before: bridge.rss(), most: 0 };
  const looks = setInterval(() => (rss.most = Math.max(rss.most, bridge.rss())), LOOK_MS);
  const start = performance.now();
  const body = { mappingText: EVERYBODY_SELLS };
  const { instances } = await askBridge<WhatIfReply>(socketPath, { method: 'POST', path: 'plan', body });
  clearInterval(looks);
  return {
    rss,
    users: instances.reduce((sum, { usersInConnect }) => sum + usersInConnect.after, 0),
    seconds: (performance.now() - start) / 1_000,
    cpuSeconds: (bridge.cpuMs() - cpuMs) / 1_000,
  };
}

/** Under the active mapping nobody is in Connect, under this one everybody. */
const EVERYBODY_SELLS = `version: 1
username: { value: user.userName }
identity:
  firstName: user.name.givenName
  lastName: user.name.familyName
  secondaryEmail: primary(user.emails)
  mobile: e164(phone(user, "mobile"), "GB")
rules:
  - { name: all, when: user.active, set: { routingProfile: Sales, securityProfiles: [Agent] } }
`;
