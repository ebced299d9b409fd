import type { TableChange } from '@sluice/contracts/table-change';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';
import { Demand } from './demand.js';
import { invalidatedBy } from './invalidation.js';
import type { Part } from './part.js';
import { scopeOf, type Whereabouts } from './scope.js';
import { isFromWantedSource } from './source.js';
import { type Bounds, split, write } from './split.js';
import { tableParts } from './table-parts.js';
import { type Stamp, writeHead, writePayload } from './write-payload.js';

const BOUNDS: Bounds = { bytes: 256 * 1024, records: 1_000 };

/** What one webhook gets of one change. */
export interface Projection {
  /** Each the UTF-8 JSON text that is served, in order; none when nothing of the change is asked for. */
  payloads: Uint8Array[];
  /** The last payload is the error payload: the webhook gets no more. */
  invalid: boolean;
}

/**
 * What a webhook is told of a change: contract airtable sections 2 and 4, docs/airtable.md for what they leave open.
 *
 * @param webhook as the feed has it. Without `tableOf` a view's table is known only from changes that name the view, and that
 * a table took its watched fields along is not noticed.
 */
export function projectChange(
  change: TableChange,
  { specification, tableOf = {} }: { specification: SpecificationOptions; tableOf?: Whereabouts | undefined },
  stamp: Stamp,
): Projection {
  const { filters } = specification;
  const scope = scopeOf(filters, change, tableOf);
  const asked = isFromWantedSource(change.actionMetadata, filters)
    ? tableParts(change, new Demand(specification), scope)
    : [];
  const broken = invalidatedBy(change, filters, scope, tableOf);

  const head = writeHead(change, stamp);
  const payloads = split(broken === null ? asked : without(broken, asked), head, BOUNDS).map((parts) =>
    writePayload(head, parts, false),
  );
  if (broken !== null) payloads.push(writePayload(head, broken.map(write), true));
  return { payloads, invalid: broken !== null };
}

/** What invalidated the webhook is told once, by the error payload. */
function without(told: readonly Part[], parts: Iterable<Part>): Part[] {
  const places = new Set(told.map(placeOf));
  return [...parts].filter((part) => !places.has(placeOf(part)));
}

const placeOf = ({ path, name, value }: Part): string => JSON.stringify([path, name ?? value]);
