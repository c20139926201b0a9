import type { Fault } from '../../../../src/simulator/simulator.ts';

/** The n-th passing of a step, from 1. */
export interface Passing {
  readonly step: string;
  readonly times: number;
}

/** A story to be lived by a bridge on the store of a folder. */
export interface Order {
  readonly story: string;
  readonly folder: string;
  readonly connectUrl: string;
  /** Null lets it live to the end. */
  readonly kill: Passing | null;
  /** That Connect is to have from the story's beginning on. */
  readonly fault?: Fault;
}

/** What is told of a life as it is lived. */
export type Line = {
  readonly folder: string;
  readonly at: number;
  /** Who sends a DELETE forgets what was acknowledged before: both would be right until it is answered. */
  readonly acknowledged: readonly (readonly [string, number | null])[];
} & (
  | Passing
  | {
      /** The act that has ended; -1 when the story begins. */
      readonly done: number;
      readonly ids: readonly (readonly [string, string])[];
    }
);
