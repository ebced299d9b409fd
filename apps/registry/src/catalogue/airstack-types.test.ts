import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { followExample, profileExample } from './airstack-examples.js';
import { airstackTypes } from './airstack-types.js';

const ajv = new Ajv2020({
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
  allowUnionTypes: true,
});
const examples = { profile: profileExample, follow: followExample };

for (const { name, schema } of airstackTypes) {
  const validate = ajv.compile(JSON.parse(schema!));
  const example: object = examples[name.split('.')[0] as keyof typeof examples];

  test(`${name} takes its own examples, and members that nobody thought of`, () => {
    expect(JSON.parse(schema!).examples).toEqual([example]);
    expect(validate(example)).toBe(true);
    expect(validate({ ...example, somethingNew: { deep: [1] } })).toBe(true);
  });

  const wrong: [string, unknown][] = name.startsWith('follow')
    ? [
        ['followerProfileId', 3761],
        ['followingProfileId', undefined],
        ['followerSince', 'yesterday'],
        ['eventTimestamp', 1_715_417_030],
      ]
    : [
        ['userId', 3761],
        ['eventTimestamp', '11.5.2024'],
        ['userAssociatedAddresses', [1]],
        ['socialCapital', 'high'],
      ];
  test.each(wrong)(`${name} refuses %s as %j`, (member, value) => {
    const data = JSON.parse(JSON.stringify({ ...example, [member]: value }));
    expect(validate(data)).toBe(false);
  });
}
