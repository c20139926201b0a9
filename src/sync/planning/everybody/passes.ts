import { causedEffects, causedSummaries } from './passes/caused-effects.ts';
import type { Everybody } from './passes/everybody.ts';
import { planPass } from './passes/plan-pass.ts';
import { ruleUse } from './passes/rule-use.ts';
import { samlPass } from './passes/saml-pass.ts';
import { whatIfPass } from './passes/what-if-pass.ts';

/**
 * What is asked of everybody's plans. Options and results can be copied from thread to thread, and stay small however
 * many users there are.
 */
const PASSES = {
  plan: planPass,
  whatIf: whatIfPass,
  samlCheck: samlPass,
  causedSummaries,
  causedEffects,
  ruleUse,
} as const;

export type PassName = keyof typeof PASSES;
export type PassOptions<Name extends PassName> = Parameters<(typeof PASSES)[Name]>[1];
export type PassResult<Name extends PassName> = Awaited<ReturnType<(typeof PASSES)[Name]>>;

export function runPass<Name extends PassName>(
  name: Name,
  everybody: Everybody,
  options: PassOptions<Name>,
): Promise<PassResult<Name>> {
  const pass = PASSES[name] as (all: Everybody, its: PassOptions<Name>) => Promise<PassResult<Name>>;
  return pass(everybody, options);
}
