import { z } from 'zod';
import { invalidParameter, resourceNotFound } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import { page } from '../wire/paging.ts';
import type { QuickConnect, QuickConnectConfig } from '../instance/records.ts';
import {
  type InstanceCall,
  lastModified,
  listPage,
  parseBody,
  searchPage,
  searchPaging,
} from '../wire/request.ts';
import { resourceLeaves, searched, summary } from './resources.ts';
import { criteria, matchesTagFilter, tagFilter } from './search-criteria.ts';

const quickConnectTypes = ['USER', 'QUEUE', 'PHONE_NUMBER', 'FLOW'];

export function listQuickConnects(call: InstanceCall) {
  const types = call.query.getAll('QuickConnectTypes');
  const unknown = types.find((type) => !quickConnectTypes.includes(type));
  if (unknown !== undefined) throw invalidParameter(`QuickConnectTypes ${unknown}`);
  const wanted = [...call.instance.quickConnects.values()].filter(
    ({ config }) => types.length === 0 || types.includes(config.QuickConnectType),
  );
  const { items, NextToken } = page(wanted, listPage(call, 1000));
  const QuickConnectSummaryList = items.map((one) => ({
    ...summary(call.instance, one),
    QuickConnectType: one.config.QuickConnectType,
  }));
  return { QuickConnectSummaryList, NextToken };
}

/** Also shows one whose user is deleted: it stays until it is deleted itself (admin guide, delete users). */
export const describeQuickConnect = (call: InstanceCall) => ({
  QuickConnect: described(call, calledQuickConnect(call)),
});

export function deleteQuickConnect(call: InstanceCall): undefined {
  call.instance.quickConnects.delete(calledQuickConnect(call).id);
}

export function searchQuickConnects(call: InstanceCall) {
  const body = parseBody(
    z.object({
      InstanceId: z.string(),
      ...searchPaging(100),
      SearchFilter: z.object({ TagFilter: tagFilter.optional() }).optional(),
      SearchCriteria: criteria.optional(),
    }),
    call,
  );
  const found = searched(call.instance.quickConnects.values(), body.SearchCriteria, resourceLeaves).filter(
    ({ tags }) => matchesTagFilter(tags, body.SearchFilter?.TagFilter ?? {}),
  );
  const { items, NextToken } = page(found, searchPage(call, body, 100));
  const QuickConnects = items.map((one) => described(call, one));
  return { QuickConnects, NextToken, ApproximateTotalCount: found.length };
}

const quickConnectConfig = z.discriminatedUnion('QuickConnectType', [
  z.object({
    QuickConnectType: z.literal('USER'),
    UserConfig: z.object({ UserId: z.string(), ContactFlowId: z.string().max(500) }),
  }),
  z.object({
    QuickConnectType: z.literal('PHONE_NUMBER'),
    PhoneConfig: z.object({ PhoneNumber: z.string().regex(/^\+[1-9]\d{1,14}$/, 'is not in E.164 form') }),
  }),
]);

export function updateQuickConnectConfig(call: InstanceCall): undefined {
  const quickConnect = calledQuickConnect(call);
  const body = parseBody(z.object({ QuickConnectConfig: quickConnectConfig }), call);
  const config = withUserId(call, body.QuickConnectConfig);
  const changed = { ...quickConnect, config, lastModifiedMs: call.nowMs };
  call.instance.quickConnects.set(quickConnect.id, changed);
}

function withUserId(call: InstanceCall, config: QuickConnectConfig): QuickConnectConfig {
  if (config.QuickConnectType !== 'USER') return config;
  const user = call.instance.user(config.UserConfig.UserId);
  if (!user) throw resourceNotFound();
  return { ...config, UserConfig: { ...config.UserConfig, UserId: user.id } };
}

function calledQuickConnect(call: InstanceCall): QuickConnect {
  const found = call.instance.quickConnects.get(idOf(call.labels['QuickConnectId'] ?? ''));
  if (!found) throw resourceNotFound();
  return found;
}

const described = (call: InstanceCall, one: QuickConnect) => ({
  QuickConnectARN: one.arn,
  QuickConnectId: one.id,
  Name: one.name,
  QuickConnectConfig: one.config,
  Tags: one.tags,
  ...lastModified(call.instance, one.lastModifiedMs),
});
