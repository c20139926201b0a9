import { guardWindowMs } from '../../plan/guard.ts';
import type { GuardScope } from '../../plan/guard.ts';
import { EFFECTS } from '../../plan/plan.ts';
import type { Effect } from '../../plan/plan.ts';
import { countedSince, purgeCounted } from '../../store/guard-effects.ts';
import { activeCount } from '../../store/links.ts';
import type { Tx } from '../../store/schema.ts';
import type { Runtime } from '../runtime.ts';

interface Scope {
  readonly instance: string;
  /** Left out, it is the whole instance. */
  readonly routingProfileId?: string;
}

/**
 * What the guard has to count, read once in a transaction and kept up to date: planning changes nobody's lifecycle.
 * Without it, planning a wave of n users would count n times what n users did.
 */
export class GuardCounts {
  readonly #tx: Tx;
  readonly #runtime: Runtime;
  readonly #numbers = new Map<string, number>();
  readonly #purged = new Set<string>();

  constructor(tx: Tx, runtime: Runtime) {
    this.#tx = tx;
    this.#runtime = runtime;
  }

  /** A count that its window has left behind is no permission to do the same again. */
  async forgetEnded(instance: string): Promise<void> {
    if (this.#purged.has(instance)) return;
    this.#purged.add(instance);
    for (const effect of EFFECTS)
      await purgeCounted(this.#tx, instance, effect, this.#since(instance, effect));
  }

  async scope(scope: Scope, effects: readonly Effect[]): Promise<GuardScope> {
    const counted: Partial<Record<Effect, number>> = {};
    for (const effect of effects) counted[effect] = await this.#counted(scope, effect);
    const active = await this.#known(`active ${nameOf(scope)}`, () =>
      activeCount(this.#tx, scope.instance, scope.routingProfileId),
    );
    return { counted, activeUsers: active + (await this.#counted(scope, 'deactivate')) };
  }

  /** One more user whom the effect reaches. */
  note(instance: string, effect: Effect, routingProfileId: string | null): void {
    const scopes = [{ instance }, ...(routingProfileId === null ? [] : [{ instance, routingProfileId }])];
    for (const key of scopes.map((scope) => `${effect} ${nameOf(scope)}`)) {
      const known = this.#numbers.get(key);
      if (known !== undefined) this.#numbers.set(key, known + 1);
    }
  }

  #counted(scope: Scope, effect: Effect): Promise<number> {
    const since = this.#since(scope.instance, effect);
    return this.#known(`${effect} ${nameOf(scope)}`, () => countedSince(this.#tx, scope, effect, since));
  }

  async #known(key: string, count: () => Promise<number>): Promise<number> {
    const number = this.#numbers.get(key) ?? (await count());
    this.#numbers.set(key, number);
    return number;
  }

  #since(instance: string, effect: Effect): number {
    const { guard } = this.#runtime.instances.get(instance)!.config;
    return this.#runtime.clock.now() - guardWindowMs(effect, guard);
  }
}

function nameOf({ instance, routingProfileId = '' }: Scope): string {
  return `${instance} ${routingProfileId}`;
}
