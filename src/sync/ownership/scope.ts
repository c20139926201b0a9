import type { InstanceConfig } from '../../config/bridge-config.ts';
import { budgetScope } from '../../connect/budget.ts';

/** `account/region` of an instance: one process calls Connect there, at the pace of one quota. */
export function scopeOf({ region, aws }: Pick<InstanceConfig, 'region' | 'aws'>): string {
  return budgetScope({ region, roleArn: aws?.roleArn });
}
