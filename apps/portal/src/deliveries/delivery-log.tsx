import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeliveryState } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { Icon } from '../parts/icon.js';
import { Pager } from '../parts/pager.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { usePages } from '../parts/use-pages.js';
import { useSettled } from '../parts/use-settled.js';
import { DeliveryTable } from './delivery-table.js';
import { type Stretch, TimeRange } from './time-range.js';

const STATES: [DeliveryState | '', string][] = [
  ['', 'Any state'],
  ['pending', 'Pending'],
  ['delivered', 'Delivered'],
  ['exhausted', 'Failed'],
  ['cancelled', 'Cancelled'],
];

/** A webhook's deliveries, the newest first, as far as they fit. */
export function DeliveryLog({ webhookId }: { webhookId: string }) {
  const [state, setState] = useState<DeliveryState | ''>('');
  const [stretch, setStretch] = useState<Stretch>({});
  const [typed, setTyped] = useState('');
  const eventId = useSettled(typed.trim(), 300);
  const asked = {
    ...(state === '' ? {} : { state }),
    ...stretch,
    ...(eventId === '' ? {} : { event_id: eventId }),
  };
  const pages = usePages(JSON.stringify(asked));
  const found = useQuery(
    queries.deliveries(webhookId, { ...asked, ...(pages.cursor === undefined ? {} : { cursor: pages.cursor }) }),
  );
  const narrowed = Object.keys(asked).length > 0;
  return (
    <section aria-labelledby="log-title" className="log">
      <div className="section-head">
        <h2 id="log-title">Deliveries</h2>
      </div>
      <search className="tools">
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            className="mono"
            aria-label="Event id"
            placeholder="Event id"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <select
          aria-label="State of deliveries"
          value={state}
          onChange={(event) => setState(event.target.value as DeliveryState | '')}
        >
          {STATES.map(([value, text]) => (
            <option key={text} value={value}>
              {text}
            </option>
          ))}
        </select>
        <TimeRange change={setStretch} />
      </search>
      {found.error !== null ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading lines={6} label="Loading deliveries" />
      ) : found.data.deliveries.length === 0 ? (
        <Empty icon={narrowed ? 'search' : 'bolt'} title={narrowed ? 'No delivery fits' : 'Nothing delivered yet'}>
          <p>
            {narrowed
              ? 'Look for another state, time or event id.'
              : 'The first event that the filter lets through appears here.'}
          </p>
        </Empty>
      ) : (
        <>
          <DeliveryTable webhookId={webhookId} deliveries={found.data.deliveries} />
          <Pager
            label="Pages of deliveries"
            page={pages.page}
            previous={pages.previous}
            next={pages.nextTo(found.data.next_cursor)}
          />
        </>
      )}
    </section>
  );
}
