/** How fast the bridge is, in the reply of the admin API to `status`. */
export interface SpeedReply {
  readonly secondsToConverge: number;
  readonly buckets: readonly {
    readonly scope: string;
    readonly operation: string;
    readonly perSecond: number;
    readonly waiting: number;
  }[];
  readonly timeToRevoke: {
    readonly windowHours: number;
    readonly removed: number;
    readonly unheldMs: { readonly p50: number | null; readonly p95: number | null };
  };
}

/** Only what is news: a full bucket is none. */
export function renderSpeed({ secondsToConverge, buckets, timeToRevoke }: SpeedReply): readonly string[] {
  return [
    ...(secondsToConverge > 0 ? [`done in ${Math.ceil(secondsToConverge)} s at the earliest`] : []),
    ...buckets
      .filter(({ waiting }) => waiting > 0)
      .map(
        ({ scope, operation, waiting, perSecond }) =>
          `  ${operation} in ${scope}: ${waiting} calls wait, ${perSecond} a second`,
      ),
    ...renderRevoke(timeToRevoke),
  ];
}

function renderRevoke({ windowHours, removed, unheldMs }: SpeedReply['timeToRevoke']): readonly string[] {
  if (removed === 0) return [];
  const { p50, p95 } = unheldMs;
  const took =
    p50 === null || p95 === null ? '' : `; not held, half in ${seconds(p50)}, 95 % in ${seconds(p95)}`;
  return [`${removed} leavers lost their access in ${windowHours} h${took}`];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
