import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { isStatus } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { Icon } from '../parts/icon.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { EventTrailCard } from './event-trail-card.js';

/** Why did my event not arrive: what became of it at each webhook. */
export function FindEventScreen() {
  const [asked, setAsked] = useSearchParams();
  const id = asked.get('id') ?? '';
  const [typed, setTyped] = useState(id);
  return (
    <>
      <ScreenHead
        title="Why did my event not arrive?"
        lead="Look an event up by its id: where it was delivered, where it was not, and which condition of the filter failed."
      />
      <search>
        <form
          className="tools"
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(typed.trim() === '' ? {} : { id: typed.trim() });
          }}
        >
          <div className="search">
            <Icon name="search" />
            <input
              type="search"
              className="mono"
              aria-label="Event id"
              placeholder="Event id"
              required
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
          <button type="submit" className="button button-primary">
            Look it up
          </button>
        </form>
      </search>
      {id === '' ? (
        <Empty icon="search" title="Which event?">
          <p>Its id is what the producer gave it, and in the log of each webhook.</p>
        </Empty>
      ) : (
        <Found id={id} />
      )}
    </>
  );
}

function Found({ id }: { id: string }) {
  const found = useQuery(queries.events(id));
  if (isStatus(found.error, 404) || found.data?.events.length === 0) {
    return (
      <Empty icon="search" title="No event of this id is known">
        <p>It was not published for you, or more than 30 days ago. Ids are compared exactly: capital letters count.</p>
      </Empty>
    );
  }
  if (found.error !== null) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading label="Looking for the event" />;
  return found.data.events.map((trail) => (
    <EventTrailCard key={`${trail.source} ${trail.type} ${trail.accepted_at}`} trail={trail} />
  ));
}
