interface Waiter {
  /** 0 is served first. */
  readonly lane: number;
  readonly instance: string;
}

/** Who waits for a token: by lane, within a lane by turns between instances, of one instance in order of arrival. */
export class Waiters<W extends Waiter> {
  /** The first instance of a lane's map is the one whose turn it is; no instance in it is without a waiter. */
  readonly #lanes = new Map<number, Map<string, W[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(waiter: W): void {
    const lane = this.#lanes.get(waiter.lane) ?? new Map<string, W[]>();
    this.#lanes.set(waiter.lane, lane);
    const queue = lane.get(waiter.instance);
    if (queue) queue.push(waiter);
    else lane.set(waiter.instance, [waiter]);
    this.#size += 1;
  }

  remove(waiter: W): void {
    const queue = this.#lanes.get(waiter.lane)?.get(waiter.instance) ?? [];
    const position = queue.indexOf(waiter);
    if (position === -1) return;
    queue.splice(position, 1);
    this.#size -= 1;
    this.#forgetEmpty(waiter);
  }

  /** Takes out the waiter whose turn it is. */
  next(): W | undefined {
    const lane = this.#lanes.get(Math.min(...this.#lanes.keys()));
    const [instance, queue] = lane?.entries().next().value ?? [];
    const waiter = queue?.[0];
    if (!lane || instance === undefined || !queue || !waiter) return undefined;
    this.remove(waiter);
    // To the end of the lane: its next turn comes after one of every other instance.
    if (lane.delete(instance)) lane.set(instance, queue);
    return waiter;
  }

  #forgetEmpty({ lane, instance }: W): void {
    const instances = this.#lanes.get(lane);
    if (instances?.get(instance)?.length === 0) instances.delete(instance);
    if (instances?.size === 0) this.#lanes.delete(lane);
  }
}
