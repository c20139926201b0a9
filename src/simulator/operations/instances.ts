import { z } from 'zod';
import { invalidParameter, resourceNotFound } from '../wire/errors.ts';
import type { Instance } from '../instance/instance.ts';
import { page } from '../wire/paging.ts';
import {
  type AccountCall,
  epochSeconds,
  type InstanceCall,
  lastModified,
  listPage,
  parseBody,
  searchPage,
  searchPaging,
} from '../wire/request.ts';
import type { PredefinedAttribute } from '../instance/records.ts';
import { searched } from './resources.ts';
import { criteria } from './search-criteria.ts';

export const describeInstance = ({ instance }: InstanceCall) => ({
  Instance: { ...instanceSummary(instance), Tags: {} },
});

/** At most 10 to a page (botocore model). */
export function listInstances(call: AccountCall) {
  const listed = call.instances.map((instance, order) => ({ instance, order }));
  const { items, NextToken } = page(listed, listPage(call, 10));
  return { InstanceSummaryList: items.map(({ instance }) => instanceSummary(instance)), NextToken };
}

/** Attributes of a fresh instance; all others are off. */
const attributesOn = [
  'INBOUND_CALLS',
  'OUTBOUND_CALLS',
  'AUTO_RESOLVE_BEST_VOICES',
  'MULTI_PARTY_CONFERENCE',
];
const attributesOff = [
  'CONTACTFLOW_LOGS',
  'CONTACT_LENS',
  'USE_CUSTOM_TTS_VOICES',
  'EARLY_MEDIA',
  'HIGH_VOLUME_OUTBOUND',
  'ENHANCED_CONTACT_MONITORING',
  'ENHANCED_CHAT_MONITORING',
  'MULTI_PARTY_CHAT_CONFERENCE',
  'MESSAGE_STREAMING',
];

export function describeInstanceAttribute(call: InstanceCall) {
  const AttributeType = call.labels['AttributeType'] ?? '';
  const isOn = attributesOn.includes(AttributeType);
  if (!isOn && !attributesOff.includes(AttributeType))
    throw invalidParameter(`AttributeType ${AttributeType}`);
  return { Attribute: { AttributeType, Value: String(isOn) } };
}

export function listPredefinedAttributes(call: InstanceCall) {
  const { items, NextToken } = page(call.instance.predefinedAttributes.values(), listPage(call, 100));
  const PredefinedAttributeSummaryList = items.map(({ name, lastModifiedMs }) => ({
    Name: name,
    ...lastModified(call.instance, lastModifiedMs),
  }));
  return { PredefinedAttributeSummaryList, NextToken };
}

/** The values of one; the list has names only (botocore model). */
export function describePredefinedAttribute(call: InstanceCall) {
  const attribute = call.instance.predefinedAttributes.get(call.labels['Name'] ?? '');
  if (!attribute) throw resourceNotFound();
  return { PredefinedAttribute: described(call.instance, attribute) };
}

/** With values, a hundred to a page (API reference). Which fields it can search is not documented; it is the name. */
export function searchPredefinedAttributes(call: InstanceCall) {
  const body = parseBody(
    z.object({ InstanceId: z.string(), ...searchPaging(100), SearchCriteria: criteria.optional() }),
    call,
  );
  const leaves = { fields: { name: ({ name }: PredefinedAttribute) => [name] } };
  const found = searched(call.instance.predefinedAttributes.values(), body.SearchCriteria, leaves);
  const { items, NextToken } = page(found, searchPage(call, body, 100));
  const PredefinedAttributes = items.map((one) => described(call.instance, one));
  return { PredefinedAttributes, NextToken, ApproximateTotalCount: found.length };
}

const described = (instance: Instance, { name, values, lastModifiedMs }: PredefinedAttribute) => ({
  Name: name,
  Values: { StringList: values },
  ...lastModified(instance, lastModifiedMs),
});

function instanceSummary(instance: Instance) {
  return {
    Id: instance.id,
    Arn: instance.arn,
    IdentityManagementType: instance.identityManagementType,
    InstanceAlias: instance.alias,
    CreatedTime: epochSeconds(instance.createdMs),
    ServiceRole: `arn:aws:iam::${instance.account}:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect`,
    InstanceStatus: 'ACTIVE',
    InboundCallsEnabled: true,
    OutboundCallsEnabled: true,
    InstanceAccessUrl: `https://${instance.alias}.my.connect.aws`,
  };
}
