import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { queries } from '../api/queries.js';
import { Icon } from '../parts/icon.js';
import { Paged } from '../parts/paged.js';
import { Empty } from '../parts/states.js';
import { usePages } from '../parts/use-pages.js';
import { useSettled } from '../parts/use-settled.js';
import { ScreenHead } from '../shell/screen-head.js';
import { WebhookTable } from './webhook-table.js';

const PER_PAGE = 25;
const STATES = ['enabled', 'paused', 'disabled', 'expired', 'invalid'] as const;

/** All webhooks of the account, a page at a time. */
export function WebhooksScreen() {
  // In the address: still there for whoever comes back from a webhook.
  const [query, setQuery] = useSearchParams();
  const typed = query.get('search') ?? '';
  const state = STATES.find((name) => name === query.get('state')) ?? '';
  const change = (part: { search?: string; state?: string }) => {
    const given = Object.entries({ search: typed, state, ...part }).filter(([, value]) => value !== '');
    setQuery(Object.fromEntries(given), { replace: true });
  };
  const search = useSettled(typed.trim(), 250);
  const pages = usePages(JSON.stringify([search, state]));
  const found = useQuery(
    queries.webhooks({
      limit: PER_PAGE,
      ...(search === '' ? {} : { search }),
      ...(state === '' ? {} : { state }),
      ...(pages.cursor === undefined ? {} : { cursor: pages.cursor }),
    }),
  );
  return (
    <>
      <ScreenHead
        title="Webhooks"
        lead="Each webhook sends the events that its filter lets through to one endpoint of yours."
        actions={
          <Link href="/webhooks/new" className="button button-primary">
            <Icon name="plus" />
            New webhook
          </Link>
        }
      />
      <search className="tools">
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label="Search webhooks"
            placeholder="Endpoint, event type, description or id"
            value={typed}
            onChange={(event) => change({ search: event.target.value })}
          />
        </div>
        <select aria-label="State" value={state} onChange={(event) => change({ state: event.target.value })}>
          <option value="">Any state</option>
          {STATES.map((name) => (
            <option key={name} value={name}>
              {name[0]!.toUpperCase() + name.slice(1)}
            </option>
          ))}
        </select>
      </search>
      <Paged
        found={found}
        pages={pages}
        name="webhooks"
        none={({ webhooks }) => (webhooks.length === 0 ? <None narrowed={search !== '' || state !== ''} /> : null)}
      >
        {({ webhooks }) => <WebhookTable webhooks={webhooks} />}
      </Paged>
    </>
  );
}

const None = ({ narrowed }: { narrowed: boolean }) =>
  narrowed ? (
    <Empty icon="search" title="No webhook fits">
      <p>Nothing has this in its endpoint, event type, description or id.</p>
    </Empty>
  ) : (
    <Empty icon="hook" title="No webhooks yet">
      <p>Create one to receive events as signed HTTP requests.</p>
      <Link href="/webhooks/new" className="button button-primary">
        <Icon name="plus" />
        Create the first one
      </Link>
    </Empty>
  );
