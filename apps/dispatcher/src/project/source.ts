import type { ActionMetadata } from '@sluice/contracts/table-change';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';

/**
 * Contract airtable 2.1 and 2.2, `fromSources` and `sourceOptions`. The options narrow the submissions of forms and pages
 * only; where `fromSources` leaves those out, they change nothing. `unknown` matches nothing: a source is always a known one.
 */
export function isFromWantedSource(
  action: ActionMetadata,
  { fromSources, sourceOptions }: SpecificationOptions['filters'],
): boolean {
  if (fromSources !== undefined && fromSources.length > 0 && !fromSources.includes(action.source)) return false;
  if (action.source === 'formSubmission') {
    const viewId = sourceOptions?.formSubmission?.viewId;
    return viewId === undefined || viewId === action.sourceMetadata.viewId;
  }
  if (action.source === 'formPageSubmission') {
    const pageId = sourceOptions?.formPageSubmission?.pageId;
    return pageId === undefined || pageId === action.sourceMetadata.pageId;
  }
  return true;
}
