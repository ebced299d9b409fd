import { describe, expect, test } from 'vitest';
import { readSpecification } from './read-specification.js';

const filters = (members: string) => `{"options":{"filters":{"dataTypes":["tableData"]${members}}}}`;
const includes = (members: string) => `{"options":{"filters":{"dataTypes":["tableData"]},"includes":{${members}}}}`;
const field = 'fldA1b2C3d4E5f6G7';

describe('what is acceptable', () => {
  test.each([
    [filters(''), { filters: { dataTypes: ['tableData'] } }],
    [filters(',"recordChangeScope":null,"changeTypes":null'), { filters: { dataTypes: ['tableData'] } }],
    [
      filters(`,"recordChangeScope":"viwA1b2C3d4E5f6G7","fromSources":["client","unknown"],"changeTypes":[]`),
      {
        filters: {
          dataTypes: ['tableData'],
          recordChangeScope: 'viwA1b2C3d4E5f6G7',
          fromSources: ['client', 'unknown'],
          changeTypes: [],
        },
      },
    ],
    [filters(',"sourceOptions":{"formSubmission":{}}'), { filters: { sourceOptions: { formSubmission: {} } } }],
    [includes('"includeCellValuesInFieldIds":"all"'), { includes: { includeCellValuesInFieldIds: 'all' } }],
    [
      includes(`"includeCellValuesInFieldIds":["${field}","${field}"],"includePreviousCellValues":false`),
      { includes: { includeCellValuesInFieldIds: [field, field], includePreviousCellValues: false } },
    ],
    [
      '{"options":{"filters":{"dataTypes":["tableFields"]},"includes":null}}',
      { filters: { dataTypes: ['tableFields'] } },
    ],
  ])('%s', (text, options) => {
    expect(readSpecification(text)).toMatchObject({ ok: true, value: options });
  });
});

describe('a refusal names the path at fault', () => {
  const options = 'specification.options';
  test.each([
    ['', 'specification', 'is not valid JSON: '],
    ['null', 'specification', 'must be an object'],
    ['[]', 'specification', 'must be an object'],
    ['{}', options, 'is required'],
    ['{"options":null}', options, 'must be an object'],
    ['{"options":{}}', `${options}.filters`, 'is required'],
    ['{"options":{"filters":[]}}', `${options}.filters`, 'must be an object'],
    ['{"options":{"filters":{}}}', `${options}.filters.dataTypes`, 'is required'],
    ['{"options":{"filters":{"dataTypes":null}}}', `${options}.filters.dataTypes`, 'must be a list'],
    ['{"options":{"filters":{"dataTypes":[]}}}', `${options}.filters.dataTypes`, 'must name at least one of tableData'],
    [
      '{"options":{"filters":{"dataTypes":["tableData","cells"]}}}',
      `${options}.filters.dataTypes.1`,
      'must be one of tableData, tableFields, tableMetadata',
    ],
    [
      filters(',"recordChangeScope":"Tasks"'),
      `${options}.filters.recordChangeScope`,
      'must be a table id or a view id',
    ],
    [filters(',"recordChangeScope":7'), `${options}.filters.recordChangeScope`, 'must be a table id or a view id'],
    [
      filters(',"changeTypes":["add","drop"]'),
      `${options}.filters.changeTypes.1`,
      'must be one of add, remove, update',
    ],
    [filters(',"fromSources":["api"]'), `${options}.filters.fromSources.0`, 'must be one of client, publicApi, '],
    [filters(',"fromSources":"client"'), `${options}.filters.fromSources`, 'must be a list'],
    [
      filters(',"sourceOptions":{"formSubmission":{"viewId":"tblA1b2C3d4E5f6G7"}}'),
      `${options}.filters.sourceOptions.formSubmission.viewId`,
      'must be a view id: viw and 14 letters or digits',
    ],
    [
      filters(',"sourceOptions":{"formPageSubmission":{"pageId":1}}'),
      `${options}.filters.sourceOptions.formPageSubmission.pageId`,
      'must be a text',
    ],
    [filters(',"sourceOptions":{"form":{}}'), `${options}.filters.sourceOptions.form`, 'is not known'],
    [
      filters(`,"watchDataInFieldIds":["${field}","Name"]`),
      `${options}.filters.watchDataInFieldIds.1`,
      'must be a field id: fld and 14 letters or digits',
    ],
    [filters(',"watchSchemasOfFieldIds":[null]'), `${options}.filters.watchSchemasOfFieldIds.0`, 'must be a text'],
    [filters(',"__proto__":{}'), `${options}.filters.__proto__`, 'is not known'],
    [filters(',"dataTypes":["tableFields"]'), 'specification', 'is not valid JSON: '],
    [
      includes('"includeCellValuesInFieldIds":"some"'),
      `${options}.includes.includeCellValuesInFieldIds`,
      'must be "all" or a list of field ids',
    ],
    [
      includes('"includePreviousCellValues":1'),
      `${options}.includes.includePreviousCellValues`,
      'must be true or false',
    ],
    [
      includes('"includePreviousFieldDefinitions":"no"'),
      `${options}.includes.includePreviousFieldDefinitions`,
      'must be true',
    ],
    [includes('"x":1'), `${options}.includes.x`, 'is not known'],
    ['{"options":{"filters":{"dataTypes":["tableData"]},"more":1}}', `${options}.more`, 'is not known'],
    ['{"options":{"filters":{"dataTypes":["tableData"]}},"id":"x"}', 'specification.id', 'is not known'],
    [filters(`,"changeTypes":[${' '.repeat(65_536)}]`), 'specification', 'is longer than 65536 bytes'],
    [`${'['.repeat(11)}${']'.repeat(11)}`, 'specification', 'is not valid JSON: '],
  ])('%.90s', (text, path, message) => {
    const read = readSpecification(text);
    if (read.ok) throw new Error('accepted');
    expect(read.refusal).toMatchObject({ code: 'invalid', field: path });
    expect(read.refusal.message).toContain(`${path} ${message}`);
    expect(read.refusal.message.indexOf(path)).toBe(0);
  });
});

test('a refusal names three faults at most', () => {
  const ids = Array.from({ length: 500 }, () => '"x"').join(',');
  const read = readSpecification(filters(`,"watchDataInFieldIds":[${ids}]`));
  expect(read.ok ? [] : read.refusal.message.split('; ')).toHaveLength(3);
});
