import {
  AssociateUserProficienciesCommand,
  DescribePredefinedAttributeCommand,
  DescribeUserCommand,
  DisassociateUserProficienciesCommand,
  ListPredefinedAttributesCommand,
  type PredefinedAttributeSearchCriteria,
  SearchPredefinedAttributesCommand,
  ListTagsForResourceCommand,
  ListUserProficienciesCommand,
  SearchResourceTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateUserProficienciesCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import { acmeSeed, annSeed, errorName, instanceArn, instanceId, startAcme, startWithAnn } from './acme.ts';

const instance = { InstanceId: instanceId };

describe('proficiencies', () => {
  const crm = { AttributeName: 'Product', AttributeValue: 'CRM', Level: 3 };

  test('are associated, updated, listed and disassociated, and DescribeUser does not show them', async () => {
    const { connect, target } = await startWithAnn();
    const list = async () =>
      (await connect.send(new ListUserProficienciesCommand(target))).UserProficiencyList ?? [];
    await connect.send(new AssociateUserProficienciesCommand({ ...target, UserProficiencies: [crm] }));
    expect(await list()).toEqual([crm]);
    const better = { ...crm, Level: 5 };
    await connect.send(new UpdateUserProficienciesCommand({ ...target, UserProficiencies: [better] }));
    expect(await list()).toEqual([better]);
    expect((await connect.send(new DescribeUserCommand(target))).User).not.toHaveProperty(
      'UserProficiencies',
    );
    const { Level: _, ...key } = crm;
    await connect.send(new DisassociateUserProficienciesCommand({ ...target, UserProficiencies: [key] }));
    expect(await list()).toEqual([]);
  });

  test('are refused when not predefined, out of range, not whole, twice, or not there to update', async () => {
    const { connect, target } = await startWithAnn();
    const associate = async (one: typeof crm) =>
      errorName(connect.send(new AssociateUserProficienciesCommand({ ...target, UserProficiencies: [one] })));
    const update = new UpdateUserProficienciesCommand({ ...target, UserProficiencies: [crm] });
    expect(await errorName(connect.send(update))).toBe('InvalidParameterException');
    expect(await associate({ ...crm, AttributeValue: 'Fax' })).toBe('InvalidParameterException');
    expect(await associate({ ...crm, Level: 6 })).toBe('InvalidParameterException');
    expect(await associate({ ...crm, Level: 2.5 })).toBe('InvalidParameterException');
    expect(await associate(crm)).toBe('none');
    expect(await associate(crm)).toBe('InvalidRequestException');
  });

  test('use predefined attributes, whose list has names only', async () => {
    const { connect } = await startAcme();
    const { PredefinedAttributeSummaryList } = await connect.send(
      new ListPredefinedAttributesCommand(instance),
    );
    expect(PredefinedAttributeSummaryList).toMatchObject([{ Name: 'Product' }]);
    const one = await connect.send(new DescribePredefinedAttributeCommand({ ...instance, Name: 'Product' }));
    expect(one.PredefinedAttribute?.Values).toMatchObject({ StringList: ['CRM', 'Billing'] });
    const search = (SearchCriteria?: PredefinedAttributeSearchCriteria) =>
      connect.send(new SearchPredefinedAttributesCommand({ ...instance, SearchCriteria }));
    expect((await search()).PredefinedAttributes).toEqual([one.PredefinedAttribute]);
    const named = (Value: string) => ({ StringCondition: { FieldName: 'Name', Value } });
    expect((await search(named('prod'))).ApproximateTotalCount).toBe(1);
    expect((await search(named('skill'))).PredefinedAttributes).toEqual([]);
  });

  test('are at most 10 per user', async () => {
    const values = Array.from({ length: 11 }, (_, i) => `v${i}`);
    const attribute = `predefinedAttributes: [{ name: Product, values: [${values.join(', ')}] }]`;
    const seed = acmeSeed(annSeed).replace(
      'predefinedAttributes: [{ name: Product, values: [CRM, Billing] }]',
      attribute,
    );
    const { connect, simulator } = await startAcme({ seed });
    const UserId = simulator.operator.snapshot('acme').users[0]?.id;
    const UserProficiencies = values.map((AttributeValue) => ({ ...crm, AttributeValue }));
    const eleven = new AssociateUserProficienciesCommand({ ...instance, UserId, UserProficiencies });
    expect(await errorName(connect.send(eleven))).toBe('InvalidRequestException');
  });
});

describe('tags', () => {
  test('merge, are removed by repeated keys, and are the user’s own', async () => {
    const { connect, target, arn } = await startWithAnn();
    await connect.send(
      new TagResourceCommand({ resourceArn: arn, tags: { 'scim-bridge:id': 'acme', a: '1', b: '2' } }),
    );
    const listed = await connect.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(listed.tags).toEqual({ team: 'blue', 'scim-bridge:id': 'acme', a: '1', b: '2' });
    await connect.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['a', 'b', 'not there'] }));
    const { User } = await connect.send(new DescribeUserCommand(target));
    expect(User?.Tags).toEqual({ team: 'blue', 'scim-bridge:id': 'acme' });
  });

  test('are at most 50, never system tags, and on something that exists', async () => {
    const { connect, arn } = await startWithAnn();
    const tag = async (tags: Record<string, string>, resourceArn = arn) =>
      errorName(connect.send(new TagResourceCommand({ resourceArn, tags })));
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, '']));
    expect(await tag(fifty)).toBe('InvalidRequestException');
    expect(await tag({ 'aws:x': '1' })).toBe('InvalidParameterException');
    expect(await tag({ a: '1' }, `${instanceArn}/agent/${instanceId}`)).toBe('ResourceNotFoundException');
    expect(await tag({ a: '1' }, 'not-an-arn')).toBe('InvalidParameterException');
  });

  test('are searched by key and value', async () => {
    const { connect } = await startWithAnn();
    const search = async (tagKey: string) =>
      connect.send(
        new SearchResourceTagsCommand({
          ...instance,
          ResourceTypes: ['agent'],
          SearchCriteria: { TagSearchCondition: { tagKey, tagKeyComparisonType: 'STARTS_WITH' } },
        }),
      );
    expect((await search('te')).Tags).toEqual([{ key: 'team', value: 'blue' }]);
    expect((await search('x')).Tags).toEqual([]);
  });
});
