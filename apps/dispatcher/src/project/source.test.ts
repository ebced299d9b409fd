import type { ActionMetadata } from '@sluice/contracts/table-change';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';
import { expect, test } from 'vitest';
import { isFromWantedSource } from './source.js';

const VIEW = 'viwQ1w2E3r4T5y6U7';
const PAGE = 'pbdQ1w2E3r4T5y6U7';
const form = (viewId: string): ActionMetadata => ({ source: 'formSubmission', sourceMetadata: { viewId } });
const page = (pageId: string): ActionMetadata => ({ source: 'formPageSubmission', sourceMetadata: { pageId } });

test.each<[boolean, ActionMetadata, Partial<SpecificationOptions['filters']>]>([
  [true, { source: 'sync' }, {}],
  [true, { source: 'sync' }, { fromSources: [] }],
  [true, { source: 'sync' }, { fromSources: ['client', 'sync'] }],
  [false, { source: 'sync' }, { fromSources: ['client', 'system'] }],
  [false, { source: 'anonymousUser' }, { fromSources: ['unknown'] }],
  [true, form(VIEW), { sourceOptions: { formSubmission: { viewId: VIEW } } }],
  [false, form('viwOtherOtherOth1'), { sourceOptions: { formSubmission: { viewId: VIEW } } }],
  [true, form('viwOtherOtherOth1'), { sourceOptions: { formSubmission: {} } }],
  [true, form('viwOtherOtherOth1'), { sourceOptions: { formPageSubmission: { pageId: PAGE } } }],
  [true, page(PAGE), { sourceOptions: { formPageSubmission: { pageId: PAGE } } }],
  [false, page('pbdOtherOtherOth1'), { sourceOptions: { formPageSubmission: { pageId: PAGE } } }],
  [true, { source: 'client' }, { sourceOptions: { formSubmission: { viewId: VIEW } } }],
  // Options of a source that is not among those chosen change nothing.
  [true, { source: 'client' }, { fromSources: ['client'], sourceOptions: { formSubmission: { viewId: VIEW } } }],
  [false, form(VIEW), { fromSources: ['client'], sourceOptions: { formSubmission: { viewId: VIEW } } }],
])('%s: %j under %j', (wanted, action, filters) => {
  expect(isFromWantedSource(action, { dataTypes: ['tableData'], ...filters })).toBe(wanted);
});
