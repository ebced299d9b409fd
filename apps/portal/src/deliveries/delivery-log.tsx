import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { DeliveryState } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { Icon } from '../parts/icon.js';
import { Paged } from '../parts/paged.js';
import { Empty } from '../parts/states.js';
import { usePages } from '../parts/use-pages.js';
import { useSettled } from '../parts/use-settled.js';
import { DeliveryTable } from './delivery-table.js';
import { stretchOf, TimeRange } from './time-range.js';
import { TryAllNow } from './try-all-now.js';
import { deliveryStates, useLogFilters } from './use-log-filters.js';
import { useRetried } from './use-retried.js';

const NAMES: Readonly<Record<DeliveryState, string>> = {
  pending: 'Pending',
  delivered: 'Delivered',
  exhausted: 'Failed',
  cancelled: 'Cancelled',
};

/** A webhook's deliveries, the newest first, as far as they fit. */
export function DeliveryLog({ webhookId, paused }: { webhookId: string; paused: boolean }) {
  const [filters, change] = useLogFilters();
  const { state, time, from, until } = filters;
  const eventId = useSettled(filters.event.trim(), 300);
  // Counted once: asked at every look for another moment, it would be another question each time.
  const stretch = useMemo(() => stretchOf({ time, from, until }), [time, from, until]);
  const asked = {
    ...(state === '' ? {} : { state }),
    ...stretch,
    ...(eventId === '' ? {} : { event_id: eventId }),
  };
  const pages = usePages(JSON.stringify(asked));
  const found = useQuery(
    queries.deliveries(webhookId, { ...asked, ...(pages.cursor === undefined ? {} : { cursor: pages.cursor }) }),
  );
  const retried = useRetried(webhookId);
  const narrowed = Object.keys(asked).length > 0;
  return (
    <section aria-labelledby="log-title" className="log">
      <div className="section-head">
        <h2 id="log-title">Deliveries</h2>
        <TryAllNow webhookId={webhookId} offered={!paused && (state === 'pending' || retried !== undefined)} />
      </div>
      <search className="tools">
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            className="mono"
            aria-label="Event id"
            placeholder="Event id"
            value={filters.event}
            onChange={(event) => change({ event: event.target.value })}
          />
        </div>
        <select
          aria-label="State of deliveries"
          value={state}
          onChange={(event) => change({ state: event.target.value as DeliveryState | '' })}
        >
          <option value="">Any state</option>
          {deliveryStates.map((value) => (
            <option key={value} value={value}>
              {NAMES[value]}
            </option>
          ))}
        </select>
        <TimeRange chosen={filters} change={change} />
      </search>
      <Paged
        found={found}
        pages={pages}
        name="deliveries"
        none={({ deliveries }) => (deliveries.length === 0 ? <None narrowed={narrowed} id={eventId} /> : null)}
      >
        {({ deliveries }) => <DeliveryTable deliveries={deliveries} paused={paused} />}
      </Paged>
    </section>
  );
}

const None = ({ narrowed, id }: { narrowed: boolean; id: string }) => (
  <Empty icon={narrowed ? 'search' : 'bolt'} title={narrowed ? 'No delivery fits' : 'Nothing delivered yet'}>
    <p>
      {narrowed
        ? 'Look for another state, time or event id.'
        : 'The first event that the filter lets through appears here.'}
    </p>
    {id === '' ? null : (
      <Link href={`/events?${new URLSearchParams({ id })}`} className="button">
        Look this id up everywhere
      </Link>
    )}
  </Empty>
);
