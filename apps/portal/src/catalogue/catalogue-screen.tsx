import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Link } from 'wouter';
import type { EventType } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { Icon } from '../parts/icon.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { TypeDetails } from './type-details.js';

/** Which types of event there are, and what is in them. */
export function CatalogueScreen({ name }: { name: string | null }) {
  const found = useQuery(queries.eventTypes());
  const types = found.data?.event_types ?? [];
  const chosen = types.find((type) => type.name === name);
  if (name !== null && chosen !== undefined) {
    return (
      <>
        <ScreenHead
          key={name}
          title={chosen.name}
          back={{ to: '/catalogue', text: 'Event catalogue' }}
          lead={chosen.description}
        />
        <TypeDetails type={chosen} />
      </>
    );
  }
  return (
    <>
      <ScreenHead
        key="all"
        title="Event catalogue"
        lead="The types of event that a webhook can subscribe to, with what their data looks like."
      />
      {found.error !== null ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading />
      ) : name !== null ? (
        <Empty icon="book" title={`There is no type ${name}`}>
          <Link href="/catalogue" className="button">
            See all types
          </Link>
        </Empty>
      ) : (
        <>
          <TypeList title="Of this account" types={types.filter(({ built_in }) => !built_in)} />
          <TypeList title="Built in" types={types.filter(({ built_in }) => built_in)} />
        </>
      )}
    </>
  );
}

/** Types of one kind; nothing when there are none. */
function TypeList({ title, types }: { title: string; types: EventType[] }) {
  const heading = useId();
  if (types.length === 0) return null;
  return (
    <section className="type-list" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      <ul className="list card">
        {types.map((type) => (
          <li key={type.name}>
            <Link href={`/catalogue/${encodeURIComponent(type.name)}`} className="list-button">
              <span className="list-main">
                <span className="mono strong">{type.name}</span>
                <span className="muted">{type.description === '' ? 'No description' : type.description}</span>
              </span>
              <Icon name="next" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
